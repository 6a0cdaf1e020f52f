"""What an area is, at a glance."""

from area_kit import bring, peopled

from resettle.area.describe import Description, describe_area


def test_a_real_area_is_described_with_its_caveat(examples):
    told = describe_area(examples / "areas/maryland")
    assert told.rows["person"] == 432
    assert told.sentence.startswith("Maryland (Maryland, United States): 432 people, ")
    assert "nominal dates" in told.sentence and "quarantine" not in told.sentence
    assert any(line.split() == ["person", "432"] for line in told.lines())
    assert Description.from_json(told.to_json()) == told


def test_rows_that_wait_in_quarantine_are_told(tmp_path):
    area = peopled(tmp_path / "a")
    bring(area, "person", "person_id,sex\nP8,x\nP9,y\n")
    told = describe_area(area)
    assert told.quarantined == {"person": 2}
    assert "2 quarantined rows wait to be mended." in told.sentence
    assert "Synthetic records" in told.sentence

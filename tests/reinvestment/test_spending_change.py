"""Spending by year, by need, before and after, and on the user's own boundaries."""

import json
from decimal import Decimal

import pytest
from case_kit import effect
from test_spending_map import APPRAISAL, tables

from resettle.cli import main
from resettle.errors import BadInput
from resettle.reinvestment.flows.projection import EVERYWHERE, Fan, Projection, Series
from resettle.reinvestment.spending.boundaries import names_of, read_boundaries
from resettle.reinvestment.spending.change import (
    SpendingChange,
    SpendingYears,
    spending_years,
    with_programme,
    with_projection,
)
from resettle.reinvestment.spending.spending import spending
from resettle.report.charts import draw
from resettle.report.charts.boundaries import boundary_chart


def with_years(**people):
    """The same people offend in 2029 and, twice as often, in 2028."""
    held = tables(**people)
    earlier = [
        {**one, "offence_id": f"E{n}-{k}", "offence_date": "2028-06-01", "proven_date": "2028-06-01"}
        for n, one in enumerate(held["offence"])
        for k in range(2)
    ]
    return {**held, "offence": [*held["offence"], *earlier]}


def test_each_year_is_mapped_by_place_and_agency(make_area):
    area = make_area(with_years(bolton=12, wigan=20))
    found = spending_years(area, APPRAISAL, 2)
    rows = {(one["place"], one["agency"], one["year"]): one["amount"] for one in found.rows()}
    # Bolton has 13 offences in the last year and 26 in the year before, each at 101 to the police; 12 people at 50 in both.
    assert rows["Bolton", "police", 0] == Decimal("1313.00") and rows["Bolton", "police", -1] == Decimal("2626.00")
    assert rows["Bolton", "probation", 0] == rows["Bolton", "probation", -1] == Decimal("600.00")
    assert "1 year before it was £8,468" in found.sentence
    assert SpendingYears.from_json(found.to_json()) == found
    with pytest.raises(BadInput, match="from 1 to 20 years"):
        spending_years(area, APPRAISAL, 0)
    with pytest.raises(BadInput, match="no counted offences"):
        spending_years(area, APPRAISAL, 3)


def test_each_year_hides_its_own_small_places(make_area):
    held = with_years(bolton=12, bury=30, wigan=20)
    few = [one for one in held["offence"] if one["offence_date"] >= "2029" or not one["person_id"].startswith("bolton")]
    few += [
        one for one in held["offence"] if one["offence_date"] < "2029" and one["person_id"] in ("bolton1", "bolton2")
    ]
    found = spending_years(make_area({**held, "offence": few}), APPRAISAL, 2)
    before, after = ({one.place for one in m.places if one.total is None} for m in found.maps)
    assert after == set() and "bolton" in before and len(before) == 2


def ratings(people, good, gap=6):
    return [
        {"person_id": one, "rated_on": "2029-01-01", "good": good, "rater": "person", "at_time": "now",
         "importance": str(gap + 2), "attainment": "2"} for one in people
    ]  # fmt: skip


def test_by_need_who_lacks_two_goods_stands_in_both_and_all_are_counted_once(make_area):
    held = tables(bolton=40)
    people = [one["person_id"] for one in held["person"]]
    rated = [*ratings(people[:15], "work"), *ratings(people[10:28], "life"), *ratings(people[20:], "play", gap=1)]
    found = spending(make_area({**held, "goods_rating": rated}), APPRAISAL, by="need")
    totals = {one.place: one.people for one in found.places}
    assert totals == {"work": 15, "life": 18} and found.whole.people == 40
    # 16 offences of 15 people (the first has two), at 101; 15 people at 50.
    assert next(one for one in found.places if one.place == "work").total == Decimal(16 * 101 + 15 * 50)
    assert "most on people who lack" in found.sentence and found.rows()[0]["need"] == "life"
    assert "who lacks two things stands in both" in draw(found).subtitle


def test_by_need_few_and_all_but_few_are_hidden(make_area):
    held = tables(bolton=40)
    people = [one["person_id"] for one in held["person"]]
    rated = [*ratings(people[:4], "work"), *ratings(people[:36], "life"), *ratings(people[:20], "play")]
    found = spending(make_area({**held, "goods_rating": rated}), APPRAISAL, by="need")
    shown = {one.place: one.total is not None for one in found.places}
    assert shown == {"work": False, "life": False, "play": True}


def test_a_programme_takes_its_share_off_every_place_by_hand(make_area):
    found = spending(make_area(tables(bolton=12, wigan=20)), APPRAISAL)
    result = with_programme(found, effect(estimate=-0.09, se=0.01), 0.5)
    # A quarter fewer of those reached, half of them reached: an eighth.
    assert result.places[0].after == pytest.approx(found.places[0].total * Decimal("0.875"), abs=Decimal("0.01"))
    assert result.whole.change == -found.whole.total / 8 and result.whole.low < result.whole.change < result.whole.high
    assert "£629 less a year" in result.sentence and SpendingChange.from_json(result.to_json()) == result
    unsure = with_programme(found, effect(estimate=-0.01, se=0.02), 1.0)
    assert "may be nothing, or more" in unsure.sentence and unsure.whole.high > 0
    assert "before" in draw(result).svg() and draw(result).title == result.sentence
    with pytest.raises(BadInput, match="a share is above 0"):
        with_programme(found, effect(), 0)


def test_small_places_stay_hidden_after_a_programme(make_area):
    found = spending(make_area(tables(bolton=4, bury=30, wigan=20)), APPRAISAL)
    for one in with_programme(found, effect(), 0.5).rows():
        before = next(row for row in found.rows() if row["place"] == one["place"])
        assert (one["after"] is None) == (before["total"] is None) == (one["low"] is None)


def projected(places, lever=True, base=100.0):
    def series(place):
        fan = Fan(mean=(base, base), low=(base, base), high=(base, base))
        change = Fan(mean=(0.0, -20.0), low=(0.0, -30.0), high=(0.0, -10.0))
        return Series(kind="flow", name="receptions", label="receptions", place=place, baseline=fan,
                      policy=fan if lever else None, change=change if lever else None, monte_carlo_se=0.0)  # fmt: skip

    return Projection(scenario="s", title="Fewer recalls", place="P", start="2029-01-01", months=2, engine="cohort", draws=10,
                      places=tuple(places), levers=(), series=tuple(series(p) for p in (*places, EVERYWHERE)))  # fmt: skip


def test_a_scenario_takes_what_its_flow_falls_by(make_area):
    found = spending(make_area(tables(bolton=12, wigan=20)), APPRAISAL)
    result = with_projection(found, projected(["bolton", "wigan"]), "receptions")
    assert result.places[1].after == found.places[1].total * Decimal("0.8")
    assert result.whole.low == found.whole.total * Decimal("-0.3")
    by_name = with_projection(found, projected(["Bolton", "Wigan"]), "receptions")
    assert [one.after for one in by_name.places] == [one.after for one in result.places]
    for change, rule in (
        (projected(["bolton", "wigen"]), "Did you mean 'wigen'"),
        (projected(["bolton", "wigan"], lever=False), "has no lever"),
        (projected(["bolton", "wigan"], base=0.0), "a place with no people"),
    ):
        with pytest.raises(BadInput, match=rule):
            with_projection(found, change, "receptions")
    with pytest.raises(BadInput, match="Did you mean 'receptions'"):
        with_projection(found, projected(["bolton", "wigan"]), "reception")


def square(x, name, code):
    ring = [[x, 53.0], [x + 0.1, 53.0], [x + 0.1, 53.1], [x, 53.1], [x, 53.0]]
    return {
        "type": "Feature",
        "properties": {"code": code, "label": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def boundary_file(folder, *features):
    path = folder / "boundaries.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def test_boundaries_are_matched_by_name_drawn_and_missing_places_said(make_area, tmp_path):
    area = make_area(tables(bolton=30, bury=30, wigan=20))
    found = spending(area, APPRAISAL)
    path = boundary_file(
        tmp_path, square(-2.4, "BOLTON", "E1"), square(-2.3, "Bury", "E2"), square(-2.6, "Elsewhere", "E3")
    )
    drawn = read_boundaries(path, names_of(found.places))
    assert set(drawn.shapes) == {"bolton", "bury"} and drawn.missing == ("Wigan",)
    west, east = drawn.shapes["bolton"].at[0], drawn.shapes["bury"].at[0]
    assert 6_000 < east - west < 7_500  # A tenth of a degree at 53 degrees north, in metres.
    svg = boundary_chart(found, drawn).svg()
    assert ">Bolton</text>" in svg and "Not on the map: Wigan." in boundary_chart(found, drawn).subtitle


def test_a_geopackage_in_another_system_gives_the_same_picture(make_area, tmp_path):
    import geopandas

    found = spending(make_area(tables(bolton=30, bury=30)), APPRAISAL)
    path = boundary_file(tmp_path, square(-2.4, "Bolton", "bolton"), square(-2.3, "Bury", "bury"))
    geopandas.read_file(path).to_crs("EPSG:27700").to_file(tmp_path / "b.gpkg")
    plain, packed = (read_boundaries(f, names_of(found.places)) for f in (path, tmp_path / "b.gpkg"))
    widths = [one.shapes["bury"].at[0] - one.shapes["bolton"].at[0] for one in (plain, packed)]
    assert set(packed.shapes) == {"bolton", "bury"} and widths[0] == pytest.approx(widths[1], rel=0.01)


def test_boundaries_that_do_not_fit_are_refused(make_area, tmp_path):
    names = {"bolton": "Bolton"}
    other = boundary_file(tmp_path, square(-2.4, "York", "E1"))
    for path, column, rule in (
        (tmp_path / "none.geojson", None, "no such file"),
        (other, None, "knows none of the places"),
        (other, "labl", "Did you mean 'label'"),
    ):
        with pytest.raises(BadInput, match=rule):
            read_boundaries(path, names, column)
    (tmp_path / "bad.geojson").write_text("not a map", "utf-8")
    with pytest.raises(BadInput, match="cannot be read as boundaries"):
        read_boundaries(tmp_path / "bad.geojson", names)


def test_the_command_draws_boundaries_and_refuses_what_does_not_go_together(make_area, tmp_path, examples, capsys):
    area = make_area(tables(bolton=12, wigan=20))
    costs = str(examples / "appraisals" / "greater-manchester.toml")
    path = boundary_file(tmp_path, square(-2.4, "Bolton", "E1"), square(-2.6, "Wigan", "E2"))
    with pytest.raises(SystemExit):
        main(["spending", str(area.path), costs, "--picture", str(tmp_path / "m.svg"), "--boundaries", str(path)])
    assert "Boundaries: boundaries.geojson" in (tmp_path / "m.svg").read_text("utf-8")
    with pytest.raises(SystemExit):
        main(["spending", str(area.path), costs, "--years", "2", "--study", "x.toml"])
    assert "of one year, by place" in capsys.readouterr().err

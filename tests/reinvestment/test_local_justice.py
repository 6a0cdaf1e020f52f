"""Local Justice Reinvestment: the published rule at its published points, the trend taken out, counts from an area, bad input."""

from decimal import Decimal

import pytest

from resettle.cli import main
from resettle.errors import BadInput
from resettle.reinvestment.local_justice import LocalJustice, local_justice

FILE = """id = "b"
title = "A basket"
group = "{group}"
years = {years}
{more}
[[metric]]
id = "m"
label = "convictions"
price = "480.00"
price_year = 2011
source = "made"
{metric}
"""


def basket(tmp_path, metric, group="adult", years=1, more=""):
    path = tmp_path / "basket.toml"
    path.write_text(FILE.format(group=group, years=years, more=more, metric=metric), "utf-8")
    return path


def share_paid(tmp_path, fall, group):
    """The reward as a share of the baseline, by variants A and B, for a fall in percent."""
    found = local_justice(basket(tmp_path, f"baseline = 100000\nyears = [{1000 * (100 - fall):g}]", group))
    one = found.years[0]
    return float(one.reward_a / found.baseline), float(one.reward_b / found.baseline)


@pytest.mark.parametrize(
    ("group", "fall", "a", "b"),
    [
        ("adult", 4.9, 0, 0),
        ("adult", 5, 0.025, 0.025),
        ("adult", 10, 0.075, 0.05),
        ("adult", 20, 0.175, 0.10),
        ("adult", 35, 0.175, 0.10),
        ("youth", 9.9, 0, 0),
        ("youth", 10, 0.05, 0.05),
        ("youth", 13, 0.08, 0.065),
        ("youth", 20, 0.15, 0.10),
        ("youth", 28, 0.15, 0.10),
        # Lambeth's and Croydon's youth baskets rose by 13.4 and 6.7 %.
        ("youth", -13.4, 0, 0),
        ("youth", -6.7, 0, 0),
    ],
)
def test_both_variants_at_the_points_of_the_rule(tmp_path, group, fall, a, b):
    """Half of savings up to the threshold and all above it (A), or half of all (B); both stop at 20 %; 5 % for adults, 10 % for youth."""
    assert share_paid(tmp_path, fall, group) == pytest.approx((a, b), abs=1e-7)


def test_a_basket_is_price_times_quantity_and_each_year_stands_alone(examples):
    found = local_justice(examples / "baskets" / "young-people.toml")
    assert found.baseline == 540 * 1000 + 650 * 60 + 480 * 800
    first, second = found.years
    assert first.demand == 540 * 860 + 650 * 52 + 480 * 700
    assert first.fall == pytest.approx(1 - float(first.demand / found.baseline)) and first.reward_a > first.reward_b > 0
    assert second.fall < 0.10 and second.reward_a == second.reward_b == 0
    assert LocalJustice.from_json(found.to_json()) == found
    assert "says nothing of a step" in found.sentence and len(found.by_metric()) == 9


def test_net_of_the_trend_is_what_is_left_beside_the_country(tmp_path):
    """A youth custody pathfinder: 38 % fewer beside a country with 37.2 % fewer (1,991 to 1,249) is 1.2 % better, and earns nothing."""
    metric = "baseline = 1000\nyears = [620]\nnational = [1991, 1249]"
    one = local_justice(basket(tmp_path, metric, "youth")).years[0]
    assert (one.fall, one.national_fall) == pytest.approx((0.38, 742 / 1991))
    assert one.net_fall == pytest.approx(0.0117, abs=1e-4)
    assert (one.net_a, one.net_b) == (0, 0) and one.reward_a == Decimal("72000.00")
    same = local_justice(basket(tmp_path, metric.replace("[1991, 1249]", "[500, 500]"), "youth")).years[0]
    assert (same.net_a, same.net_b) == (same.reward_a, same.reward_b)


def offences(*dated):
    return [
        {"offence_id": f"O{n}", "person_id": person, "offence_date": day, "offence_group": "theft", "outcome": outcome,
         "custody": custody, "proven_date": day} for n, (person, day, outcome, custody) in enumerate(dated)
    ]  # fmt: skip


@pytest.fixture
def counted_area(make_area):
    """Ten convictions of adults in the baseline year and eight in the next; one of a child, one caution, one of another place."""
    held = [("a", f"2010-{m:02}-15", "conviction", "true") for m in (7, 8, 9, 10, 11, 12)]
    held += [("a", f"2011-{m:02}-15", "conviction", "true") for m in (1, 2, 3)] + [
        ("a", "2011-06-30", "conviction", "true")
    ]
    held += [("a", f"2011-{m:02}-01", "conviction", "true") for m in (7, 8, 9, 10, 11, 12)]
    held += [("a", "2012-06-30", "conviction", "true"), ("b", "2012-01-01", "conviction", "true")]
    held += [
        ("c", "2010-08-01", "conviction", "true"),
        ("a", "2010-08-02", "caution", ""),
        ("d", "2010-08-03", "conviction", "true"),
    ]
    people = [
        ("a", "1980-01-01", "bolton"),
        ("b", "1985-01-01", "bolton"),
        ("c", "1996-01-01", "bolton"),
        ("d", "1970-01-01", "bury"),
    ]
    return make_area(
        {
            "place": [{"place_id": p, "name": p.title(), "kind": "borough"} for p in ("bolton", "bury", "wigan")],
            "person": [{"person_id": i, "birth_date": b, "place_id": p} for i, b, p in people],
            "offence": offences(*held),
        }
    )


COUNT = 'counted = { outcomes = ["conviction"], custody = true }'


def test_an_areas_flows_are_counted_year_by_year(tmp_path, counted_area):
    found = local_justice(basket(tmp_path, COUNT, more='place = "bolton"'), counted_area)
    assert found.metrics[0].quantities == (10, 8)
    one = found.years[0]
    assert one.fall == pytest.approx(0.2) and one.reward_a == Decimal("840.00") and one.reward_b == Decimal("480.00")
    everywhere = local_justice(basket(tmp_path, COUNT), counted_area)
    assert everywhere.metrics[0].quantities == (11, 8)
    youth = local_justice(basket(tmp_path, COUNT, "youth"), counted_area)
    assert youth.metrics[0].quantities == (1, 0)


def test_published_flows_become_a_basket(tmp_path):
    metric = (
        'published = { figure = "flows.recalls", baseline = ["2021 Q2", "2021 Q3"], years = [["2024 Q4", "2025 Q1"]] }'
    )
    found = local_justice(basket(tmp_path, metric))
    assert found.metrics[0].quantities == (5362 + 5699, 10401 + 10101) and found.years[0].reward_a == 0
    assert "Offender" in found.metrics[0].source or "statistics" in found.metrics[0].source.lower()


@pytest.mark.parametrize(
    ("metric", "more", "rule"),
    [
        ("baseline = 10", "", "one of the three"),
        ("baseline = 10\nyears = [1, 2]", "", "for each of 1 years"),
        ("baseline = 10\nyears = [1]\nnational = [1]", "", "the baseline and 1 years"),
        (
            "baseline = 10\nyears = [1]\nnational = [0, 36000]",
            "",
            r"line \d+, metric.1.national: .*none in the baseline year",
        ),
        ("baseline = 0\nyears = [1]", "", "no demand to fall from"),
        ("baseline = 10\nyears = [-1]", "", "greater than or equal to 0"),
        (COUNT, "", "none was given"),
        (
            'published = { figure = "flows.recals", baseline = ["2021 Q2"], years = [["2021 Q3"]] }',
            "",
            "no such figure",
        ),
        (
            'published = { figure = "flows.recalls", baseline = ["1066 Q2"], years = [["2021 Q3"]] }',
            "",
            "has no period 1066 Q2",
        ),
    ],
)
def test_a_basket_that_makes_no_sense_is_refused(tmp_path, metric, more, rule):
    with pytest.raises(BadInput, match=rule):
        local_justice(basket(tmp_path, metric, more=more))


def test_prices_need_a_year_and_places_and_dates_must_fit_the_area(tmp_path, counted_area):
    path = basket(tmp_path, COUNT)
    text = path.read_text("utf-8")
    path.write_text(text.replace("price_year = 2011\n", ""), "utf-8")
    with pytest.raises(BadInput, match="Add `price_year`"):
        local_justice(path, counted_area)
    for more, rule in (
        ('place = "boltn"', "Did you mean 'bolton'"),
        ('place = "wigan"', "nobody of the area lives"),
        ("start = 1999-07-01", "does not hold the baseline"),
        ("start = 2029-07-01", "does not hold the baseline"),
    ):
        with pytest.raises(BadInput, match=rule):
            local_justice(basket(tmp_path, COUNT, more=more), counted_area)


def test_the_command_prints_years_and_basket(examples, capsys):
    with pytest.raises(SystemExit):
        main(["local-justice", str(examples / "baskets" / "young-people.toml")])
    out = capsys.readouterr().out
    assert "variant A" in out and "The basket:" in out and "invented" in out

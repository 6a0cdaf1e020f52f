"""The page of a spending map: place by agency by year, before and after, small places hidden everywhere, tables beside charts."""

import csv
import json
import re
import sys
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "reinvestment"))
from case_kit import effect
from test_spending_change import square, with_years
from test_spending_map import APPRAISAL

from resettle.cli import main
from resettle.errors import BadInput
from resettle.reinvestment.flows.projection import EVERYWHERE, Fan, Projection, Series
from resettle.reinvestment.spending.boundaries import names_of, read_boundaries
from resettle.reinvestment.spending.change import spending_years, with_programme, years_ahead
from resettle.reinvestment.spending.told import Policy, SpendingTold, tell
from resettle.report.spending.write import write_spending


def told(area, after):
    """Two years of a small area, and what `after` makes of the latest."""
    found = spending_years(area, APPRAISAL, 2)
    return SpendingTold(years=found, need=None, after=after(found.maps[-1]), provenance=found.provenance)


def fan(*ends):
    """Twenty-four months: the first and the second year at two levels."""
    months = tuple(float(one) for one in ends for _ in range(12))
    return Fan(mean=months, low=months, high=months)


def projected(**falls):
    """A projection of two years in which receptions fall by place, from 100, in the first and in the second year."""
    held = {**falls, EVERYWHERE: (-15, -30)}
    series = tuple(
        Series(kind="flow", name="receptions", label="receptions", place=place, baseline=fan(100, 100), policy=fan(100, 100),
               change=fan(*ends), monte_carlo_se=0.0) for place, ends in held.items()
    )  # fmt: skip
    return Projection(scenario="s", title="Fewer", place="P", start="2029-01-01", months=24, engine="cohort", draws=10,
                      places=tuple(falls), levers=(), series=series)  # fmt: skip


def table(folder, name):
    rows = list(csv.reader((folder / "tables" / f"{name}.csv").read_text("utf-8").splitlines()))
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


def test_place_by_agency_by_year_before_and_after(make_area, tmp_path):
    area = make_area(with_years(bolton=12, wigan=20))
    found = told(area, lambda last: (with_programme(last, effect(estimate=-0.06, rate=0.36), 0.5),))
    pages = write_spending(found, tmp_path / "out")
    assert {page.name for page in pages} >= {"spending.html", "spending.json"}
    years, after = table(tmp_path / "out", "years-1"), table(tmp_path / "out", "after-2")
    # 13 offences at 101 in the latest year, 26 in the year before; an effect of a sixth on half of them.
    assert years["Bolton: police"] == {"1 year before": "£2,626", "Latest year": "£1,313"}
    assert after["Bolton: police"] == {"Before": "£1,313", "After": "£1,204"}
    whole = table(tmp_path / "out", "after-1")["All"]
    assert (whole["Before, a year"], whole["After, a year"]) == ("£5,034", "£4,615")
    assert SpendingTold.from_json((tmp_path / "out/spending.json").read_text("utf-8")) == found


def test_a_scenario_gives_every_year_ahead(make_area, tmp_path):
    area = make_area(with_years(bolton=12, wigan=20))
    falls = projected(Bolton=(-10, -20), Wigan=(-20, -40))
    found = told(area, lambda last: years_ahead(last, falls, "receptions"))
    assert [one.ahead for one in found.after] == [1, 2]
    for one, part in zip(found.after, ("0.9", "0.8"), strict=True):
        rows = {(row["place"], row["agency"]): row for row in one.by_agency()}
        assert rows["Bolton", "police"]["before"] == Decimal("1313.00")
        assert rows["Bolton", "police"]["after"] == Decimal("1313.00") * Decimal(part)
    write_spending(found, tmp_path / "out")
    assert list(table(tmp_path / "out", "after-2")["All: police"]) == ["Before", "After, year 1", "After, year 2"]
    assert "After 2 years it would be" in (tmp_path / "out/spending.html").read_text("utf-8")


def test_a_small_place_is_hidden_on_the_page_in_every_table_and_in_the_result(make_area, tmp_path):
    area = make_area(with_years(bolton=4, bury=30, wigan=20))
    found = told(area, lambda last: (with_programme(last, effect(), 0.3),))
    write_spending(found, tmp_path / "out")
    hidden = {one.name for one in found.latest.places if one.total is None}
    assert "Bolton" in hidden and len(hidden) == 2
    for name in ("where-1", "years-1", "after-1", "after-2"):
        for row, values in table(tmp_path / "out", name).items():
            if row.partition(":")[0] in hidden:
                assert set(values.values()) == {"–"}, (name, row)
    # 5 offences of 4 people in Bolton at 101 to the police, 4 at 50 to probation.
    html = unescape((tmp_path / "out/spending.html").read_text("utf-8"))
    kept = json.loads((tmp_path / "out/spending.json").read_text("utf-8"))
    assert "£505" not in html and "£705" not in html and "505.00" not in json.dumps(kept)
    assert html.count("not shown") >= 4


def test_every_chart_has_a_table_beside_it_and_nothing_comes_from_outside(make_area, tmp_path):
    area = make_area(with_years(bolton=12, wigan=20))
    write_spending(told(area, lambda last: (with_programme(last, effect(), 0.5),)), tmp_path / "out")
    html = (tmp_path / "out/spending.html").read_text("utf-8")
    for section in re.findall(r"<section.*?</section>", html, re.DOTALL):
        assert "<figure>" not in section or "<table>" in section
    assert "http://" not in html.replace("http://www.w3.org", "") and "<script" not in html
    assert (tmp_path / "out/spending.pdf").read_bytes().startswith(b"%PDF")


def test_boundaries_of_the_users_own_are_drawn_before_and_after(make_area, tmp_path):
    features = [square(0, "Bolton", "b"), square(1, "Wigan", "w")]
    (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    found = told(make_area(with_years(bolton=12, wigan=20)), lambda last: (with_programme(last, effect(), 0.5),))
    drawn = read_boundaries(tmp_path / "map.geojson", names_of(found.latest.places))
    write_spending(found, tmp_path / "out", drawn)
    html = (tmp_path / "out/spending.html").read_text("utf-8")
    assert html.count("map.geojson") >= 2 and "Squares stand" not in html


def test_a_study_and_a_scenario_at_once_are_refused(make_area, tmp_path, examples):
    area = make_area(with_years(bolton=12, wigan=20))
    with pytest.raises(BadInput, match="a study and a scenario at once"):
        tell(area, APPRAISAL, 1, Policy(study=tmp_path / "a.toml", scenario=tmp_path / "b.toml"))


@pytest.mark.slow
def test_the_command_writes_the_page_of_an_area(tmp_path, examples, capsys):
    from resettle.area.generate import generate_area

    generate_area(tmp_path / "area", 4_000, 11).close()
    with pytest.raises(SystemExit) as ended:
        main(["spending", str(tmp_path / "area"), str(examples / "appraisals/greater-manchester.toml"), "--years", "2",
              "--study", str(examples / "studies/greater-manchester-peer-support.toml"), "--out", str(tmp_path / "out")])  # fmt: skip
    assert ended.value.code in (0, None) and "Written:" in capsys.readouterr().out
    html = (tmp_path / "out/spending.html").read_text("utf-8")
    for title in ("Where it is spent", "Year by year", "By what people say they lack", "Before and after"):
        assert title in html

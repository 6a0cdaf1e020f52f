"""The fan and the flow chart: read by everyone, at both widths, with what their titles say."""

import json
import xml.etree.ElementTree as Tree
from pathlib import Path

import pytest

from resettle.reinvestment.project import project
from resettle.report.charts import NARROW, WIDE, draw
from resettle.report.charts.flows import BOXES, between, flow_picture, projected_chart

SCENARIOS = Path(__file__).resolve().parents[2] / "examples/scenarios"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["england-wales-2025", "release-point"])
def projection(request):
    return project(SCENARIOS / f"{request.param}.toml", draws=20)


def test_pictures_are_one_image_with_a_label_and_their_title_in_words(projection):
    for chart in (draw(projection), flow_picture(projection)):
        root = Tree.fromstring(chart.svg())
        assert root.get("role") == "img"
        assert chart.title in root.get("aria-label")
        words = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
        assert chart.title.split()[0] in words
        assert chart.source.split()[0] in words
        assert json.loads(json.dumps(chart.spec))["title"]


@pytest.mark.parametrize(("size", "widest"), [(WIDE, 760), (NARROW, 290)])
def test_pictures_keep_to_their_width_and_letters_can_be_read(projection, size, widest):
    for chart in (draw(projection), flow_picture(projection)):
        root = Tree.fromstring(chart.picture(size))
        assert float(root.get("viewBox").split()[2]) <= widest
        assert all(float(t.get("font-size").removesuffix("px")) >= 12 for t in root.iter(f"{SVG}text"))


def test_the_fan_shows_the_change_where_there_is_a_policy_and_its_interval(projection):
    chart = projected_chart(projection)
    values = chart.spec["data"]["values"]
    assert len(values) == projection.months
    assert all(v["low"] <= v["value"] <= v["high"] for v in values)
    shown = projection.one("prison")
    assert values[-1]["value"] == (shown.change or shown.baseline).mean[-1]
    assert ("fewer than without it" in chart.title) == bool(projection.levers)


def test_flows_into_a_box_are_flows_out_of_it(projection):
    held = between(projection)
    for box in ("offence", "charge"):
        into = sum(v[0] for (_, to), v in held.items() if to == box)
        out = sum(v[0] for (a, _), v in held.items() if a == box)
        assert into == pytest.approx(out, rel=0.03)
    assert {name for pair in held for name in pair} <= set(BOXES)

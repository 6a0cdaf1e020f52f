import json
import xml.etree.ElementTree as Tree

import pytest

from resettle.commissioning.statement import Statement
from resettle.errors import BadInput
from resettle.report.charts import NARROW, WIDE, draw, steps_chart
from resettle.report.charts.chart import Chart
from resettle.report.look import CIRCLES, SERIES, STATIONS
from resettle.report.picture import thread_svg
from resettle.result import Result

SVG = "{http://www.w3.org/2000/svg}"


def results(thread):
    found = [
        thread.measures, thread.groups, thread.effect, thread.curves, thread.statement, thread.projection, thread.savings,
        thread.needs, thread.allocations,
    ]  # fmt: skip
    return [r for r in found if r is not None]


def test_every_result_has_a_clean_chart(synthetic_run):
    for chart in [*(draw(r) for r in results(synthetic_run.result)), steps_chart(synthetic_run.result.savings)]:
        root = Tree.fromstring(chart.svg())
        assert root.get("role") == "img" and chart.title in root.get("aria-label")
        inner = [e for e in root.iter() if e is not root]
        assert not any(name == "role" or name.startswith("aria-") for e in inner for name in e.attrib)
        assert chart._repr_svg_() == chart.svg()
        words = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
        assert chart.title.split()[0] in words and chart.source.split()[0] in words


def test_a_chart_is_drawn_the_same_each_time(maryland_run):
    assert draw(maryland_run.result.curves).svg() == draw(maryland_run.result.curves).svg()


def test_specifications_are_plain_vega_lite(maryland_run):
    for chart in (draw(r) for r in results(maryland_run.result)):
        spec = json.loads(json.dumps(chart.spec))
        assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
        assert (
            " ".join(spec["title"]["text"]).split() == chart.title.split()
            and spec["usermeta"]["source"] == chart.source
        )


@pytest.mark.parametrize(("size", "widest"), [(WIDE, 760), (NARROW, 290)])
def test_charts_keep_to_their_width(synthetic_run, size, widest):
    for chart in (draw(r) for r in results(synthetic_run.result)):
        width = float(Tree.fromstring(chart.picture(size)).get("viewBox").split()[2])
        assert width <= widest


def test_small_screens_get_letters_that_can_be_read(synthetic_run):
    for chart in (draw(r) for r in results(synthetic_run.result)):
        for text in Tree.fromstring(chart.picture(NARROW)).iter(f"{SVG}text"):
            assert float(text.get("font-size").removesuffix("px")) >= 12


def test_intervals_and_zero_are_always_drawn(maryland_run, carolina_run):
    for run in (maryland_run, carolina_run):
        thread = run.result
        for result in (thread.measures, thread.effect, thread.savings):
            spec = draw(result).spec
            rows = [v for v in spec["data"]["values"] if "value" in v]
            assert rows and all(v["low"] <= v["value"] <= v["high"] for v in rows)
            assert any(layer["encoding"].get("x", {}).get("datum") == 0 for layer in spec["layer"])


def test_a_result_without_a_chart_says_what_to_do():
    class Other(Result):
        pass

    with pytest.raises(BadInput, match="table"):
        draw(Other())


def test_a_statement_of_nothing_can_be_drawn(carolina_run):
    statement: Statement = carolina_run.result.statement
    assert statement.total == 0
    assert isinstance(draw(statement), Chart) and "£0.00" in draw(statement).svg()


def test_results_draw_themselves(maryland_run):
    import resettle

    resettle.evaluate  # loads the verbs, and with them the charts
    assert maryland_run.result.effect.plot()._repr_svg_().startswith("<svg")


def test_the_picture_has_nine_stations_in_the_colours_of_their_circles():
    root = Tree.fromstring(thread_svg())
    assert root.get("role") == "img"
    words = [e.text for e in root.iter(f"{SVG}text")]
    assert [w for w in words if w in {s.name for s in STATIONS}] == [s.name for s in STATIONS]
    assert [e.get("fill") for e in root.iter(f"{SVG}circle")] == [s.colour for s in STATIONS]


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_on_white():
    assert set(CIRCLES.values()) <= set(SERIES)
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in SERIES)


def test_a_drawing_has_no_prefix_although_another_library_asks_for_one():
    from xml.etree import ElementTree

    from resettle.report.charts.svg import SVG, framed

    picture = f'<svg xmlns="{SVG}" viewBox="0 0 10 10" role="img" aria-label="a" style="max-width:10px"/>'
    ElementTree.register_namespace("svg", SVG)
    assert framed(picture, "said", 10, (), ()).startswith("<svg ")

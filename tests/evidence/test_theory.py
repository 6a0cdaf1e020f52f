"""A theory of change is read, faults told with their line, weaknesses found, and drawn without anything in the way."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence.theory import Theory, read_theory
from resettle.evidence.theory.file import TheoryFile
from resettle.evidence.theory.layout import apart, crossings, layered, rows_of
from resettle.evidence.theory.picture import WRAP, clear, theory_svg, wrapped

EXAMPLE = "theories/greater-manchester-peer-support.toml"
SVG = "{http://www.w3.org/2000/svg}"

SMALL = """id = "small"
title = "Small"

[node.meet]
kind = "activity"
label = "Meet weekly"
service = "peers"

[node.trust]
kind = "mechanism"
label = "Trust"
tested_by = "interviews"

[node.home]
kind = "outcome"
label = "A home"
measure = "settled_home"

[[arrow]]
from = "meet"
to = "trust"
strength = "weak"
evidence = ["process: contacts"]

[[arrow]]
from = "trust"
to = "home"
strength = "strong"
evidence = ["study: one"]
"""


@pytest.fixture
def write(tmp_path):
    def made(text):
        path = tmp_path / "theory.toml"
        path.write_text(text, "utf-8")
        return path

    return made


def test_a_sound_theory_has_nothing_to_mend(write):
    theory = read_theory(write(SMALL), services=["peers"], paid=["settled_home"])
    assert theory.findings == ()
    assert theory.sentence == "Small: 3 nodes and 2 arrows; evidence is held for 2 of 2 arrows. Nothing to mend."
    assert theory.rows()[1] == {
        "arrow": 2,
        "from": "Trust",
        "to": "A home",
        "why": "",
        "strength": "strong",
        "evidence": "study: one",
        "agreed by": "",
    }


def test_a_theory_is_read_back_from_json(write):
    theory = read_theory(write(SMALL))
    assert Theory.from_json(theory.to_json()) == theory


def without(text, *lines):
    return "".join(line for line in text.splitlines(keepends=True) if line.strip() not in lines)


@pytest.mark.parametrize(
    ("text", "options", "rule", "about"),
    [
        (without(SMALL, 'measure = "settled_home"'), {}, "outcome with no measure", "home"),
        (without(SMALL, 'service = "peers"'), {}, "activity not in any service", "meet"),
        (SMALL, {"services": ["other"]}, "activity not in any service", "meet"),
        (without(SMALL, 'tested_by = "interviews"'), {}, "mechanism that nothing tests", "trust"),
        (
            without(SMALL, 'strength = "weak"', 'evidence = ["process: contacts"]'),
            {},
            "arrow with no evidence",
            "meet -> trust",
        ),
        (
            SMALL + '[node.safe]\nkind = "assumption"\nlabel = "Safe"\n[[arrow]]\nfrom = "safe"\nto = "trust"\n'
            'strength = "weak"\nevidence = ["x"]\n',
            {},
            "assumption nobody monitors",
            "safe",
        ),
        (SMALL + '[node.x]\nkind = "input"\nlabel = "X"\n', {}, "node that no arrow touches", "x"),
        (
            SMALL
            + '[node.job]\nkind = "outcome"\nlabel = "Job"\nmeasure = "job"\n[[arrow]]\nfrom = "job"\nto = "home"\n'
            'strength = "weak"\nevidence = ["x"]\n',
            {},
            "outcome that no activity leads to",
            "job",
        ),
        (SMALL, {"paid": ["moj-2017"]}, "the contract pays an outcome that the theory does not reach", "moj-2017"),
    ],
)
def test_each_weakness_is_found_alone(write, text, options, rule, about):
    found = read_theory(write(text), **options).findings
    assert [(f.rule, f.about) for f in found] == [(rule, about)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SMALL.replace('to = "home"', 'to = "hone"'), r"line 27, arrow.2.to: .*not there.*'hone'.*Did you mean 'home'"),
        (
            SMALL + '\n[[arrow]]\nfrom = "home"\nto = "meet"\n',
            r"line 31, arrow.3: the arrows go round in a circle \(found 'meet -> trust -> home -> meet'\)",
        ),
        (SMALL + '\n[[arrow]]\nfrom = "meet"\nto = "meet"\n', r"line 31.*circle \(found 'meet -> meet'\)"),
        (SMALL + '\n[[arrow]]\nfrom = "meet"\nto = "trust"\n', r"line 31.*drawn twice"),
        (SMALL.replace("[node.home]", "[node.trust]"), r"not valid TOML"),
        (without(SMALL, 'evidence = ["study: one"]'), r"the strength is 'strong' but no evidence is named"),
        (SMALL.replace('"mechanism"', '"machine"'), r"line 10, node.trust.kind: .*machine"),
        (SMALL.replace('tested_by = "interviews"', 'measure = "m"'), r"line 12.*unknown key"),
        (SMALL.replace('"strong"', '"certain"'), r"line 28.*not one of the known values"),
        (SMALL.replace('label = "Trust"', 'label = ""'), r"line 11.*at least 1 character"),
    ],
)
def test_faults_are_told_with_their_line(write, text, message):
    with pytest.raises(BadInput, match=message):
        read_theory(write(text))


def test_more_nodes_than_a_picture_can_show_are_refused(write):
    nodes = "".join(f'[node.n{i}]\nkind = "input"\nlabel = "N"\n' for i in range(41))
    with pytest.raises(BadInput, match="at most 40 items"):
        read_theory(write(f'id = "x"\ntitle = "X"\n{nodes}'))


def test_the_example_is_sound_and_its_picture_says_everything(examples):
    theory = read_theory(examples / EXAMPLE, paid=["still_meeting_13_weeks", "plan_goal_achieved", "moj-2017"])
    assert {f.rule for f in theory.findings} == {
        "mechanism that nothing tests",
        "assumption nobody monitors",
        "arrow with no evidence",
    }
    said = [t.text for t in ET.fromstring(theory.svg()).iter(f"{SVG}text")]
    words = " ".join(said)
    for node in theory.file.node.values():
        assert node.kind.upper() in words
        assert " ".join(wrapped(node.label)) in words
    for row in theory.rows():
        assert f"{row['arrow']} {row['strength']}" in said


def test_the_picture_of_the_example_is_current(examples):
    held = examples.parent / "docs/how-to/theory-of-change.svg"
    assert held.read_text("utf-8") == read_theory(examples / EXAMPLE).svg(), (
        "write docs/how-to/theory-of-change.svg anew"
    )


def test_strength_shows_without_colour(write):
    drawn = ET.fromstring(read_theory(write(SMALL)).svg())
    lines = [(e.get("stroke-width"), e.get("stroke-dasharray"), e.get("stroke")) for e in drawn.iter(f"{SVG}polyline")]
    assert len({line[:2] for line in lines}) == 2
    assert len({line[2] for line in lines}) == 1


def test_text_of_users_cannot_become_markup(write):
    text = SMALL.replace('"Trust"', '"<script>alert(1)</script> & more"')
    drawn = read_theory(write(text)).svg()
    assert "<script" not in drawn
    ET.fromstring(drawn)


KINDS = ["input", "activity", "mechanism", "outcome", "context", "assumption"]


@st.composite
def theories(draw):
    n = draw(st.integers(2, 14))
    label = st.text("abcdefghij ", min_size=1, max_size=80).filter(str.strip)
    nodes = {f"n{i}": {"kind": draw(st.sampled_from(KINDS)), "label": draw(label)} for i in range(n)}
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(n), 2))), unique=True, max_size=24))
    arrows = [{"from": f"n{a}", "to": f"n{b}"} for a, b in pairs]
    return TheoryFile.model_validate({"id": "t", "title": "T", "node": nodes, "arrow": arrows})


def boxes(drawn):
    return [
        tuple(float(r.get(k)) for k in ("x", "y", "width", "height"))
        for g in drawn.iter(f"{SVG}g")
        if g.get("transform") is None
        for r in list(g)[:1]
    ]


@given(theories())
def test_no_box_overlaps_another_and_no_arrow_runs_behind_one(theory):
    drawn = ET.fromstring(theory_svg(theory))
    placed = boxes(drawn)
    assert len(placed) == len(theory.node)
    for (x, y, w, h), (a, b, c, d) in combinations(placed, 2):
        assert x + w < a or a + c < x or y + h < b or b + d < y
    for line in drawn.iter(f"{SVG}polyline"):
        points = [tuple(map(float, p.split(","))) for p in line.get("points").split()]
        for (x0, y0), (x1, y1) in pairwise(points):
            assert y1 >= y0
            for step in range(1, 20):
                px, py = x0 + (x1 - x0) * step / 20, y0 + (y1 - y0) * step / 20
                assert not any(x + 1 < px < x + w - 1 and y + 1 < py < y + h - 1 for x, y, w, h in placed)


@given(theories())
def test_everything_drawn_lies_inside_the_picture(theory):
    drawn = ET.fromstring(theory_svg(theory))
    _, _, wide, tall = map(float, drawn.get("viewBox").split())
    (group,) = (g for g in drawn.iter(f"{SVG}g") if g.get("transform"))
    left, down = map(float, re.findall(r"[\d.]+", group.get("transform")))
    for rect in group.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(k)) for k in ("x", "y", "width", "height"))
        assert x + left >= 0
        assert x + left + w <= wide
        assert y + down + h <= tall


@given(st.text(max_size=120))
def test_text_is_wrapped_at_22_characters_and_nothing_is_lost(label):
    lines = wrapped(label)
    assert all(len(line) <= WRAP for line in lines)
    assert "".join("".join(lines).split()) == "".join(label.split())


@given(theories())
def test_arrows_lead_down(theory):
    edges = [(a.from_id, a.to_id) for a in theory.arrow]
    row = rows_of(list(theory.node), edges)
    assert all(row[a] < row[b] for a, b in edges)


def test_ordering_takes_out_crossings_that_can_be_avoided():
    edges = [("a", "z"), ("b", "y"), ("c", "x")]
    layout = layered(["a", "b", "c", "x", "y", "z"], edges, dict.fromkeys("abcxyz", 10.0), 5, 3)
    assert crossings([["a", "b", "c"], ["x", "y", "z"]], edges) == 3
    assert crossings(layout.rows, edges) == 0


def test_places_are_the_least_squares_ones():
    found = apart(["a", "b", "c"], {"a": 5.0, "b": 5.0, "c": 40.0}, dict.fromkeys("abc", 10.0), 2)
    assert found == {"a": -1.0, "b": 11.0, "c": 40.0}


def test_labels_of_the_example_stand_apart(examples):
    drawn = ET.fromstring(read_theory(examples / EXAMPLE).svg())
    spots = [
        (float(r.get("x")) + float(r.get("width")) / 2, float(r.get("y")) + 10, float(r.get("width")))
        for r in drawn.iter(f"{SVG}rect")
        if r.get("rx") == "10"
    ]
    assert len(spots) == 15
    assert all(clear(a, b) for a, b in combinations(spots, 2))

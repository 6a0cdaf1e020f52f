"""The joint display: both sides, or a side that says it is empty."""

import pytest

from resettle.errors import BadInput
from resettle.evidence.voices import Extract, JointDisplay, Number, Voices, find_themes, joint_display
from resettle.result import Interval

THEMES = find_themes(
    Voices(
        extracts=tuple(
            Extract(id=f"{code}{n}", source=f"s{n}", person=f"p{n}", code=code, coder="a", text="t", circle="micro")
            for code, people in (("Trust", 7), ("Debt", 3))
            for n in range(people)
        )
    )
)
NUMBERS = {
    name: Number(
        words=f"{name}: 3 points fewer", value=-0.03, interval=Interval(low=-0.05, high=-0.01, method="t"), n=400
    )
    for name in ("reoffending", "jobs")
}
FILE = """id = "joint"
title = "Peer support"

[[line]]
outcome = "reoffending"
themes = ["Trust"]
verdict = "agree"
words = "People say that trust kept them out of trouble."
by = "the evaluator"

[[line]]
outcome = "jobs"
verdict = "silent"
words = "Nobody raised work, though fewer had it."
by = "the evaluator"

[[line]]
outcome = "debt"
themes = ["Debt", "Trust"]
verdict = "silent"
words = "No record of debts is held in this area."
by = "the evaluator"
"""


@pytest.fixture
def write(tmp_path):
    def made(text):
        path = tmp_path / "joint.toml"
        path.write_text(text, "utf-8")
        return path

    return made


def test_numbers_and_voices_stand_side_by_side(write):
    found = joint_display(write(FILE), NUMBERS, THEMES)
    assert [(r["outcome"], r["numbers"], r["voices"], r["together"]) for r in found.rows()] == [
        ("reoffending", "reoffending: 3 points fewer", "Trust (7 of 7)", "agree"),
        ("jobs", "jobs: 3 points fewer", "Nobody spoke of this.", "silent"),
        ("debt", "No number is held for this.", "Debt (3 of 7); Trust (7 of 7)", "silent"),
    ]
    assert found.sentence == "Peer support: numbers and voices agree on 1 of 3 outcomes."
    assert JointDisplay.from_json(found.to_json()) == found


def test_a_disagreement_is_a_finding(write):
    found = joint_display(write(FILE.replace('"agree"', '"disagrees"')), NUMBERS, THEMES)
    assert found.sentence.endswith("They disagree on reoffending, which is a finding.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('themes = ["Trust"]\n', "", "line 6, line.1.verdict: one side is empty: no themes"),
        (
            'verdict = "silent"\nwords = "Nobody',
            'verdict = "agree"\nwords = "Nobody',
            "line 13.*one side is empty: no themes",
        ),
        ('verdict = "silent"\nwords = "No rec', 'verdict = "extends"\nwords = "No rec', "one side is empty: no number"),
        ('verdict = "agree"', 'verdict = "silent"', "line 7, line.1.verdict: both sides speak"),
        ('outcome = "jobs"', 'outcome = "job"', "neither a number nor a theme"),
        ('outcome = "jobs"', 'outcome = "reoffending"', "two lines"),
        ('themes = ["Trust"]', 'themes = ["Trusst"]', "line 6, line.1.themes: no such theme.*'Trust'"),
        ('words = "Nobody raised work, though fewer had it."', 'words = "ok"', "at least 20 characters"),
        ('by = "the evaluator"\n\n[[line]]\noutcome = "jobs"', '\n[[line]]\noutcome = "jobs"', "missing key"),
    ],
)
def test_an_empty_side_is_never_filled_silently(write, old, new, message):
    assert old in FILE
    with pytest.raises(BadInput, match=message):
        joint_display(write(FILE.replace(old, new, 1)), NUMBERS, THEMES)


def test_no_outcome_with_a_number_may_be_left_out(write):
    more = NUMBERS | {"homes": NUMBERS["jobs"]}
    with pytest.raises(BadInput, match=r"an outcome with a number has no line.*'homes'"):
        joint_display(write(FILE), more, THEMES)

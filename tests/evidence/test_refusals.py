"""Bad input to every design, through a study and an area: one clear error or a red flag, never a traceback."""

import numpy as np
import pytest

from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate, evaluate_outcomes
from resettle.evidence.study import Study

COMPARED = [
    "standardised_regression", "radius_matching", "nearest_neighbour", "exact_strata", "subclassification", "weighting",
    "entropy_balancing", "doubly_robust", "cox_regression", "accelerated_failure_time",
]  # fmt: skip
RELEASED = np.datetime64("2020-01-01")


def tables(
    people=80,
    treated=lambda i: i % 3 == 0,
    work=lambda i: i % 4,
    age=lambda i: 20 + i % 23,
    start="2020-01-01",
    event=None,
    released=RELEASED,
):
    """Men released over 80 days; every other one is arrested after 30 to 109 days, unless `event` gives his day."""
    names = [f"P{i:03}" for i in range(people)]
    day = event or (lambda i: 30 + i if (i * 7 % 5) < 2 else None)
    return {
        "person": [{"person_id": p, "sex": "M"} for p in names],
        "service": [{"service_id": "aid", "name": "aid", "strand": "other"}],
        "index_event": [
            {"index_id": f"i{p}", "person_id": p, "index_date": str(released + i), "disposal": "custody", "age": age(i), "previous_convictions": i % 7}
            for i, p in enumerate(names)
        ],
        "offence": [
            {"offence_id": f"o{p}", "person_id": p, "offence_date": str(released + i + day(i)), "outcome": "arrest"}
            for i, p in enumerate(names)
            if day(i) is not None
        ],
        "programme": [
            {"participation_id": f"g{p}", "person_id": p, "service_id": "aid", "index_id": f"i{p}", "started_on": start}
            for i, p in enumerate(names)
            if treated(i)
        ],
        "assessment": [
            {"person_id": p, "assessed_on": "2019-12-31", "item": "work", "score": work(i)} for i, p in enumerate(names) if work(i) is not None
        ],
    }  # fmt: skip


def study(design, covariates=("age", "assessment.work"), **changes):
    base = {
        "id": "s", "question": "q", "clock": "rearrest-52-weeks", "design": design, "covariates": list(covariates),
        "programme": {"services": ["aid"], "label": "aid"},
    }  # fmt: skip
    return Study.model_validate({**base, **changes})


BAD = {
    "all treated": ({"treated": lambda i: True}, "everyone in the study is treated: there is nobody to compare with"),
    "no controls": ({"treated": lambda i: False}, "nobody who took part in the programme could be followed"),
    "one row": ({"people": 1}, "everyone in the study is treated"),
    "constant": ({"work": lambda i: 1}, r"assessment\.work: covariate is the same for everyone"),
    "never recorded": ({"work": lambda i: None}, r"assessment\.work: covariate is the same for everyone"),
}


@pytest.mark.parametrize("how", BAD)
def test_areas_that_cannot_be_studied_are_refused_by_every_design(make_area, how):
    change, message = BAD[how]
    area = make_area(tables(**change))
    for design in COMPARED:
        with pytest.raises(BadInput, match=message):
            evaluate(area, study(design))


def test_one_treated_person_is_refused_or_told(make_area):
    """Matching and weighting need two; a regression of one says nothing for certain."""
    area = make_area(tables(treated=lambda i: i == 5))
    for design in COMPARED:
        with pytest.raises(BadInput, match=r"at least 2 people treated|fewer than 2 people treated|separates"):
            evaluate(area, study(design))


def test_covariates_that_repeat_each_other_are_refused(make_area):
    area = make_area(tables(age=lambda i: 20 + i % 4, work=lambda i: i % 4))
    for design in set(COMPARED) - {"exact_strata", "entropy_balancing"}:
        with pytest.raises(BadInput, match=r"assessment\.work: a covariate repeats others"):
            evaluate(area, study(design))
    for design in ("exact_strata", "entropy_balancing"):
        assert evaluate(area, study(design)).se > 0


def test_a_covariate_that_separates_the_sides_is_refused(make_area):
    area = make_area(tables(work=lambda i: 2 if i % 3 == 0 else i % 2))
    for design in ("radius_matching", "nearest_neighbour", "subclassification", "weighting", "doubly_robust"):
        with pytest.raises(BadInput, match=r"assessment\.work: a covariate separates those who took part"):
            evaluate(area, study(design))
    with pytest.raises(BadInput, match="no weights can make the comparison like the people treated"):
        evaluate(area, study("entropy_balancing"))
    with pytest.raises(BadInput, match="no overlap is left"):
        evaluate(area, study("exact_strata", ["assessment.work"]))


def test_a_caliper_wider_than_the_scores_is_refused(make_area):
    area = make_area(tables())
    for design in ("radius_matching", "nearest_neighbour"):
        with pytest.raises(BadInput, match=r"matching\.caliper_sd: the caliper is wider than the range of the scores"):
            evaluate(area, study(design, matching={"caliper_sd": 50}))


def test_some_scores_missing_are_flagged_and_noted(make_area):
    area = make_area(tables(work=lambda i: None if i % 13 in (1, 5) else i % 4))  # on both sides
    for design in set(COMPARED) - {"exact_strata"}:
        found = evaluate(area, study(design))
        assert any("assessment.work was missing for 13 people" in note for note in found.notes)


def test_an_extract_too_early_for_the_clock_is_refused(make_area):
    area = make_area(tables(released=np.datetime64("2029-06-01"), start="2029-06-01"))
    for design in (*COMPARED, "randomised"):
        with pytest.raises(BadInput, match=r"nobody who took part .* whether the extract is late enough for the clock"):
            evaluate(area, study(design))


def test_an_outcome_before_the_start_is_red(make_area):
    """Treated men who start 100 days after release, some after their arrest: red, whatever the design."""
    late = str(RELEASED + 200)
    area = make_area(tables(start=late, event=lambda i: 40 if i % 2 == 0 else 230 + i))
    for design in ("cox_regression", "accelerated_failure_time"):
        flags = {c.name: c.flag for c in evaluate(area, study(design)).diagnostics}
        assert flags["time before the start"] == "red"
    never = make_area(tables(start=late, event=lambda i: 40 if i % 2 == 0 else None), name="never")
    with pytest.raises(
        BadInput, match="the programme: of those at risk when an event came, nobody differed on a covariate"
    ):
        evaluate(never, study("cox_regression", survival={"from_start": True}))
    honest = evaluate(area, study("cox_regression", survival={"from_start": True}))
    assert "time before the start" not in {c.name for c in honest.diagnostics}


def test_nobody_with_the_outcome_is_told(make_area):
    area = make_area(tables(event=lambda i: None))
    for design in ("cox_regression", "accelerated_failure_time"):
        with pytest.raises(BadInput, match="nobody had the event"):
            evaluate(area, study(design))
    for design in ("standardised_regression", "doubly_robust"):
        with pytest.raises(BadInput, match="the outcome is the same for everyone"):
            evaluate(area, study(design))
    for design in ("radius_matching", "weighting", "entropy_balancing", "subclassification"):
        found = evaluate(area, study(design))
        assert found.verdict == "not shown"
        with pytest.raises(BadInput, match="days to the first reoffence: known of fewer than 2 people treated"):
            evaluate(area, study(design, outcomes=["days_to_first"]))


def test_outcomes_that_cannot_be_estimated_are_noted_beside_those_that_can(make_area):
    """Tiers and custody were never recorded: the others are there, and the first says which are not, and why."""
    area = make_area(tables())
    asked = ["rate", "frequency", "days_to_first", "first_summary", "custody"]
    found = evaluate_outcomes(area, study("radius_matching"), asked)
    assert [one.measure for one in found] == ["rate", "frequency", "days_to_first"]
    assert len({one.seal for one in found}) == 1
    assert [one.id for one in found] == ["s", "s-frequency", "s-days-to-first"]
    missing = [note for note in found[0].notes if note.startswith("Not estimated")]
    assert len(missing) == 2
    assert "first reoffence summary: known of fewer than 2 people treated" in missing[0]
    assert found[2].of == "reoffenders"
    assert not found[2].lower_is_better
    with pytest.raises(BadInput, match="first reoffence summary"):
        evaluate_outcomes(area, study("radius_matching"), ["first_summary"])


def test_people_in_a_trial_without_an_arm_are_left_out(make_area):
    made = tables()
    for i, row in enumerate(made["programme"]):
        row["arm"] = ("treated", "comparison", "")[i % 3]
    found = evaluate(make_area(made), study("randomised"))
    assert (found.treated.n, found.comparison.n) == (9, 9)


@pytest.mark.parametrize("outcomes", [["rate", "rate"], ["rates"], []])
def test_outcomes_that_are_none_are_refused(outcomes):
    with pytest.raises(ValueError, match=r"named twice|Input should be|at least 1"):
        study("weighting", outcomes=outcomes)

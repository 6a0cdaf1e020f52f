"""The designs in words, and how strong each is: Maryland Scientific Methods and Nesta levels with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.evidence.effect import Balance, Grade
from resettle.evidence.randomised import METHOD as RANDOMISED
from resettle.evidence.regression import METHOD as REGRESSION
from resettle.evidence.study import DesignName, Matching, Study

UNRECORDED = "whatever was not recorded can still explain the difference"
GRADES: dict[DesignName, Grade] = {
    "randomised": Grade(
        maryland=5,
        nesta=3,
        why="People were assigned at random, so the groups differ by chance alone; not yet replicated.",
    ),
    "standardised_regression": Grade(
        maryland=2, nesta=2, why=f"The comparison is adjusted for what was recorded; {UNRECORDED}."
    ),
    "cox_regression": Grade(
        maryland=2, nesta=2, why=f"The comparison is adjusted for what was recorded; {UNRECORDED}."
    ),
    "accelerated_failure_time": Grade(
        maryland=2, nesta=2, why=f"The comparison is adjusted for what was recorded; {UNRECORDED}."
    ),
    "difference_in_differences": Grade(
        maryland=3,
        nesta=3,
        why="Places with the programme are compared with places without it, before and after; it holds if both would have "
        "changed alike. Not yet replicated.",
    ),
    "interrupted_time_series": Grade(
        maryland=2,
        nesta=2,
        why="The same places are compared before and after, allowing for the trend; whatever else changed at the time can "
        "still explain the difference.",
    ),
}


def grade_of(design: DesignName, balance: Sequence[Balance] = (), study: Study | None = None) -> Grade:
    """The grade of a design; one that makes the groups alike is graded by whether they are.

    Level 3 of both scales where every covariate is green or amber, 2 where one is red.
    """
    if study is not None and study.by_arm:
        return GRADES["randomised"]
    if design in GRADES:
        return GRADES[design]
    worst = max(balance, key=lambda one: abs(one.after))
    if worst.flag == "red":
        why = (
            f"The groups are still unlike on what was recorded ({worst.name}: {abs(worst.after):.2f} standard deviations apart), "
            "so the difference may be theirs and not the programme's."
        )
        return Grade(maryland=2, nesta=2, why=why)
    near = "alike" if worst.flag == "green" else "nearly alike"
    why = (
        f"A comparison group that is {near} on everything recorded (at most {abs(worst.after):.2f} standard deviations apart); "
        f"{UNRECORDED}. Not yet replicated."
    )
    return Grade(maryland=3, nesta=3, why=why)


def method_of(study: Study, error: str | None = None) -> str:
    """The method of a study in words, with the name of its headline standard error."""
    if study.design == "randomised":
        return RANDOMISED
    if study.design == "standardised_regression":
        return REGRESSION
    words = words_of(study.design, study.matching)
    return f"{words}; standard error: {error}" if error else words


def words_of(design: DesignName, settings: Matching) -> str:
    """How the comparison was made."""
    caliper = f"within {settings.caliper_sd:g} standard deviations of the log odds of taking part"
    if settings.shrink:
        caliper += ", halved until no covariate differed by 0.05 or halving brought the groups no nearer"
    again = "controls may be used again" if settings.replacement else "no control is used twice"
    controls = "the nearest control" if settings.neighbours == 1 else f"the {settings.neighbours} nearest controls"
    return {
        "radius_matching": f"radius matching: each person treated with all controls {caliper}",
        "nearest_neighbour": f"matching: each person treated with {controls} {caliper}; {again}",
        "exact_strata": "exact strata: each person treated with all controls who have the same values of every covariate",
        "subclassification": f"subclassification: {settings.classes} classes of the log odds of taking part",
        "weighting": "weighting by the odds of taking part, people with a probability above "
        f"{settings.trim_above:g} set aside",
        "entropy_balancing": "entropy balancing: weights that give the comparison the treated people's mean of every covariate",
        "doubly_robust": "weighting by the odds of taking part (people with a probability above "
        f"{settings.trim_above:g} set aside) joined with a logistic model of the outcome: right if either is",
    }[design]

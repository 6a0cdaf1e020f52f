"""`publish`: a study's findings without small numbers, and without anything from which one could be worked out.

All files of a report are written from what this returns, so that no number can reach one of them around it.
"""

from __future__ import annotations

from collections.abc import Callable

from resettle.evidence.diagnostics.attrition import Attrition, Loss
from resettle.evidence.diagnostics.counting import ANALYSED, WITH, WITHOUT, cell_of
from resettle.evidence.diagnostics.evaluate_study import NOT_ON_RECORD
from resettle.evidence.diagnostics.findings import BalanceLine, Compared, StudyFindings, Value
from resettle.evidence.diagnostics.profile import Share
from resettle.evidence.diagnostics.reading import COMPARED, TREATED, StudyRun
from resettle.evidence.diagnostics.rules import FEW_ON_A_SIDE
from resettle.evidence.diagnostics.subgroups import Subgroup
from resettle.evidence.disclosure import Hidden, Key, protect
from resettle.evidence.effect import Check
from resettle.report.disclosure import masked
from resettle.report.study.rounded import round_counts

KEPT_CHECK = "treated people compared"
Gone = Callable[..., bool]


def publish(run: StudyRun) -> StudyFindings:
    """The findings as they may be published, with a line in `suppressed` for each number that is left out."""
    f, threshold = run.findings, run.findings.threshold
    hidden: set[Key] = set()
    log: list[Hidden] = []
    for side in (run.treated, run.comparison):
        kept_back = protect(side.counts(), threshold, unseen=side.unseen)
        hidden |= {key for key in kept_back.hidden if key not in side.unseen}
        hidden |= {key for key in side.unseen if 0 < side.values[key] < threshold}
        log += kept_back.log
    gone: Gone = lambda *words: words in hidden  # noqa: E731
    outcomes = tuple(outcome(one, gone) for one in f.outcomes)
    small_rows = [one for one in outcomes if one.hidden and one.hidden != NOT_ON_RECORD]
    log += [Hidden(cell=f"table row: {one.label}", rule="primary", why=one.hidden) for one in small_rows]
    small = dict(rate_hidden(f)) if outcomes[0].hidden else {}
    attrition = f.attrition and merged(f.attrition, threshold)
    if f.attrition is not None and attrition != f.attrition:
        log.append(Hidden(cell="losses before the analysis", rule="primary", why=f"fewer than {threshold} people"))
    shown = f.model_copy(
        update={
            "outcomes": outcomes,
            "attrition": attrition,
            "profile": tuple(share(one, gone) for one in f.profile),
            "balance": tuple(balance_line(one, gone, run) for one in f.balance),
            "checks": tuple(check(one, f) for one in f.checks),
            "notes": tuple(masked(note) for note in f.notes),
            "subgroups": tuple(subgroup(one, gone) for one in f.subgroups),
            "negative_control": control(f, gone),
            "immortal": immortal(f, gone),
            "suppressed": tuple(log),
            "published": run.study.published,
            **small,
        }
    )
    base = run.study.publication.round_to
    return round_counts(shown, run, base) if base else shown


def rate_hidden(f: StudyFindings) -> list[tuple[str, object]]:
    """What goes with a rate that may not be shown: everything that was worked out from it."""
    nothing: tuple[object, ...] = ()
    kept = tuple(c for c in f.checks if c.name in ("largest standardised difference", "most unequal variance"))
    gone = ("errors", "tests", "specifications", "subgroups", "heterogeneity")
    return [*((name, nothing) for name in gone), ("checks", kept), ("power", None), ("linkage", None), ("notes", ())]


def outcome(one: Compared, gone: Gone) -> Compared:
    """One outcome; where a count behind it is hidden, without its numbers."""
    cells = {"rate": (WITH, WITHOUT)}.get(one.name, (one.name,))
    if one.name == "first_custody":
        cells = (one.name, "no custody of those named")
    if one.hidden or any(gone(side, cell) for side in (TREATED, COMPARED) for cell in cells):
        nothing = Value(n=None, count=None, value=None, low=None, high=None)
        left = {"difference": None, "low": None, "high": None, "p": None, "needed": None, "significant": False}
        return one.model_copy(
            update={"treated": nothing, "comparison": nothing, **left, "hidden": one.hidden or FEW_ON_A_SIDE}
        )
    return one


def share(one: Share, gone: Gone) -> Share:
    """One group of the profile."""
    ours, theirs = (gone(side, one.grouping, one.level) for side in (TREATED, COMPARED))
    left: dict[str, None] = {"n": None, "treated": None} if ours else {}
    return one.model_copy(update={**left, **({"comparison": None} if theirs or ours else {})})


def balance_line(one: BalanceLine, gone: Gone, run: StudyRun) -> BalanceLine:
    """One covariate: the numbers of a level that is hidden on either side are left out, its flag stays."""
    cells = [cell_of(side, one.name) for side in (run.treated, run.comparison)]
    if not any(cell is not None and gone(*cell) for cell in cells if isinstance(cell, tuple)):
        return one
    left = dict.fromkeys(
        ("treated", "comparison_before", "comparison_after", "before", "after", "variance_ratio", "unmatched")
    )
    return one.model_copy(update=left)


def check(one: Check, f: StudyFindings) -> Check:
    """A check's words without small counts of people."""
    lost = f.attrition
    last = lost.steps[-1].lost if lost is not None and lost.steps else None
    if one.name == KEPT_CHECK and one.value is not None and one.value < 1 and (last is None or last < f.threshold):
        words = f"All but fewer than {f.threshold}: the finding speaks for those who were compared."
        return one.model_copy(update={"value": None, "words": words})
    return one.model_copy(update={"words": masked(one.words)})


def subgroup(one: Subgroup, gone: Gone) -> Subgroup:
    """One subgroup: its difference with its people, or the difference alone where their number is hidden.

    Where fewer people than the threshold had, or did not have, the event, only that is said. Rates are not published: with
    the people they would give the numbers with the event away.
    """
    named = one.grouping, one.level
    if one.estimate is None:
        return one
    if any(gone(side, *named, ANALYSED, told) for side in (TREATED, COMPARED) for told in (WITH, WITHOUT)):
        return Subgroup(grouping=one.grouping, level=one.level, why_not=FEW_ON_A_SIDE)
    left = dict.fromkeys(("events", "comparison_events", "treated_rate", "comparison_rate"))
    for side, name in ((TREATED, "treated"), (COMPARED, "comparison")):
        if gone(side, *named, ANALYSED):
            left[name] = None
    return one.model_copy(update=left)


def control(f: StudyFindings, gone: Gone) -> object:
    """The negative control; without numbers where too few had it."""
    one = f.negative_control
    if one is None or not gone(TREATED, "negative control"):
        return one
    left = dict.fromkeys(("events", "treated", "comparison", "estimate", "low", "high", "p", "flag"))
    return one.model_copy(update=left)


def immortal(f: StudyFindings, gone: Gone) -> object:
    """The check of immortal time, its counts left out where they are small."""
    one = f.immortal
    if one is None:
        return None
    left: dict[str, None] = {}
    if gone(TREATED, "started later") or gone(TREATED, "started by the index date"):
        left["after"] = None
    if gone(TREATED, "event before the start"):
        left["before_start"] = None
    return one.model_copy(update=left)


def merged(found: Attrition, threshold: int) -> Attrition:
    """The waterfall with losses of fewer than `threshold` put together with the next; none is shown that stays small.

    What is left small at the end goes to the loss before it. Where all losses together are small, nothing but those
    analysed is shown.
    """
    steps: list[Loss] = []
    lost, reasons = 0, list[str]()
    for one in found.steps:
        lost, reasons = lost + (one.lost or 0), [*reasons, one.reason]
        if lost >= threshold:
            steps.append(Loss(reason="; or ".join(reasons), lost=lost, left=one.left))
            lost, reasons = 0, []
    if lost and not steps:
        return Attrition(first=found.first, submitted=None, steps=(), analysed=found.analysed)
    if lost:
        last = steps[-1]
        words = "; or ".join([last.reason, *reasons])
        steps[-1] = Loss(reason=words, lost=(last.lost or 0) + lost, left=found.analysed)
    return found.model_copy(update={"steps": tuple(steps)})

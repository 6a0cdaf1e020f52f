"""What stands between a person and a good life, as flags worked out from their map and plan, each with what could be done.

The four kinds of obstacle are those of the Good Lives Model (means, scope, coherence, capacity; Purvis, Ward and Willis 2011).
The thresholds are Resettle's own and stand in `Thresholds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from resettle.goodlives.records import Goal
from resettle.result import Record

Kind = Literal["gap", "means", "scope", "coherence", "capacity"]

RESPONSES: dict[str, tuple[str, ...]] = {
    "gap": ("find help for this good", "make a goal for it"),
    "harmful": ("look for another way to the same good", "name what the way gives, and where else it can be had"),
    "scope": ("widen the plan", "ask what would make this good matter less or come nearer"),
    "one_good": ("widen the plan", "ask what else matters"),
    "conflict": ("put the goals in an order", "look for a way that serves both"),
    "time": ("make a nearer goal on the way to the far one", "agree what can wait"),
    "internal": ("coaching or a programme", "a mentor who has been there", "practice in small steps"),
    "external": ("a commissioned service", "the personal budget", "advocacy with whoever sets the rule"),
}


class Rating(Record):
    """How much a good matters and how far somebody has it, 0 to 10, in one person's eyes at one time; None: not answered."""

    good: str
    rater: Literal["person", "worker"] = "person"
    at_time: Literal["now", "then"] = "now"
    importance: int | None = Field(default=None, ge=0, le=10)
    attainment: int | None = Field(default=None, ge=0, le=10)
    own_words: str = ""

    @property
    def gap(self) -> int | None:
        """Importance less attainment; None if either was not answered."""
        return None if self.importance is None or self.attainment is None else self.importance - self.attainment


class Means(Record):
    """A way a person gets goods now, or means to: `harmful` to themselves or others, `pulls_against` other means by id."""

    id: str
    text: str
    goods: tuple[str, ...]
    harmful: bool = False
    pulls_against: tuple[str, ...] = ()
    later_than: tuple[str, ...] = ()


class Capacity(Record):
    """Something a person lacks for a goal, in themselves (`internal`) or around them (`external`)."""

    goal_id: str
    locus: Literal["internal", "external"]
    text: str


class Thresholds(Record):
    """From which numbers on something is flagged."""

    gap: int = 4
    matters: int = 7
    hardly_there: int = 3
    one_good_share: float = 0.5


class Flag(Record):
    """An obstacle found: of which kind, about what, said in a sentence, with what could be done about it."""

    kind: Kind
    about: tuple[str, ...]
    sentence: str
    responses: tuple[str, ...]


def flags(
    ratings: Iterable[Rating],
    goals: Iterable[Goal] = (),
    means: Sequence[Means] = (),
    capacity: Iterable[Capacity] = (),
    thresholds: Thresholds | None = None,
) -> tuple[Flag, ...]:
    """Every obstacle that the person's own present ratings, means and goals show.

    The worker's ratings are never mixed in: they have `differences`.
    """
    limits, goals = thresholds or Thresholds(), tuple(goals)
    mine = [r for r in ratings if (r.rater, r.at_time) == ("person", "now")]
    return (
        *gap_flags(mine, goals, limits),
        *means_flags(means),
        *scope_flags(mine, goals, means, limits),
        *coherence_flags(means),
        *capacity_flags(capacity, goals),
    )


def gap_flags(ratings: Iterable[Rating], goals: Sequence[Goal], limits: Thresholds) -> Iterable[Flag]:
    """Goods that the person lacks and that no active goal is for."""
    served = {good for goal in goals if goal.state == "active" for good in goal.goods}
    for one in ratings:
        if one.gap is not None and one.gap >= limits.gap and one.good not in served:
            felt = f"matters {one.importance} of 10 and is there {one.attainment} of 10"
            sentence = f"{word(one.good).capitalize()} {felt}, and no active goal is for it."
            yield Flag(kind="gap", about=(one.good,), sentence=sentence, responses=RESPONSES["gap"])


def means_flags(means: Iterable[Means]) -> Iterable[Flag]:
    """Ways to a good that harm."""
    for one in means:
        if one.harmful:
            served = " and ".join(word(good) for good in one.goods) or "nothing named"
            sentence = f"{one.text}: a way to {served} that does harm."
            yield Flag(kind="means", about=(one.id,), sentence=sentence, responses=RESPONSES["harmful"])


def scope_flags(
    ratings: Iterable[Rating], goals: Sequence[Goal], means: Iterable[Means], limits: Thresholds
) -> Iterable[Flag]:
    """Goods that matter and are hardly there or have no means, and plans that are nearly all for one good."""
    have_means = {good for one in means for good in one.goods if not one.harmful}
    for one in ratings:
        matters = one.importance is not None and one.importance >= limits.matters
        low = one.attainment is not None and one.attainment <= limits.hardly_there
        if matters and (low or one.good not in have_means):
            why = "is hardly there" if low else "has no way there"
            sentence = f"{word(one.good).capitalize()} matters {one.importance} of 10 and {why}."
            yield Flag(kind="scope", about=(one.good,), sentence=sentence, responses=RESPONSES["scope"])
    yield from one_good_flags(goals, limits)


def one_good_flags(goals: Sequence[Goal], limits: Thresholds) -> Iterable[Flag]:
    """Plans of two goals or more in which one good holds more than its share."""
    active = [goal for goal in goals if goal.state == "active" and goal.goods]
    if len(active) < 2:
        return
    for good in dict.fromkeys(g for goal in active for g in goal.goods):
        share = sum(1 / len(goal.goods) for goal in active if good in goal.goods) / len(active)
        if share > limits.one_good_share:
            sentence = f"{share:.0%} of the active goals are for {word(good)}."
            yield Flag(kind="scope", about=(good,), sentence=sentence, responses=RESPONSES["one_good"])


def coherence_flags(means: Sequence[Means]) -> Iterable[Flag]:
    """Means that pull against each other (each pair once), and means whose time comes only after another."""
    known = {one.id: one for one in means}
    seen: set[frozenset[str]] = set()
    for one in means:
        for other in (known[id] for id in one.pulls_against if id in known and id != one.id):
            pair = frozenset({one.id, other.id})
            if pair not in seen:
                seen.add(pair)
                sentence = f"{one.text} and {other.text} pull against each other."
                yield Flag(
                    kind="coherence", about=(one.id, other.id), sentence=sentence, responses=RESPONSES["conflict"]
                )
        for other in (known[id] for id in one.later_than if id in known and id != one.id):
            sentence = f"{one.text} is for later, and {other.text} for now: one may crowd out the other."
            yield Flag(kind="coherence", about=(one.id, other.id), sentence=sentence, responses=RESPONSES["time"])


def capacity_flags(capacity: Iterable[Capacity], goals: Sequence[Goal]) -> Iterable[Flag]:
    """What is lacking for goals that are active."""
    active = {goal.id for goal in goals if goal.state == "active"}
    for one in capacity:
        if one.goal_id in active:
            yield Flag(kind="capacity", about=(one.goal_id,), sentence=one.text, responses=RESPONSES[one.locus])


def coverage(ratings: Iterable[Rating], goals: Iterable[Goal], gap: int = Thresholds().gap) -> float | None:
    """Share of the goods with a gap that have an active goal; None where no good has one."""
    served = {good for goal in goals if goal.state == "active" for good in goal.goods}
    lacking = [
        r.good for r in ratings if (r.rater, r.at_time) == ("person", "now") and r.gap is not None and r.gap >= gap
    ]
    return sum(good in served for good in lacking) / len(lacking) if lacking else None


def differences(ratings: Iterable[Rating]) -> dict[str, tuple[Rating, Rating]]:
    """The person's and the worker's present rating of each good that both rated, side by side and never averaged."""
    now = [r for r in ratings if r.at_time == "now"]
    theirs = {r.good: r for r in now if r.rater == "worker"}
    return {r.good: (r, theirs[r.good]) for r in now if r.rater == "person" and r.good in theirs}


def word(good: str) -> str:
    """A good inside a sentence."""
    return good.replace("_", " ")

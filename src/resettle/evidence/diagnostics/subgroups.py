"""Effects within groups of people, each matched anew, with p values that allow for how many groups were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import BadInput
from resettle.evidence.covariates import FEWEST as FEWEST_OF_A_LEVEL
from resettle.evidence.designing import Designed, make_design
from resettle.evidence.diagnostics.multiplicity import benjamini_hochberg, heterogeneity, holm
from resettle.evidence.diagnostics.sides import FEWEST, Sides, reach, two_sided
from resettle.evidence.study import DesignName, Matching
from resettle.provenance import hash_bytes
from resettle.result import Record

FEWEST_ON_A_SIDE = 3

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


class Subgroup(Record):
    """The effect within one group. `treated` and `comparison` are the people compared, `events` those of the treated.

    `p_holm` and `p_bh` allow for all groups of all groupings. Numbers are None where they are not published, or where the
    group could not be analysed, which `why_not` then says.
    """

    grouping: str
    level: str
    treated: int | None = None
    comparison: int | None = None
    events: int | None = None
    comparison_events: int | None = None
    treated_rate: float | None = None
    comparison_rate: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    p_bh: float | None = None
    why_not: str = ""


class Heterogeneity(Record):
    """Whether the effects of the groups of one grouping differ by more than chance (Cochran's Q)."""

    grouping: str
    q: float
    p: float


@dataclass(frozen=True)
class Part:
    """One group before any outcome is seen: who is in it, and its own comparison made alike; or why there is none."""

    grouping: str
    level: str
    who: Bools
    sides: Sides | None
    why_not: str = ""


def parts_of(sides: Sides, levels: dict[str, list[str]], settings: Matching) -> tuple[Part, ...]:
    """The design stage of the subgroups: each level of each grouping, matched anew among its own people."""
    import numpy as np

    made = []
    for grouping, values in levels.items():
        listed = np.array(values)
        for level in np.unique(listed):
            who: Bools = listed == level
            made.append(part_of(sides, grouping, str(level), who, settings))
    return tuple(made)


def part_of(sides: Sides, grouping: str, level: str, who: Bools, settings: Matching) -> Part:
    """One group's own comparison."""
    import numpy as np

    treated = sides.treated[who]
    if min(int(treated.sum()), int((~treated).sum())) < FEWEST:
        return Part(grouping, level, who, None, f"fewer than {FEWEST} people on a side")
    x = sides.x[who]
    kept = [i for i in range(x.shape[1]) if enough(x[:, i], treated)]
    names = tuple(sides.names[i] for i in kept)
    x, person = x[:, kept], np.unique(sides.person[who], return_inverse=True)[1]
    if sides.designed is None:
        return Part(grouping, level, who, Sides(sides.kind, x, names, treated, person, np.ones(len(treated))))
    try:
        designed = made_alike(sides.kind, x, names, treated, settings)
    except BadInput as error:
        return Part(grouping, level, who, None, error.problems[0].rule)
    return Part(
        grouping, level, who, Sides(sides.kind, designed.x, designed.names, treated, person, designed.weights, designed)
    )


def made_alike(kind: DesignName, x: Floats, names: tuple[str, ...], treated: Bools, settings: Matching) -> Designed:
    """A group's own comparison. A level that hardly anybody of one side has, so that no model can be fitted, is put
    together with the commonest one, as rare levels are in the whole study."""
    try:
        return make_design(kind, x, names, treated, settings)
    except BadInput as error:
        named = error.problems[0].column
        if named not in names or " = " not in named:
            raise
        kept = [i for i, name in enumerate(names) if name != named]
        return made_alike(kind, x[:, kept], tuple(names[i] for i in kept), treated, settings)


def enough(column: Floats, treated: Bools) -> bool:
    """Whether a column still varies within a group; of a 0/1 column, with ten people, and some of both sides, on each side
    of it. One that does not is left out, as rare levels are put together with the commonest in the whole study."""
    import numpy as np

    values, counts = np.unique(column, return_counts=True)
    if len(values) != 2:
        return len(values) > 2
    apart = [int((side & (column == value)).sum()) for value in values for side in (treated, ~treated)]
    return bool(counts.min() >= FEWEST_OF_A_LEVEL) and min(apart) >= FEWEST_ON_A_SIDE


def seal_of_parts(parts: tuple[Part, ...]) -> str:
    """The hash of the subgroups' designs: who is in each, and with which weight (in millionths)."""
    import numpy as np

    hashes = []
    for part in parts:
        weights = part.sides.weights if part.sides is not None else np.zeros(0)
        told = np.packbits(part.who).tobytes() + np.rint(weights * 1e6).astype("<i8").tobytes()
        hashes.append(f"{part.grouping}={part.level}:{hash_bytes(told)}")
    return hash_bytes("\n".join(hashes).encode())


def subgroup_effects(
    parts: tuple[Part, ...], outcome: Floats
) -> tuple[tuple[Subgroup, ...], tuple[Heterogeneity, ...]]:
    """The effect stage: one line for each group, adjusted for their number, and whether groups differ."""
    lines = [line_of(part, outcome) for part in parts]
    asked = [i for i, line in enumerate(lines) if line.p is not None]
    raw = [p for i in asked if (p := lines[i].p) is not None]
    for i, one, other in zip(asked, holm(raw), benjamini_hochberg(raw), strict=True):
        lines[i] = lines[i].model_copy(update={"p_holm": one, "p_bh": other})
    return tuple(lines), tuple(differ(lines))


def line_of(part: Part, outcome: Floats) -> Subgroup:
    """One group's effect."""
    sides = part.sides
    if sides is None:
        return Subgroup(grouping=part.grouping, level=part.level, why_not=part.why_not)
    own = outcome[part.who]
    try:
        found = sides.effect(own)
    except BadInput as error:
        return Subgroup(grouping=part.grouping, level=part.level, why_not=error.problems[0].rule)
    low, high = reach(found)
    treated, others = sides.treated & sides.kept, ~sides.treated & sides.kept
    return Subgroup(
        grouping=part.grouping,
        level=part.level,
        treated=int(treated.sum()),
        comparison=int(others.sum()),
        events=int(own[treated].sum()),
        comparison_events=int(own[others].sum()),
        treated_rate=found.treated_rate,
        comparison_rate=found.comparison_rate,
        estimate=found.estimate,
        low=low,
        high=high,
        p=two_sided(found.estimate, found.se),
    )


def differ(lines: list[Subgroup]) -> list[Heterogeneity]:
    """Cochran's Q for each grouping with two groups or more."""
    from scipy.stats import norm

    made = []
    for grouping in dict.fromkeys(line.grouping for line in lines):
        own = [
            (line.estimate, (line.high - line.low) / (2 * float(norm.ppf(0.975))))
            for line in lines
            if line.grouping == grouping
            and line.estimate is not None
            and line.low is not None
            and line.high is not None
        ]
        if len(own) > 1 and all(se > 0 for _, se in own):
            q, p = heterogeneity([e for e, _ in own], [se for _, se in own])
            made.append(Heterogeneity(grouping=grouping, q=q, p=p))
    return made

"""How alike the groups are, before and after the design; and what the design rests on. No outcome is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resettle.evidence.designing import Designed
from resettle.evidence.effect import Balance, Check, Flag

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BLOCK = 2048
# Fewest people who were set aside of whom a mean is shown.
FEWEST = 10
# Standardised differences as the Justice Data Lab marks them.
ALIKE, NEARLY = 0.05, 0.10


def balance_table(designed: Designed, centre: Sequence[float] = (), scale: Sequence[float] = ()) -> tuple[Balance, ...]:
    """Each column's means, standardised differences and ratio of variances, before and after the design.

    `centre` and `scale` lead back to a column's own units (`Design` has them).
    """
    import numpy as np

    ours, theirs = group_weights(designed)
    (all_mean, all_sd), (kept_mean, kept_sd), (gone_mean, _) = moments(designed.x[designed.treated], ours)
    (raw_mean, raw_sd), (new_mean, new_sd) = moments(designed.x, theirs)
    n_gone = int((designed.treated & ~designed.kept).sum())
    unit = np.where(all_sd > 0, all_sd, raw_sd)
    before, after = (all_mean - raw_mean) / unit, (kept_mean - new_mean) / unit
    own_centre, own_scale = np.array(centre or [0.0] * len(unit)), np.array(scale or [1.0] * len(unit))
    shown = [own_centre + own_scale * mean for mean in (kept_mean, raw_mean, new_mean, gone_mean)]
    return tuple(
        Balance(
            name=name,
            treated=float(shown[0][i]),
            comparison_before=float(shown[1][i]),
            comparison_after=float(shown[2][i]),
            before=float(before[i]),
            after=float(after[i]),
            variance_ratio=float(kept_sd[i] ** 2 / new_sd[i] ** 2) if new_sd[i] > 1e-9 else None,
            unmatched=float(shown[3][i]) if n_gone >= FEWEST else None,
            flag=flag_of(abs(float(after[i]))),
        )
        for i, name in enumerate(designed.names)
    )


def flag_of(difference: float, alike: float = ALIKE, nearly: float = NEARLY) -> Flag:
    """Green up to `alike`, amber up to `nearly`, red above. Differences are compared to nine decimals."""
    difference = round(difference, 9)
    return "green" if difference <= alike else "amber" if difference <= nearly else "red"


def group_weights(designed: Designed) -> tuple[Floats, Floats]:
    """Sets of weights, each adding up to 1: of the treated, all, those kept, those set aside; of all rows, the others as
    they are, and weighted.
    """
    import numpy as np

    treated = designed.treated
    kept = designed.kept[treated]
    ours = [np.ones(len(kept)), kept, ~kept]
    theirs = [~treated, np.where(treated, 0.0, designed.weights)]
    return np.array([to_one(row) for row in ours]), np.array([to_one(row) for row in theirs])


def to_one(row: NDArray[Any]) -> Floats:
    """Weights scaled to add up to 1, unless there are none."""
    total = float(row.sum())
    scaled: Floats = row / (total or 1.0)
    return scaled


def moments(x: Floats, weights: Floats) -> list[tuple[Floats, Floats]]:
    """For each row of `weights` (adding up to 1) the means and standard deviations of the columns, in blocks of rows."""
    import numpy as np

    shift = x[: 10 * BLOCK].mean(axis=0)
    first, second = np.zeros((len(weights), x.shape[1])), np.zeros((len(weights), x.shape[1]))
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK] - shift
        part = weights[:, start : start + BLOCK]
        first += part @ block
        second += part @ (block * block)
    spread = np.sqrt(np.maximum(second - first * first, 0.0))
    return [(mean + shift, sd) for mean, sd in zip(first, spread, strict=True)]


def design_checks(designed: Designed, balance: tuple[Balance, ...]) -> tuple[Check, ...]:
    """What the design rests on: balance, overlap, who was set aside, and how few people carry the comparison."""
    checks = [largest_difference(balance), variance_check(balance), kept_check(designed)]
    if designed.logit is not None:
        checks.append(overlap_check(designed))
    checks.append(effective_check(designed))
    if designed.matches is not None:
        checks += matching_checks(designed)
    if designed.caliper is not None:
        checks.append(caliper_check(designed))
    return tuple(checks)


def largest_difference(balance: tuple[Balance, ...]) -> Check:
    """The covariate on which the groups differ most after the design."""
    worst = max(balance, key=lambda one: abs(one.after))
    return Check(
        name="largest standardised difference",
        value=abs(worst.after),
        flag=worst.flag,
        words=f"{worst.name}: {worst.before:+.3f} before and {worst.after:+.3f} after, in standard deviations "
        f"(green up to {ALIKE}, amber up to {NEARLY:.2f}).",
    )


def variance_check(balance: tuple[Balance, ...]) -> Check:
    """The covariate whose spread differs most between the groups after the design."""
    import math

    ratios = [(one.variance_ratio, one.name) for one in balance if one.variance_ratio]
    ratio, name = max(ratios, key=lambda pair: abs(math.log(pair[0])), default=(1.0, "no covariate"))
    return Check(
        name="most unequal variance",
        value=ratio,
        flag=flag_of(abs(math.log(ratio)), math.log(1.25), math.log(2)),
        words=f"{name}: variance of the treated over that of the comparison (green 0.8 to 1.25, amber 0.5 to 2).",
    )


def kept_check(designed: Designed) -> Check:
    """The share of the treated who could be compared."""
    n, kept = int(designed.treated.sum()), int((designed.treated & designed.kept).sum())
    return Check(
        name="treated people compared",
        value=kept / n,
        flag=flag_of(1 - kept / n),
        words=f"{kept:,} of {n:,}: the finding speaks for them, not for those set aside (green from 95%, amber from 90%).",
    )


def overlap_check(designed: Designed) -> Check:
    """The share of the treated whose score lies within the scores of the others."""
    assert designed.logit is not None
    score, others = designed.logit.score[designed.treated], designed.logit.score[~designed.treated]
    inside = float(((score >= others.min()) & (score <= others.max())).mean())
    return Check(
        name="overlap of the scores",
        value=inside,
        flag=flag_of(1 - inside),
        words="The share of the treated whose score lies within the scores of the others.",
    )


def effective_check(designed: Designed) -> Check:
    """How many equally weighted people the comparison amounts to."""
    n = designed.effective_n
    return Check(
        name="effective size of the comparison",
        value=n,
        flag="red" if n < 30 else "amber" if n < 60 else "green",
        words=f"Its weights amount to {n:,.0f} people of equal weight (green from 60, amber from 30).",
    )


def matching_checks(designed: Designed) -> list[Check]:
    """Controls for each treated person, and the control that is used most."""
    import numpy as np

    assert designed.matches is not None
    counts = designed.matches.counts[designed.matches.matched]
    most = designed.matches.most_reused
    share = most / len(counts)
    return [
        Check(
            name="controls for each treated person",
            value=float(np.median(counts)),
            words=f"The median; from {counts.min():,} to {counts.max():,}.",
        ),
        Check(
            name="most used control",
            value=most,
            flag=flag_of(share),
            words=f"It stands for {most:.1f} treated people, {100 * share:.1f}% of the comparison "
            "(green up to 5%, amber up to 10%).",
        ),
    ]


def caliper_check(designed: Designed) -> Check:
    """How much of all the others a caliper lets in: a wide one compares with everybody."""
    import numpy as np

    assert designed.logit is not None and designed.caliper is not None
    score = designed.logit.score
    others = score[~designed.treated]
    middle = float(np.median(score[designed.treated]))
    share = float(((others >= middle - designed.caliper) & (others < middle + designed.caliper)).mean())
    return Check(
        name="caliper against the scores",
        value=share,
        flag=flag_of(share, 0.25, 0.5),
        words=f"The caliper is {designed.caliper:.3f} log odds ({designed.caliper / float(score.std()):.3g} standard deviations); "
        f"around the median treated person it holds {100 * share:.1f}% of the others (green up to 25%, amber up to 50%).",
    )

"""What a score returns: a probability for each person, or the reason why there is none, and the warning that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WARNING = (
    "For research and commissioning only, to describe and adjust for case mix. Not an operational risk assessment: never"
    " use it to decide about a person. The live service may differ."
)
BANDS = np.array(["low", "medium", "high", "very high"])


class Reason(IntEnum):
    """Why a person has no score; 0 where they have one."""

    SCORED = 0
    SEX = 1
    AGE = 2
    FIRST_SANCTION = 3
    SANCTIONS = 4
    VIOLENT_SANCTIONS = 5
    OFFENCE = 6
    EXACT_OFFENCE = 7
    NO_WEIGHT = 8
    ITEM = 9
    DRUG_MOTIVATION = 10
    UNDER_18 = 11

    @property
    def text(self) -> str:
        """The reason in words."""
        return TEXTS[self]


TEXTS = {
    Reason.SCORED: "scored",
    Reason.SEX: "sex not known as male or female",
    Reason.AGE: "age not known",
    Reason.FIRST_SANCTION: "age at the first sanction not known",
    Reason.SANCTIONS: "number of sanctions not known",
    Reason.VIOLENT_SANCTIONS: "number of violent sanctions not known",
    Reason.OFFENCE: "offence not known",
    Reason.EXACT_OFFENCE: "offence code too broad: the exact offence is needed",
    Reason.NO_WEIGHT: "no weight is published for the offence code",
    Reason.ITEM: "an assessment item is missing",
    Reason.DRUG_MOTIVATION: "drug use without an answer on motivation",
    Reason.UNDER_18: "under 18 at the start of follow-up",
}


@dataclass(frozen=True)
class Scores:
    """The scores of people, in the order in which they were given.

    `probability` lies between 0 and 1 and is NaN where `reason` (a `Reason` as a number) is not 0. `missing` counts, by
    column, the people without a value that is needed. `dynamic` says who was scored with assessment items; `points` holds
    the points of the point scales (OGP, OVP).
    """

    predictor: str
    years: int
    probability: Floats
    reason: NDArray[np.int8]
    missing: dict[str, int]
    dynamic: NDArray[np.bool_]
    bounds: tuple[float, ...]
    whole_percent: bool
    points: Floats | None = None
    warning: str = WARNING

    @property
    def percent(self) -> Floats:
        """The probability as the service prints it: in percent with halves rounded up, never 0 and never 100.

        OGRS3, OGP and OVP have whole percentages (1 to 99), the predictors of 2026 two decimals.
        """
        scale = 1.0 if self.whole_percent else 100.0
        # The service rounds the older scores to five decimals before it makes percentages of them.
        share = np.round(self.probability, 5) if self.whole_percent else self.probability
        return np.clip(np.floor(share * 100 * scale + 0.5), 1.0, 100 * scale - 1.0) / scale

    @property
    def band(self) -> NDArray[np.str_]:
        """The service's band of each person (low, medium, high, very high); empty where there is no score."""
        found = BANDS[np.searchsorted(self.bounds, self.percent, side="right").clip(0, 3)]
        return np.where(self.reason == Reason.SCORED, found, "")

    @property
    def unscored(self) -> dict[str, int]:
        """How many people have no score, by reason in words."""
        counts = np.bincount(self.reason, minlength=len(Reason))
        return {r.text: int(counts[r]) for r in Reason if r and counts[r]}

    @property
    def sentence(self) -> str:
        """How many people were scored, their mean, and the warning."""
        scored = int((self.reason == Reason.SCORED).sum())
        mean = f", mean {100 * np.nanmean(self.probability):.1f} %" if scored else ""
        return f"{self.predictor}, {self.years}-year: {scored:,} of {len(self.reason):,} people scored{mean}. {self.warning}"

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__

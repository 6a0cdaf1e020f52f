"""What a pound in later years is worth now: the declining discount rates of HM Treasury's Green Book."""

from __future__ import annotations

import math
from collections.abc import Mapping

from resettle.errors import bad
from resettle.reference.figures import Figure, figures_in

BANDS = (
    ("discounting.years_1_to_30", 0.0, 30.0),
    ("discounting.years_31_to_75", 30.0, 75.0),
    ("discounting.after_75_years", 75.0, math.inf),
)


def discount_figures(
    overrides: Mapping[str, float] | None = None, overridden_by: str = "the area"
) -> tuple[Figure, ...]:
    """The discount rates in use, earliest years first."""
    return figures_in((name for name, _, _ in BANDS), overrides, overridden_by)


def discount_factor(years: float, overrides: Mapping[str, float] | None = None) -> float:
    """Present value of one pound, in constant prices, `years` from now (parts of a year count).

    Each year is discounted at the rate of its own band, 3.5 percent to year 30, 3.0 to year 75, 2.5 after (Green Book),
    unless overridden. Years before now, and rates of -100 percent or less, are a `BadInput`.
    """
    if not math.isfinite(years) or years < 0:
        raise bad("cannot discount over this time", value=years, do="Give a number of years from now, 0 or more.")
    factor = 1.0
    for rate, (name, start, end) in zip(discount_figures(overrides), BANDS, strict=True):
        if rate.value <= -100:
            raise bad("not a usable discount rate", column=name, value=rate.value, do="Give a percent above -100.")
        factor *= (1 + rate.value / 100) ** -max(0.0, min(years, end) - start)
    return factor

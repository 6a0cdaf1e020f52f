"""A number of a scenario with how sure it is: a value or a published figure, its 95 % range, and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from resettle.document import Misfit
from resettle.errors import did_you_mean
from resettle.reference.figures import Figure, figure, published, suggest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NORMAL_95 = 1.959963984540054


class Quantity(BaseModel):
    """A number: written plainly, or as a table.

    Either `value` or the name of a published `figure` (of `period`, else the last one), multiplied by `times`. `low` and
    `high` are the ends of its 95 % range; without them it is taken as certain. Draws have their median at the value and
    their 2.5th and 97.5th percentiles at the ends: normal on the log scale on each side of the value, on the logit scale
    for shares.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None = None
    figure: str | None = None
    period: str | None = None
    times: float = Field(1.0, gt=0)
    low: float | None = None
    high: float | None = None
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, int | float) and not isinstance(given, bool) else given

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.value is None) == (self.figure is None):
            raise ValueError("give either a value or the name of a published figure")
        if self.figure is not None and self.figure not in published():
            raise Misfit(f"no such figure: {self.figure}", "figure", do=suggest(self.figure))
        if self.figure is not None and self.period is not None:
            known = [one.period for one in published()[self.figure]]
            if self.period not in known:
                raise Misfit(
                    f"{self.figure} has no such period", value=self.period, do=did_you_mean(self.period, known)
                )
        if (self.low is None) != (self.high is None):
            raise ValueError("a range needs both low and high")
        centre = self.centre()
        if centre < 0 or (self.low is not None and self.low < 0):
            raise ValueError("must not be negative")
        if self.low is not None and self.high is not None and not self.low <= centre <= self.high:
            raise ValueError("the value must lie between low and high")
        return self

    def most(self) -> float:
        """The greatest number that is named: the upper end of the range, or the value."""
        return max(self.centre(), self.high or 0.0)

    def centre(self, own: Mapping[str, float] | None = None) -> float:
        """The value, or the published figure (the user's own, if they gave one), times `times`."""
        if self.value is not None:
            return self.value * self.times
        assert self.figure is not None
        return figure(self.figure, self.period, own).value * self.times

    def used(self, own: Mapping[str, float] | None = None, name: str = "the area") -> list[Figure]:
        """The published figure that it rests on, if any."""
        return [figure(self.figure, self.period, own, name)] if self.figure else []

    def draw(self, z: Floats, own: Mapping[str, float] | None = None, *, share: bool = False) -> Floats:
        """The value at each standard normal draw `z`."""
        import numpy as np

        centre = self.centre(own)
        if self.low is None or self.high is None:
            return np.full(z.shape, centre)
        to, back = (logit, expit) if share else (np.log, np.exp)
        floor = 1e-9
        low, middle, high = (to(min(max(v, floor), 1 - floor) if share else max(v, floor)) for v in
                             (self.low, centre, self.high))  # fmt: skip
        found: Floats = back(middle + z / NORMAL_95 * np.where(z < 0, middle - low, high - middle))
        return found


def at_most(limit: float, rule: str, do: str) -> AfterValidator:
    """What refuses a number, or the upper end of its range, that is over `limit`."""

    def check(given: Quantity) -> Quantity:
        if given.most() > limit:
            raise Misfit(rule, value=f"{given.most():g}", do=do)
        return given

    return AfterValidator(check)


Share = Annotated[Quantity, at_most(1, "a share is at most 1", "Write 35 % as 0.35.")]
Factor = Annotated[Quantity, at_most(20, "a factor is at most 20", "Write 20 % more as 1.2, 20 % less as 0.8.")]
People = Annotated[Quantity, at_most(1e9, "more people than there can be", "Correct the number of people.")]
Months = Annotated[Quantity, at_most(1200, "a stay of more than 100 years", "Give it in months.")]
Days = Annotated[Quantity, at_most(36525, "more than 100 years", "Give it in days.")]


def logit(p: Any) -> Any:
    """Log odds."""
    import numpy as np

    return np.log(p / (1 - p))


def expit(x: Any) -> Any:
    """The share that has these log odds."""
    import numpy as np

    return 1 / (1 + np.exp(-x))


class Normals:
    """Standard normal draws, one stream a name: a lever that is added leaves every other draw as it was."""

    def __init__(self, seed: int, draws: int) -> None:
        self.seed = seed
        self.draws = draws

    def __call__(self, name: str) -> Floats:
        """The draws of a named quantity."""
        import numpy as np

        from resettle.provenance import hash_bytes

        key = int(hash_bytes(name.encode())[:16], 16)
        return np.random.default_rng([self.seed, key]).standard_normal(self.draws)

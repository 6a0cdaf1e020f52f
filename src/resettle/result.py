"""What every result can do: print a sentence, give a table and a picture, be written to JSON and read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict

from resettle.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd


class Interval(BaseModel):
    """A confidence interval: `low` to `high` at `level` (0.95 unless said), and the method that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    low: float
    high: float
    method: str
    level: float = 0.95


class Record(BaseModel):
    """A frozen piece of a result: equal by value, written to JSON and read back without loss."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def to_json(self, indent: int | None = 2) -> str:
        """The record as JSON text. Money and dates are strings, so that nothing is rounded."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read back what `to_json` wrote; raises `pydantic.ValidationError` if it is something else."""
        return cls.model_validate_json(text)


class Result(Record):
    """A result that passes between rooms. Its class says what it holds; its provenance, where it came from."""

    provenance: Provenance = Provenance()

    @property
    def sentence(self) -> str:
        """The finding in one plain sentence, with its interval and the people it speaks for."""
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        """The result as rows of plain values: what `.table()` shows and reports print."""
        raise NotImplementedError

    def table(self) -> pd.DataFrame:
        """The result as a pandas table."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def plot(self) -> Any:
        """The result as a chart (SVG in a notebook)."""
        if _draw is None:
            raise RuntimeError("import resettle to draw results")
        return _draw(self)

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__


_draw: Callable[[Result], Any] | None = None


def draw_with(draw: Callable[[Result], Any]) -> None:
    """Tell results how they are drawn: called once by the package, so that no result imports the report."""
    global _draw
    _draw = draw


class Link(Record):
    """One edge of the thread, from a cause to a consequence, each named `kind:id` (`person:P1`, `line:L3`).

    `share` is the part of the consequence's amount that this cause answers for (None where nothing is shared out);
    `why` says in words how the one led to the other.
    """

    from_id: str
    to_id: str
    share: float | None = None
    why: str

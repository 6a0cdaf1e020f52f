"""The columns that scores are made from: read, checked, and told with row and column where they cannot be."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resettle.errors import BadInput, bad, did_you_mean
from resettle.evidence.scores.scored import Floats, Reason

People = Mapping[str, ArrayLike]

TEXT_COLUMNS = {"sex": "sex: M or F (N, NS or empty where it is not known)", "offence_code": "five-digit offence code"}
REASONS = {
    "age_at_conviction": Reason.AGE,
    "age_at_follow_up": Reason.AGE,
    "age_at_first_sanction": Reason.FIRST_SANCTION,
    "sanctions": Reason.SANCTIONS,
    "violent_sanctions": Reason.VIOLENT_SANCTIONS,
}


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Every numeric column by name, as declared in `columns.toml`."""
    return tomllib.loads(files("resettle.evidence.scores").joinpath("columns.toml").read_text("utf-8"))


def meaning(column: str) -> str:
    """What a column holds, in words."""
    return TEXT_COLUMNS.get(column) or str(declared()[column]["meaning"])


def items() -> list[str]:
    """The columns that are items of an assessment."""
    return [name for name, column in declared().items() if "item" in column]


class Columns:
    """People as columns of one length, read one column at a time.

    `reason` collects, for each person, the first reason why they cannot be scored, and `missing` the number of people
    without each value. In errors a row is a position counted from 1, or, where `names` are given, named; `file_of` says
    which file a column came from.
    """

    def __init__(
        self,
        people: People,
        file_of: Callable[[str], object] = lambda column: None,
        names: Sequence[str] | None = None,
    ) -> None:
        unknown = [name for name in people if name not in declared() and name not in TEXT_COLUMNS]
        if unknown:
            raise bad("unknown column", column=unknown[0], do=did_you_mean(unknown[0], [*declared(), *TEXT_COLUMNS]))
        self.people = {name: np.atleast_1d(np.asarray(values)) for name, values in people.items()}
        self.file_of, self.names = file_of, names
        lengths = {name: len(values) for name, values in self.people.items()}
        if len(set(lengths.values())) > 1:
            raise bad("columns differ in length", value=lengths, do="Give one value for each person in every column.")
        self.n = next(iter(lengths.values()), 0)
        self.reason = np.zeros(self.n, dtype=np.int8)
        self.missing: dict[str, int] = {}

    def renewed(self) -> Columns:
        """The same columns with no reasons collected yet."""
        return Columns(self.people, self.file_of, self.names)

    def blame(self, rows: NDArray[np.bool_], reason: Reason) -> None:
        """Note a reason for people who have none yet."""
        self.reason[rows & (self.reason == Reason.SCORED)] = reason

    def fault(self, rows: NDArray[np.bool_], column: str, rule: str, do: str) -> BadInput:
        """A `BadInput` about the first of the rows."""
        i = int(np.argmax(rows))
        value = self.people[column][i]
        if self.names is not None:
            return bad(f"{rule} ({self.names[i]})", file=self.file_of(column), column=column, value=value, do=do)
        return bad(rule, file=self.file_of(column), row=i + 1, column=column, value=value, do=do)

    def given(self, name: str) -> NDArray[Any]:
        """A column as it was given; one that is needed and absent is a `BadInput`."""
        if name not in self.people:
            raise bad("a column is missing", file=self.file_of(name), column=name, do=f"Add {name} ({meaning(name)}).")
        return self.people[name]

    def number(self, name: str) -> Floats:
        """A numeric column that is needed: checked, with people who have no value blamed."""
        values = self.read(name)
        self.needed(name, np.isnan(values), REASONS.get(name, Reason.ITEM))
        return values

    def optional(self, name: str, instead: Floats | float = 0.0) -> Floats:
        """A column that may be left out or empty; `instead` stands in for what is not there."""
        if name not in self.people:
            return np.broadcast_to(np.asarray(instead, dtype=float), (self.n,))
        values = self.read(name)
        return np.where(np.isnan(values), instead, values)

    def read(self, name: str) -> Floats:
        """A numeric column with NaN where a value is missing.

        Values outside their bounds, fractions (except of ages, which are cut to completed years) and text are `BadInput`.
        """
        column = declared()[name]
        values = self.as_floats(name, self.given(name))
        if name.startswith("age"):
            values = np.floor(values)
        self.check(name, values, column.get("low", 0), column["high"])
        return values

    def needed(self, name: str, absent: NDArray[np.bool_], reason: Reason) -> None:
        """Blame and count the people without a value."""
        if absent.any():
            self.blame(absent, reason)
            self.missing[name] = int(absent.sum())

    def as_floats(self, name: str, values: NDArray[Any]) -> Floats:
        """Values as floats, None and masked as NaN; text is a `BadInput`."""
        if values.dtype.kind in "fiub":
            return values.astype(float)
        try:
            return np.array([np.nan if v is None else float(v) for v in values])
        except (TypeError, ValueError):
            wrong = np.array([not is_number(v) for v in values])
            raise self.fault(wrong, name, "not a number", f"Give {meaning(name)} as a number.") from None

    def check(self, name: str, values: Floats, low: float, high: float) -> None:
        """Refuse values outside their bounds, and fractions."""
        with np.errstate(invalid="ignore"):
            outside = (values < low) | (values > high)
            broken = ~np.isnan(values) & (values % 1 != 0)
        if outside.any():
            rule = f"{meaning(name)}: must lie between {low} and {high}"
            if name.startswith("age") and low == 10 and values[np.argmax(outside)] < low:
                rule = f"{meaning(name)}: under 10, where the predictors begin"
            raise self.fault(outside, name, rule, "Correct the value, or leave it empty where it is not known.")
        if broken.any():
            raise self.fault(broken, name, f"{meaning(name)}: must be a whole number", "Correct the value.")

    def female(self) -> Floats:
        """1 for women and girls, 0 for men and boys, NaN where sex is not known; anything else is a `BadInput`."""
        codes, found = factorise(self.given("sex"))
        known = {"M": 0.0, "F": 1.0, "N": np.nan, "NS": np.nan, "": np.nan}
        table = np.array([known.get(str(v), -1.0) for v in found] + [np.nan])
        values = table[codes]
        if (values == -1.0).any():
            do = "Write M or F, or N, NS or nothing where it is not known."
            raise self.fault(values == -1.0, "sex", "unknown code of sex", do)
        self.needed("sex", np.isnan(values), Reason.SEX)
        return values


def factorise(values: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """The values as positions in a list of distinct values; -1 (the last place of a table) where there is none."""
    import pandas as pd

    codes, found = pd.factorize(values.astype(object))
    return codes, np.asarray(found, dtype=object)


def is_number(value: Any) -> bool:
    """Whether a value can be read as a number (None can: it is missing)."""
    try:
        float(np.nan if value is None else value)
    except (TypeError, ValueError):
        return False
    return True

"""Columns: a million outcomes as whole numbers (days, codes of words, people), read only when a rule asks for them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.commissioning.settlement.keys import codes_of, rank_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Days = NDArray[np.int32]
    Codes = NDArray[np.int32]

EPOCH = date(1970, 1, 1)
NEVER = 10**7
"""A day that never comes: of an outcome that was not verified."""


def day_number(day: date) -> int:
    """A date as days since 1 January 1970."""
    return (day - EPOCH).days


class Columns:
    """The outcomes of a contract as whole numbers. A column is read only when a rule asks for it, and once."""

    def __init__(self, table: pa.Table) -> None:
        """Take the table of some `Outcomes`."""
        self.table = table
        self.coded: dict[str, tuple[Codes, list[str | None]]] = {}

    @cached_property
    def observed(self) -> Days:
        """Days on which they were observed."""
        return days(self.table["observed_on"])

    @cached_property
    def verified(self) -> Days:
        """Days on which they were verified; `NEVER` where they were not."""
        return days(self.table["verified_on"])

    @cached_property
    def banded(self) -> Days:
        """Days on which their complexity band was set; `NEVER` where that is not known."""
        return days(self.table["banded_on"])

    @cached_property
    def rank(self) -> Ints:
        """A number for each in the order of the ids."""
        return rank_of(self.table["evidence_id"])[0]

    @cached_property
    def people(self) -> tuple[Ints, int]:
        """A number for each person, and one more than the highest."""
        return codes_of(self.table["person"])

    def words(self, column: str) -> tuple[Codes, list[str | None]]:
        """A number for each different word of a column with few words, and the words; empty values have the last number."""
        if column not in self.coded:
            self.coded[column] = self.read_words(column)
        return self.coded[column]

    def read_words(self, column: str) -> tuple[Codes, list[str | None]]:
        """The numbers and words of a column, from its dictionary."""
        held = self.table[column].combine_chunks()
        known = held.dictionary.to_pylist()
        return held.indices.fill_null(len(known)).to_numpy(zero_copy_only=False), [*known, None]

    def tally(self, column: str, rows: Ints) -> dict[str | None, int]:
        """How often each word of a column stands among some rows."""
        import numpy as np

        codes, known = self.words(column)
        numbers = np.bincount(codes[rows], minlength=len(known))
        return {word: int(n) for word, n in zip(known, numbers, strict=True) if n}

    def by_person(self, numbers: dict[str, int]) -> Days:
        """For each row the number that its person has; `NEVER` where the person has none."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        found = pc.index_in(self.table["person"], value_set=pa.array(list(numbers), pa.string()))
        place = found.combine_chunks().fill_null(len(numbers)).to_numpy(zero_copy_only=False)
        found_days: Days = np.array([*numbers.values(), NEVER], dtype=np.int32)[place]
        return found_days

    def ids(self, rows: Ints) -> list[str]:
        """The ids of some rows, as a line names its evidence: `outcome:…`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        held = self.table["evidence_id"].take(pa.array(rows))
        found: list[str] = pc.binary_join_element_wise("outcome", held, ":").to_pylist()
        return found

    def only(self, rows: Ints, at: date) -> Columns:
        """Some of the rows, as they were known on a day: a later verification is not there yet."""
        return Some(self, rows, at)


class Some(Columns):
    """Some of the rows of columns, as known on a day."""

    def __init__(self, whole: Columns, rows: Ints, at: date) -> None:
        """Take the columns, which rows of them, and the day."""
        super().__init__(whole.table)
        self.whole, self.rows, self.last = whole, rows, day_number(at)

    @cached_property
    def observed(self) -> Days:
        """As of all columns."""
        return self.whole.observed[self.rows]

    @cached_property
    def verified(self) -> Days:
        """As of all columns; `NEVER` also where it was later."""
        import numpy as np

        days = self.whole.verified[self.rows]
        return np.where(days > self.last, np.int32(NEVER), days)

    @cached_property
    def banded(self) -> Days:
        """As of all columns."""
        return self.whole.banded[self.rows]

    @cached_property
    def rank(self) -> Ints:
        """As of all columns."""
        return self.whole.rank[self.rows]

    @cached_property
    def people(self) -> tuple[Ints, int]:
        """As of all columns."""
        codes, number = self.whole.people
        return codes[self.rows], number

    def read_words(self, column: str) -> tuple[Codes, list[str | None]]:
        """As of all columns."""
        codes, known = self.whole.words(column)
        return codes[self.rows], known

    def by_person(self, numbers: dict[str, int]) -> Days:
        """As of all columns."""
        return self.whole.by_person(numbers)[self.rows]

    def ids(self, rows: Ints) -> list[str]:
        """As of all columns."""
        return self.whole.ids(self.rows[rows])


def days(column: pa.ChunkedArray) -> Days:
    """Dates as days since 1970; `NEVER` where there is none."""
    import pyarrow as pa

    numbers: Days = column.cast(pa.int32()).combine_chunks().fill_null(NEVER).to_numpy(zero_copy_only=False)
    return numbers

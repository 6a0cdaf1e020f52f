"""What an import did."""

from __future__ import annotations

from resettle.errors import Problem
from resettle.result import Record

SHOWN = 10


class ImportReport(Record):
    """Counts of one import: `read` = `kept` + `quarantined` + `already_there`, always.

    `mended` counts rows that left the open quarantine. `rules` counts the broken rules (a row may break several); `problems`
    are the first of them; `warnings` say what of the file was not kept or not checked.
    """

    table: str
    file: str
    read: int
    kept: int
    quarantined: int
    already_there: int
    mended: int = 0
    rules: dict[str, int] = {}
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The counts in one sentence."""
        text = (
            f"{self.file} into {self.table}: {self.read:,} rows read = {self.kept:,} kept + {self.quarantined:,} quarantined "
            f"+ {self.already_there:,} already there."
        )
        return f"{text} {self.mended:,} quarantined before now mended." if self.mended else text

    def lines(self) -> list[str]:
        """The report as lines of text: the sentence, warnings, counts by rule, and the first problems."""
        lines = [self.sentence, *self.warnings]
        lines += [f"  {count:,} x {rule}" for rule, count in self.rules.items()]
        lines += [f"  {problem}" for problem in self.problems]
        if self.quarantined > 0:
            lines.append("Quarantined rows are kept apart; mend them and import them again.")
        return lines

"""Ballots: a table of votes, one row for each service that a voter approves."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

from resettle.document import read_text
from resettle.errors import BadInput, Problem, bad, did_you_mean

COLUMNS = ("voter", "service")


def read_ballots(path: str | Path, known: Collection[str]) -> list[frozenset[str]]:
    """The services that each voter approved, voters in the order in which they first stand.

    Voters are pseudonyms. An empty cell, a row that stands twice and a service that is not in `known` are each a `BadInput`.
    """
    where = Path(path)
    reader = csv.DictReader(io.StringIO(read_text(where)), strict=True)
    try:
        names, rows = tuple(reader.fieldnames or ()), list(reader)
    except csv.Error as error:
        raise bad(f"not a table: {error}", file=where, row=reader.line_num, do="Save it as CSV.") from None
    if names != COLUMNS:
        other = len(names) == 1 and (";" in names[0] or "\t" in names[0])
        do = "Save it as CSV with commas between the columns." if other else "Name them so."
        raise bad("the columns are not voter,service", file=where, row=1, value=",".join(names), do=do)
    votes: dict[str, set[str]] = {}
    problems = []
    for n, row in enumerate(rows, start=2):
        voter, service = (row["voter"] or "").strip(), (row["service"] or "").strip()
        if fault := fault_of(row, voter, service, known, votes):
            problems.append(Problem(fault[0], str(where), n, fault[1], fault[2], fault[3]))
        else:
            votes.setdefault(voter, set()).add(service)
    if problems:
        raise BadInput(*problems)
    if not votes:
        raise bad("nobody voted", file=where, do="Give one row for each service that a voter approves.")
    return [frozenset(one) for one in votes.values()]


def fault_of(
    row: dict[str, str], voter: str, service: str, known: Collection[str], votes: dict[str, set[str]]
) -> tuple[str, str, str, str] | None:
    """What is wrong with one row: rule, column, value, what to do."""
    if None in row:
        return "the row has more cells than columns", "voter", voter, "Take the others out."
    if not voter:
        return "no voter", "voter", "", "Give each voter a pseudonym."
    if service not in known:
        return "a vote for something that is not on the menu", "service", service, did_you_mean(service, known)
    if service in votes.get(voter, ()):
        return "a vote stands twice", "service", service, "Take one of them out."
    return None

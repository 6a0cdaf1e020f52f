"""`resettle link`: a list of people linked to a register."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from resettle.evidence.linkage import Linkage, People

Register = Annotated[Path, typer.Argument(metavar="REGISTER", help="CSV file of the people who might be meant.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results; keep it where the lists are kept.")]
Sheet = Annotated[Path | None, typer.Option("--decisions", help="The sheet review.csv, filled in.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
KEY = "pseudonyms.key"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("link")(link)


def link(
    people: Annotated[Path, typer.Argument(metavar="LIST", help="CSV file of the people to find.")],
    within: Register,
    out: Out,
    decisions: Sheet = None,
    accept: Annotated[float, typer.Option(help="Probability from which a pair is linked.")] = 0.95,
    review: Annotated[float, typer.Option(help="Probability from which a person is asked.")] = 0.5,
    check: Annotated[int, typer.Option(help="Links drawn by chance for a person to check.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn by chance.")] = 1,
    as_json: Json = False,
) -> None:
    """Link a list of people to a register by names, date of birth and identifiers.

    Writes linked.csv (pseudonym, record and probability), pseudonyms.csv (who is who in the register), review.csv (pairs
    for a person to look at), attrition.csv, set_aside.csv (values that cannot be right) and linkage.json.
    """
    from resettle.cli.printing import show_result
    from resettle.evidence.linkage import link_people, read_decisions, read_people

    today = date.today()
    ours, theirs = read_people(people, today), read_people(within, today)
    decided = read_decisions(decisions) if decisions else ()
    found, sheet = link_people(ours, theirs, decided, accept, review, check, seed)
    write(out, found, sheet, (ours, theirs))
    show_result(found, as_json)
    if as_json:
        return
    for note in found.notes:
        typer.echo(note)
    if waiting := sheet.count("\n") - 1:
        typer.echo(f"{waiting:,} pairs to look at: fill in {out / 'review.csv'} and run again with --decisions.")


def write(out: Path, found: Linkage, sheet: str, sides: tuple[People, People]) -> None:
    """Write the files of a linkage, each whole or not at all, readable by their owner alone."""
    out.mkdir(parents=True, exist_ok=True)
    key = key_of(out / KEY)
    names = {one.theirs: found.pseudonym(one.theirs, key) for one in found.links}
    links = (
        (names[one.theirs], one.ours, "" if one.probability is None else f"{one.probability:.6f}", one.how)
        for one in found.links
    )
    aside = ((f.file, f.row, f.column, f.rule) for people in sides for f in people.faults)
    steps = (row.values() for row in found.rows())
    place(out / "linked.csv", sheet_of(("person_id", "record_id", "probability", "how"), links))
    place(out / "pseudonyms.csv", sheet_of(("person_id", "record_id"), sorted((p, own) for own, p in names.items())))
    place(out / "set_aside.csv", sheet_of(("file", "row", "column", "rule"), aside))
    place(out / "attrition.csv", sheet_of(("step", "records", "left"), steps))
    place(out / "review.csv", sheet)
    place(out / "linkage.json", found.to_json() + "\n")


def key_of(file: Path) -> bytes:
    """The key of the pseudonyms: that of the folder, or a new one."""
    if not file.exists():
        place(file, secrets.token_hex(32) + "\n")
    return file.read_text("ascii").strip().encode()


def sheet_of(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def place(file: Path, text: str) -> None:
    """Write a file beside its place, for its owner alone, then put it there."""
    draft = file.with_name(f".{file.name}.partial")
    with open(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
    ) as target:
        target.write(text)
    os.replace(draft, file)

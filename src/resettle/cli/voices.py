"""`resettle voices ...`: coded extracts, themes, agreement, quotes and the joint display."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resettle.cli.circles import Json

if TYPE_CHECKING:
    from resettle.evidence.voices import Number, Voices

app = typer.Typer(help="What people said: themes, agreement, quotes, and beside the numbers.", no_args_is_help=True)

Source = Annotated[
    Path, typer.Argument(metavar="EXTRACTS", help="CSV file of coded extracts, or REFI-QDA project (.qdpx).")
]
Out = Annotated[Path | None, typer.Option(help="Folder to write a page, its picture and its JSON to.")]
Names = Annotated[Path | None, typer.Option(help="Text file of names to screen quotes for, one a line.")]
Places = Annotated[Path | None, typer.Option(help="Text file of places to screen quotes for, one a line.")]


@app.command("import")
def import_(
    source: Source,
    out: Annotated[Path, typer.Option(help="CSV file to write. It holds what people said: keep it safe.")],
    names: Annotated[Path | None, typer.Option(help="Text file to write the names to that the project holds.")] = None,
) -> None:
    """Read coded extracts and write them as one CSV file, with what could not be read as it was meant."""
    from resettle.evidence.voices import extracts_csv

    voices = read(source)
    written = {out: extracts_csv(voices)}
    if names:
        written[names] = "".join(f"{name}\n" for name in voices.names)
    put_in_place(written)
    typer.echo(voices.sentence)
    if voices.names and not names:
        typer.echo(f"The project holds {len(voices.names)} names of people. Keep them for quotes with --names FILE.")
    typer.echo("\n".join(f"Written: {file}" for file in written))


def read(source: Path) -> Voices:
    """Read coded extracts, and say what could not be read as it was meant."""
    from resettle.evidence.voices import read_voices

    voices = read_voices(source)
    for warning in voices.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    return voices


def put_in_place(files: dict[Path, str]) -> None:
    """Write new files, each whole or not at all; one that is there already is a `BadInput`."""
    import os

    from resettle.area.store import sync
    from resettle.errors import bad

    for file in files:
        if file.exists():
            raise bad("there is a file here already", file=file, do="Name another file, or move that one away.")
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.write_text(text, "utf-8")
        sync(draft)
        os.replace(draft, file)


@app.command("themes")
def themes(source: Source, out: Out = None, as_json: Json = False) -> None:
    """How many people spoke of what, circle by circle. No word that anyone said is shown."""
    from resettle.cli.printing import show_result
    from resettle.evidence.voices import find_themes
    from resettle.report.programme import write_themes

    found = find_themes(read(source))
    show_result(found, as_json)
    if out:
        said(write_themes(found, out))


@app.command("agreement")
def agreement(
    source: Source,
    draws: Annotated[int, typer.Option(min=100, max=100_000, help="How many draws make an interval.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """How far coders agree beyond chance on each code: Krippendorff's alpha, with its interval."""
    from resettle.cli.printing import show_result
    from resettle.evidence.voices import agreement as run
    from resettle.report.programme import write_agreement

    found = run(read(source), draws=draws, seed=seed)
    show_result(found, as_json)
    if out:
        said(write_agreement(found, out))


@app.command("quotes")
def quotes(
    source: Source,
    sheet: Annotated[
        Path | None, typer.Option(help="CSV file to write for a person to fill in. It holds quotes.")
    ] = None,
    reviewed: Annotated[
        list[Path] | None, typer.Option(help="A sheet that was filled in; may be given more than once.")
    ] = None,
    names: Names = None,
    places: Places = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Quotes that may leave: with consent, screened for names, and looked at by a person.

    First write a --sheet, have somebody fill in its decisions, then give it back with --reviewed.
    """
    from resettle.errors import bad
    from resettle.evidence.voices import candidates, read_names, review_sheet

    if (sheet is None) == (not reviewed):
        raise bad("either --sheet or --reviewed", do="Write a sheet first; when it is filled in, give it back.")
    voices = read(source)
    known = read_names(names) if names else (), read_names(places) if places else ()
    if sheet is not None:
        offered = candidates(voices, *known)
        put_in_place({sheet: review_sheet(offered)})
        found = sum(1 for one in offered if one.found)
        typer.echo(f"{len(offered)} pieces of text with consent; the screen found something in {found} of them.")
        typer.echo(f"Written: {sheet}")
        return
    release_quotes(voices, reviewed or [], known, out, as_json)


def release_quotes(
    voices: Voices, sheets: list[Path], known: tuple[tuple[str, ...], tuple[str, ...]], out: Path | None, as_json: bool
) -> None:
    """Print, and write, the quotes that may leave."""
    from resettle.cli.printing import show_result
    from resettle.evidence.voices import read_reviews, release
    from resettle.report.programme import write_quotes

    reviews = [review for file in sheets for review in read_reviews(file)]
    found = release(voices, reviews, names=known[0], places=known[1])
    show_result(found, as_json)
    if out:
        said(write_quotes(found, out))


@app.command("joint")
def joint(
    source: Source,
    display: Annotated[Path, typer.Argument(metavar="DISPLAY.toml", help="File of the joint display.")],
    area: Annotated[Path, typer.Option(help="Area whose studies give the numbers.")],
    study: Annotated[
        list[Path], typer.Option(help="Study file; its id is the name of the outcome. May be given more than once.")
    ],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What people said beside what the numbers show, outcome by outcome, and what the two mean together."""
    from resettle.cli.printing import show_result
    from resettle.evidence.voices import find_themes, joint_display
    from resettle.report.programme import write_joint

    found = joint_display(display, numbers_of(area, study), find_themes(read(source)))
    show_result(found, as_json)
    if out:
        said(write_joint(found, out))


def numbers_of(path: Path, studies: list[Path]) -> dict[str, Number]:
    """The effect that each study finds, by the id of the study."""
    from resettle.area import open_area
    from resettle.evidence.evaluate import evaluate
    from resettle.evidence.study import read_study
    from resettle.evidence.voices import number_of

    with open_area(path) as area:
        return {one.id: number_of(evaluate(area, one)) for one in map(read_study, studies)}


def said(page: Path) -> None:
    """Say where a page lies, beside the results and not among them."""
    typer.echo(f"Page: {page}", err=True)

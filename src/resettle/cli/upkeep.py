"""Upkeep of the workspace from the command line: setup, backup and restore."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from resettle.cli.workspace import Home
from resettle.errors import ResettleError, bad

ASKED = {
    "organisation": "Name of your organisation",
    "team": "Name of its first team",
    "name": "Full name of the first administrator",
    "email": "Their e-mail address",
}


def setup(
    home: Home = Path("workspace"),
    organisation: Annotated[str | None, typer.Option(help="Name of your organisation.")] = None,
    team: Annotated[str | None, typer.Option(help="Name of its first team.")] = None,
    name: Annotated[str | None, typer.Option(help="Full name of the first administrator.")] = None,
    email: Annotated[str | None, typer.Option(help="The first administrator's e-mail address.")] = None,
) -> None:
    """Set up a workspace for real use, and check the deployment. What is not given is asked for; a second run changes nothing."""
    first_run, home = module("first_run"), home.resolve()
    first_run.refuse_trial(home)
    there = first_run.accounts_of(home)
    if there:
        say_already(home, there)
    else:
        given = {"organisation": organisation, "team": team, "name": name, "email": email}
        answers = first_run.Answers(**{key: value or ask(key) for key, value in given.items()})
        say_made(home, answers, first_run.set_up(home, answers))
    say_checks(module("deployed").failings(home))


def ask(key: str) -> str:
    """An answer typed at the terminal; without one, set-up ends before anything is made."""
    try:
        return str(typer.prompt(ASKED[key]))
    except typer.Abort:
        raise bad(
            "set-up needs an answer, and nothing was made", column=f"--{key}", do="Answer, or give the option."
        ) from None


def say_made(home: Path, answers: Any, made: Any) -> None:
    """The account and its password, shown this once."""
    if made.password is None:
        say_already(home, made.accounts)
        return
    typer.echo(f"The workspace in {home} is set up. Its first administrator, shown once and kept nowhere:")
    typer.echo(f"  {answers.email.strip().lower()}  {made.password}")
    typer.echo("At the first sign-in they set up a second factor; then they make the other accounts.")


def say_already(home: Path, accounts: int) -> None:
    """A set-up that had been done before."""
    word = "account" if accounts == 1 else "accounts"
    typer.echo(f"The workspace in {home} was set up before ({accounts:,} {word}). Nothing was changed.")


def say_checks(failings: list[str]) -> None:
    """The checks that fail, a line each, and exit status 1; or that all passed."""
    if not failings:
        typer.echo("The deployment passes every check.")
        return
    typer.echo(f"{len(failings)} to put right before real people are in it:")
    for line in failings:
        typer.echo(f"  {line}")
    raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write to; it must not be there yet.")],
    home: Home = Path("workspace"),
) -> None:
    """Write database, keys and files of a workspace to one file. The site may go on running meanwhile."""
    kept = module("archive").back_up(home.resolve(), file.resolve())
    typer.echo(f"{file}: {said_of(kept)}. It holds the keys: store it as safely as the workspace itself.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A back-up.")],
    home: Annotated[Path, typer.Option(help="Folder to make: it is not there yet, or is empty.")],
) -> None:
    """Make a workspace from a back-up, and verify its rows and its record of who looked."""
    kept = module("archive").restore(file, home.resolve())
    typer.echo(f"{home}: {said_of(kept)}. Every table has the rows of the back-up.")
    if kept.broken_at is not None:
        typer.echo(
            f"The record of who looked was changed: event {kept.broken_at:,} does not follow from the one before."
        )
        raise typer.Exit(1)
    typer.echo("The record of who looked holds from its first event to its last.")


def said_of(kept: Any) -> str:
    """What a back-up holds, in words."""
    rows, tables = sum(kept.rows.values()), sum(1 for count in kept.rows.values() if count)
    return f"{rows:,} rows in {tables} tables, and {kept.files:,} {'file' if kept.files == 1 else 'files'}"


def module(name: str) -> Any:
    """A module of the workspace's upkeep; where its extra is not installed, one sentence says how."""
    if find_spec("django") is None:
        raise ResettleError("The workspace needs its extra: pip install 'resettle[web]'.")
    return import_module(f"resettle.web.upkeep.{name}")


def register(app: typer.Typer) -> None:
    """Add the commands of upkeep."""
    app.command("setup")(setup)
    app.command("backup")(backup)
    app.command("restore")(restore)

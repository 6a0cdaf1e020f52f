"""The command line: `resettle ...`. A thin face: each command reads its arguments, calls one verb and prints its result."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from resettle.cli.appraise import register as register_appraise
from resettle.cli.area import app as area_app
from resettle.cli.circles import register
from resettle.cli.circumstances import register as register_circumstances
from resettle.cli.contract import contract_app
from resettle.cli.evidence import register as register_evidence
from resettle.cli.importing import register as register_importing
from resettle.cli.link import register as register_link
from resettle.cli.local_justice import register as register_local_justice
from resettle.cli.market import register as register_market
from resettle.cli.project import register as register_project
from resettle.cli.reference import app as reference_app
from resettle.cli.reinvest import register as register_reinvest
from resettle.cli.retention import register as register_retention
from resettle.cli.revolving import register as register_revolving
from resettle.cli.spending import register as register_spending
from resettle.cli.thread import register as register_thread
from resettle.cli.upkeep import register as register_upkeep
from resettle.cli.workspace import register as register_workspace
from resettle.errors import BadInput, ResettleError

STOPPED = 130
"""How a command ends that was stopped by Ctrl-C: the parser of commands turns the interruption into this status."""

app = typer.Typer(
    help="Commissioning personalised resettlement: from a person's plan to a reinvested pound.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(area_app, name="area")
app.add_typer(reference_app, name="reference")
app.add_typer(contract_app, name="contract")
register(app)
register_evidence(app)
register_market(app)
register_link(app)
register_circumstances(app)
register_project(app)
register_appraise(app)
register_revolving(app)
register_reinvest(app)
register_spending(app)
register_local_justice(app)
register_thread(app)
register_workspace(app)
register_importing(app)
register_upkeep(app)
register_retention(app)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. Faults of the user's input end with 2 and one clear message, Ctrl-C with 130, ours with 70.

    No traceback is shown unless RESETTLE_DEBUG is set.
    """
    try:
        return app(args=arguments, prog_name="resettle")
    except BadInput as error:
        for problem in error.problems[:10]:
            typer.echo(f"Error: {problem}", err=True)
        if len(error.problems) > 10:
            typer.echo(f"... and {len(error.problems) - 10} more.", err=True)
        sys.exit(2)
    except ResettleError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == STOPPED:
            typer.echo("Stopped. Nothing was left half-written.", err=True)
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        typer.echo(f"Error: {error.strerror or error}: {error.filename or 'the file system'}.", err=True)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("RESETTLE_DEBUG"):
            raise
        typer.echo(f"A fault in Resettle, not in your input: {type(error).__name__}: {error}", err=True)
        typer.echo("Please report it; set RESETTLE_DEBUG=1 and run again to see where it happened.", err=True)
        sys.exit(70)

"""The workspace from the command line: serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resettle.errors import ResettleError

Home = Annotated[Path, typer.Option(help="Folder of the workspace: its database, key and files.")]


def serve(
    home: Home = Path("workspace"),
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port on this machine.")] = 8000,
    demo: Annotated[bool, typer.Option(help="A trial with 60 invented people; sign-ins are printed once.")] = False,
) -> None:
    """Start the workspace, the web application for people on a plan and those who work with them."""
    try:
        from resettle.web import serve as workspace
    except ImportError:
        raise ResettleError("The workspace needs its extra: pip install 'resettle[web]'.") from None
    workspace.start(home.resolve(), port, demo)


def register(app: typer.Typer) -> None:
    """Add the commands of the workspace."""
    app.command("serve")(serve)

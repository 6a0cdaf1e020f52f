"""Starting the workspace: the database is brought up to date, styles are put in place, and a server runs."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

from resettle.errors import ResettleError

SHOWN = ("practitioner", "coordinator", "mentor", "approver", "provider", "commissioner", "administrator", "auditor")


def start(home: Path, port: int, demo: bool) -> None:
    """Run the workspace in a folder until it is stopped. A trial (`demo`) is filled with invented people the first time."""
    ready(home, demo)
    if demo:
        fill_once(home)
    else:
        require_account(home)
    print(f"Resettle is at http://127.0.0.1:{port}/ (Ctrl-C stops it)", flush=True)
    run_server(port)


def ready(home: Path, demo: bool) -> None:
    """Settings, styles and database."""
    os.environ["RESETTLE_HOME"] = str(home)
    os.environ["RESETTLE_MODE"] = "demo" if demo else "production"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resettle.web.settings")
    from resettle.web import assets

    if not assets.installed():
        print("Fetching the styles of the design system (once) ...", flush=True)
        assets.install()
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command

    os.umask(0o077)  # what the workspace writes is its owner's alone
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise ResettleError(str(error)) from None
    call_command("migrate", verbosity=0)


def require_account(home: Path) -> None:
    """Refuse to serve a workspace in which nobody can sign in."""
    from resettle.web.access.models import User

    if not User.objects.exists():
        raise ResettleError(f"Nobody can sign in yet. Run first: resettle setup --home '{home}'")


def export(home: Path, into: Path, place: str, own_words: bool) -> dict[str, int]:
    """Export an area from the workspace of a folder; rows by table."""
    ready(home, demo_of(home))
    from resettle.web.exporting import export as write
    from resettle.web.exporting.write import KEY

    return write(into, home / KEY, place, own_words)


def pseudonymise(home: Path, extract: Path, out: Path, table: str, mapping: Path | None) -> Any:
    """Write an extract about people of the workspace under the pseudonyms of its exports; what became of its rows."""
    ready(home, demo_of(home))
    from resettle.web.exporting import pseudonymise as write
    from resettle.web.exporting.write import KEY

    return write(extract, out, table, mapping, home / KEY)


def remind(home: Path) -> dict[str, int]:
    """Do what is due today in the workspace of a folder: reviews by their rules, reminders, and messages; how many of each.

    It can be run as often as one likes: what was done is not done again.
    """
    ready(home, demo_of(home))
    from django.utils import timezone

    from resettle.web.correspondence import work
    from resettle.web.reviews.work import every_day

    now = timezone.now()
    counts = {**every_day(), "reminders_dropped": work.drop_reminders(), "reminders_written": work.remind(now)}
    went = work.send_due(now)
    return {**counts, **{name: went[name] for name in ("sent", "waiting", "held")}}


def demo_of(home: Path) -> bool:
    """Whether a folder holds a trial: it was marked so when it was made."""
    return (home / "demo").exists()


def fill_once(home: Path) -> None:
    """Fill an empty trial, and print the sign-ins. They are shown this once and kept nowhere."""
    from resettle.web.access.models import User
    from resettle.web.caseload import fill, write_convictions

    if User.objects.exists():
        print("The sign-ins were printed when this trial was made. Delete its folder to begin anew.", flush=True)
        return
    print("Making two years of work with 60 invented people (about a minute) ...", flush=True)
    (home / "demo").touch()
    passwords = {role: secrets.token_urlsafe(9) for role in SHOWN}
    office = fill(passwords)
    write_convictions(home / "convictions.csv", office)
    print(f"Sign-ins for this trial in {home}, shown once:")
    for role, password in passwords.items():
        print(f"  {role + '@example.org':32}{password}")
    print(f"What the courts would send, invented too: {home / 'convictions.csv'}")


def run_server(port: int) -> None:
    """Gunicorn on this machine alone; behind it, a proxy speaks to the world."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """Two processes of four threads."""

        def load_config(self) -> None:
            """Settings of the server."""
            chosen: dict[str, Any] = {
                "bind": f"127.0.0.1:{port}",
                "workers": 2,
                "threads": 4,
                "preload_app": True,
                "control_socket_disable": True,
                "accesslog": None,
            }
            for name, value in chosen.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application."""
            from django.db import connections

            from resettle.web.wsgi import application

            connections.close_all()  # a connection must not be shared by the processes that follow
            for connection in connections.all(initialized_only=True):
                if hasattr(connection, "close_pool"):
                    connection.close_pool()  # nor one that waits in a pool
            return application

    sys.argv = sys.argv[:1]
    Server().run()

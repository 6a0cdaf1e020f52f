"""Checks of a deployment: modes of files, names that the site answers to, and Django's own list."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

HERE_ONLY = {"localhost", "127.0.0.1", "[::1]"}


def failings(home: Path) -> list[str]:
    """One sentence for each check that fails, with what to do; empty where the deployment is as it should be.

    The workspace must have been made ready (`serve.ready`) in this process.
    """
    return [*open_to_others(home), *hosts(), *djangos()]


def open_to_others(home: Path) -> Iterator[str]:
    """The folder, and each thing in it, that others on this machine can read or write."""
    if os.name != "posix":
        return
    for path in [home, *sorted(home.rglob("*"))]:
        if path.is_symlink() or not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            yield f"{path} is open to others on this machine (mode {mode:03o}). Run: chmod {wanted} '{path}'"


def hosts() -> Iterator[str]:
    """Names that the site answers to: some must be set, and none may be any name at all."""
    from django.conf import settings

    names = settings.ALLOWED_HOSTS
    if not set(names) - HERE_ONLY:
        yield "The site answers to this machine alone. Set RESETTLE_HOSTS to the names that people type, with commas."
    if "*" in names:
        yield "RESETTLE_HOSTS answers to any name ('*'), so links can be forged. Name the site's own names."


def djangos() -> Iterator[str]:
    """What Django finds (`check --deploy`), each on one line with its code."""
    from django.conf import settings
    from django.core import checks

    if settings.PLAIN_HTTP:
        yield "RESETTLE_INSECURE lets sign-ins travel unencrypted. Unset it before real people are in the workspace."
    for found in checks.run_checks(include_deployment_checks=True):
        if found.level >= checks.WARNING and not found.is_silenced():
            text = " ".join(f"{found.msg} {found.hint or ''}".split())
            yield f"{text} ({found.id})"

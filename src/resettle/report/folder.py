"""A folder of results that is replaced whole: at any moment the old one or the new one lies there."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resettle.area.store import alive, fresh_folder, refuse_filled, sync
from resettle.errors import bad

SWAP = 2
"""Flag of Linux's renameat2: exchange two names at once."""
HERE = -100
"""Paths are relative to the working folder (AT_FDCWD)."""


def check_replaceable(path: Path, mark: str) -> None:
    """Refuse, before any work is done, a folder that `replaced_folder` would refuse at its end (`BadInput`)."""
    path = Path(os.path.abspath(path))
    if not (path / mark).is_file():
        refuse_filled(path)
    above = next((one for one in path.parents if one.exists()), path.parent)
    if not above.is_dir():
        raise bad("there is a file where a folder is needed", file=above, do="Name another folder to write to.")
    if not os.access(above, os.W_OK | os.X_OK):
        raise bad(
            "nothing can be written there", file=above, do="Get the right to write there, or name another folder."
        )


@contextmanager
def replaced_folder(path: Path, mark: str) -> Iterator[Path]:
    """Build a folder whole beside `path`, then put it in the place of what an earlier run left there.

    An earlier run's folder is known by the file `mark`; any other file, or folder with something in it, is a `BadInput`. If the
    block fails, everything is as before. What a killed run left is mended or cleared by the next call for the same path.
    """
    path = Path(os.path.abspath(path))
    mend(path)
    if not (path / mark).is_file():
        with fresh_folder(path) as folder:
            yield folder
        return
    new = path.with_name(f"{path.name}.new-{os.getpid()}")
    with fresh_folder(new) as folder:
        yield folder
    exchange(new, path)
    shutil.rmtree(new, ignore_errors=True)
    sync(path.parent)


def mend(path: Path) -> None:
    """Put back what a killed run had moved aside, and clear what it left half done."""
    for other in path.parent.glob("*.old-*") if not path.exists() else ():
        if other.name.startswith(f"{path.name}.old-"):
            os.replace(other, path)
            break
    for kind in ("new", "old"):
        for other in path.parent.glob(f"*.{kind}-*"):
            base, _, process = other.name.partition(f".{kind}-")
            process = process.partition(".")[0]
            if base == path.name and process.isdigit() and (int(process) == os.getpid() or not alive(int(process))):
                shutil.rmtree(other, ignore_errors=True)


def exchange(new: Path, old: Path) -> None:
    """Let two folders take each other's names: at once where the system can, else by two renames that `mend` completes."""
    if not swapped(new, old):
        aside = old.with_name(f"{old.name}.old-{os.getpid()}")
        os.replace(old, aside)
        os.replace(new, old)
        os.replace(aside, new)


def swapped(one: Path, other: Path) -> bool:
    """Exchange two names with renameat2; False where the system or the disk cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(rename(HERE, os.fsencode(one), HERE, os.fsencode(other), SWAP) == 0)

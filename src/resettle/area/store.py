"""Writing to an area so that a cut at any moment leaves the old state or the new one, never something between.

A change is written whole into `.pending/`, then sealed by `.pending/READY`, which lists what is to be put in place; only then
are the files renamed. Whoever opens the area next finishes a sealed change and drops an unsealed one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from resettle.errors import Busy, bad

LOCK = ".lock"
PENDING = ".pending"
READY = "READY"
WAIT = 10.0


class Change:
    """One change of an area, used as a context manager; it holds the area's lock and raises `Busy` if another has it.

    Write new files to the paths that `file` gives and name files to be dropped with `remove`. Leaving the block puts all of it
    in place at once; an exception leaves the area as it was.
    """

    def __init__(self, area: Path) -> None:
        self.area = area
        self.pending = area / PENDING
        self._new: list[str] = []
        self._gone: list[str] = []

    def file(self, name: str) -> Path:
        """Where to write the new contents of a file of the area, named relative to the area."""
        path = self.pending / "new" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name not in self._new:
            self._new.append(name)
        return path

    def work(self) -> Path:
        """A folder for working files, which goes when the change ends."""
        path = self.pending / "work"
        path.mkdir(exist_ok=True)
        return path

    def remove(self, name: str) -> None:
        """Drop a file of the area when the change is put in place."""
        self._gone.append(name)

    def __enter__(self) -> Change:
        try:
            self._lock = take_lock(self.area)
            try:
                settle(self.area)
                self.pending.mkdir()
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as error:
            raise cannot_write(self.area, error) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self._seal()
                settle(self.area)
            elif not (self.pending / READY).exists():
                shutil.rmtree(self.pending, ignore_errors=True)
        except OSError as fault:
            shutil.rmtree(self.pending / "work", ignore_errors=True)
            if not (self.pending / READY).exists():
                shutil.rmtree(self.pending, ignore_errors=True)
            raise cannot_write(self.area, fault) from None
        finally:
            os.close(self._lock)
        if isinstance(error, OSError):
            raise cannot_write(self.area, error) from None

    def _seal(self) -> None:
        """Make the new files safe on the disk, then say that they are complete."""
        shutil.rmtree(self.pending / "work", ignore_errors=True)
        for name in self._new:
            sync(self.pending / "new" / name)
        draft = self.pending / f"{READY}.draft"
        draft.write_text(json.dumps({"new": self._new, "gone": self._gone}), "utf-8")
        sync(draft)
        os.replace(draft, self.pending / READY)
        sync(self.pending)


def recover(area: Path) -> None:
    """Finish or drop a change that was cut off. Called whenever an area is opened.

    A change that another process is putting in place right now is waited for; one that it is still writing is left alone,
    because the area as it stands is whole.
    """
    if not (area / PENDING).is_dir():
        return
    try:
        lock = take_lock(area, wait=(area / PENDING / READY).exists())
    except Busy:
        return
    except OSError as error:
        if (area / PENDING / READY).exists():
            raise cannot_write(area, error) from None
        return
    try:
        settle(area)
    except OSError as error:
        raise cannot_write(area, error) from None
    finally:
        os.close(lock)


def settle(area: Path) -> None:
    """Put a sealed change in place, or drop an unsealed one. The caller holds the lock."""
    pending = area / PENDING
    if not pending.is_dir():
        return
    if (pending / READY).exists():
        plan = json.loads((pending / READY).read_text("utf-8"))
        for name in plan["new"]:
            put(pending / "new" / name, area / name)
        for name in plan["gone"]:
            (area / name).unlink(missing_ok=True)
        for folder in {(area / name).parent for name in plan["new"] + plan["gone"]}:
            sync(folder)
    shutil.rmtree(pending)


def put(source: Path, target: Path) -> None:
    """Rename one file into place; one that is no longer there was put in place before the cut."""
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)


def take_lock(area: Path, *, wait: bool = False) -> int:
    """Take the area's lock and return its handle; closing the handle, or the death of the process, gives it back."""
    import fcntl  # not on Windows, where areas can be read but not changed
    import time

    handle = os.open(area / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    until = time.monotonic() + (WAIT if wait else 0.0)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(handle)
                raise Busy(
                    f"{area}: another process is changing this area. Wait until it has ended, and try again."
                ) from None
            time.sleep(0.02)


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_write(area: Path, error: OSError) -> Exception:
    """What a user is told when the disk is full or the folder may not be written; the area is as before."""
    return bad(
        "the area cannot be written",
        file=area,
        value=error.strerror or str(error),
        do="The area is as it was. Make room, or get the right to write there, and try again.",
    )


@contextmanager
def fresh_folder(path: Path) -> Iterator[Path]:
    """Build a new folder whole: yields a sibling folder to fill, which takes the name `path` when the block ends well.

    Refuses a `path` that is a file or a folder with something in it (`BadInput`). If the block fails, nothing is left; what a
    killed process left is cleared by the next call for the same path.
    """
    path = Path(os.path.abspath(path))
    refuse_filled(path)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        clear_partials(path)
        partial.mkdir()
        yield partial
        for found in sorted(partial.rglob("*")):
            sync(found)
        refuse_filled(path)
        os.replace(partial, path)
        sync(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse_filled(path: Path) -> None:
    """Stop before anything that is already there could be overwritten."""
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists() or path.is_symlink():
        kind = "the folder is not empty" if path.is_dir() else "there is a file of this name"
        raise bad(kind, file=path, do="Name a new folder, or remove this one first.")


def clear_partials(path: Path) -> None:
    """Remove half-built folders for `path` whose processes are dead."""
    for other in path.parent.glob("*.partial-*"):
        found = re.fullmatch(re.escape(path.name) + r"\.partial-(\d+)", other.name)
        if found and (int(found[1]) == os.getpid() or not alive(int(found[1]))):
            shutil.rmtree(other, ignore_errors=True)


def alive(process: int) -> bool:
    """Whether a process of this number is running."""
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True

"""Back-up and restore: one file with the database, the keys and the files of a workspace.

The file is a ZIP archive behind one line, which holds the SHA-256 hash of all that follows; a byte that changed is found
before anything is read. Within, `manifest.json` names each file with its own hash, and the rows of each table.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from resettle.errors import ResettleError, bad
from resettle.web.upkeep import store

MAGIC = b"resettle back-up 1 "
MANIFEST, COPY, FILES = "manifest.json", "database", "files/"
UNPACKED = ".database-being-restored"
FIRST_LINE = len(MAGIC) + 64 + 1


@dataclass(frozen=True)
class Kept:
    """What a back-up holds: rows by table, and how many files beside the database.

    `broken_at` is the first event of the record of who looked that does not follow from the one before; None where all do.
    It is looked for at a restore.
    """

    rows: dict[str, int]
    files: int
    broken_at: int | None = None


def back_up(home: Path, into: Path) -> Kept:
    """Write a back-up of the workspace in `home` to a new file, which its owner alone can read. The site may go on running.

    A file that is there already, or within the folder, is a `BadInput`.
    """
    if into.exists():
        raise bad("there is something at this path already", file=into, do="Name a file that is not there yet.")
    if into.is_relative_to(home):
        raise bad("a back-up within the workspace is lost with it", file=into, do=f"Name a file outside {home}.")
    into.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))  # mode 700
    try:
        rows = store.copy(home, work / COPY)
        kept = write(work / "archive", work / COPY, home, rows)
        os.replace(work / "archive", into)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return kept


def write(file: Path, copied: Path, home: Path, rows: dict[str, int]) -> Kept:
    """The archive with its manifest, and then the hash in its first line."""
    beside = beside_database(home)
    with open(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        out.write(MAGIC + b"0" * 64 + b"\n")
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            hashes = {COPY: add(archive, COPY, copied)}
            for path in beside:
                name = FILES + path.relative_to(home).as_posix()
                hashes[name] = add(archive, name, path)
            archive.writestr(MANIFEST, json.dumps(manifest(hashes, rows), indent=1))
        digest = rest_of(out)
        out.seek(len(MAGIC))
        out.write(digest.encode())
        out.flush()
        os.fsync(out.fileno())
    return Kept(rows, len(beside))


def manifest(hashes: dict[str, str], rows: dict[str, int]) -> dict[str, Any]:
    """What the archive says of itself."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {"made_at": made, "engine": store.engine(), "files": hashes, "rows": rows}


def beside_database(home: Path) -> list[Path]:
    """The keys and files of a workspace; links are not followed."""
    found = (path for path in sorted(home.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in found if path.parent != home or path.name not in store.OF_SQLITE]


def add(archive: ZipFile, name: str, path: Path) -> str:
    """Put a file into the archive; the hash of what was put there, even if the file changes meanwhile."""
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as out:
        while block := source.read(1 << 20):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def rest_of(file: IO[bytes]) -> str:
    """The hash of all that follows the first line."""
    file.seek(FIRST_LINE)
    return hashlib.file_digest(file, "sha256").hexdigest()


def restore(file: Path, home: Path) -> Kept:
    """Make a workspace from a back-up in a folder that is not there, or is empty, and verify it.

    A damaged back-up, one of the other kind of database, or a folder with something in it is a `BadInput`, and then nothing
    is made. Rows that are not those of the back-up are a `ResettleError`.
    """
    require_whole(file)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise bad("this folder is not empty", file=home, do="Name a new folder with --home.")
    home.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))  # mode 700
    try:
        said = unpack(file, work)
        require_same(said["rows"], store.put_back(work / UNPACKED, work))
        os.replace(work, home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Kept(said["rows"], len(said["files"]) - 1, chain_broken_at(home))


def require_whole(file: Path) -> None:
    """Refuse what is no back-up, or one in which a byte changed."""
    with file.open("rb") as source:
        first = source.read(FIRST_LINE)
        if first == MAGIC + rest_of(source).encode() + b"\n":
            return
    raise bad("this is no back-up of a workspace, or it is damaged", file=file, do="Use another back-up.")


def unpack(file: Path, into: Path) -> dict[str, Any]:
    """Write out the files of an archive, readable by their owner only, and compare each with its hash; the manifest."""
    with ZipFile(file) as archive:
        said = json.loads(archive.read(MANIFEST))
        require_engine(file, said["engine"])
        for name, digest in said["files"].items():
            path = into / within(file, name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with archive.open(name) as source, open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w+b") as out:
                shutil.copyfileobj(source, out)
                out.seek(0)
                if hashlib.file_digest(out, "sha256").hexdigest() != digest:
                    raise bad("a file in this back-up is damaged", file=file, value=name, do="Use another back-up.")
    return said


def within(file: Path, name: str) -> PurePosixPath:
    """Where a file of the archive goes: never outside the folder."""
    if name == COPY:
        return PurePosixPath(UNPACKED)
    path = PurePosixPath(name.removeprefix(FILES))
    if path.is_absolute() or ".." in path.parts or not name.startswith(FILES):
        raise bad("a file in this back-up would be written outside the folder", file=file, value=name)
    return path


def require_engine(file: Path, kind: str) -> None:
    """Refuse to put a back-up into the other kind of database."""
    if kind != store.engine():
        do = "Set RESETTLE_DATABASE to an empty one." if kind == "postgresql" else "Unset RESETTLE_DATABASE."
        raise bad(f"this back-up is of a {kind} database, and the settings name {store.engine()}", file=file, do=do)


def require_same(said: dict[str, int], found: dict[str, int]) -> None:
    """Every table must have the rows that the back-up says."""
    for name in sorted({*said, *found}):
        if said.get(name) != found.get(name):
            raise ResettleError(f"Table {name} has {found.get(name)} rows after the restore, not {said.get(name)}.")


def chain_broken_at(home: Path) -> int | None:
    """The first event of the record of who looked that does not follow from the one before."""
    from resettle.web.serve import demo_of, ready

    ready(home, demo_of(home))
    from resettle.web.access.audit import broken_at

    return broken_at()

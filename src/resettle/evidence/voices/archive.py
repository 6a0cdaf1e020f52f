"""Opening what other programs wrote without being harmed by it: zip archives within limits, XML without entities."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from resettle.errors import bad

MOST_FILES = 5_000
MOST_BYTES = 200_000_000
MOST_RATIO = 200
RATIO_FROM = 1_000_000
DEEPEST = 100
SAFE_NAME = re.compile(r"(?:[Ss]ources/)?[^/\\:\0]{1,200}")


class Archive:
    """The files of a zip archive by name, checked before any is unpacked.

    Refused (`BadInput`): what is no zip file, more than 5,000 files, more than 200 MB unpacked, a file of more than 1 MB
    that unpacks to over 200 times its size, a name that leads out of the archive or lies deeper than `Sources/`, a name
    that is there twice, a link, and an encrypted file. Sizes are counted while unpacking too: what a header says is not
    believed.
    """

    def __init__(self, data: bytes, file: Path) -> None:
        self.file = file
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
            raise bad("not a zip archive", file=file, do="Export the project again as REFI-QDA (.qdpx).") from None
        self._left = MOST_BYTES
        held = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(held) > MOST_FILES:
            raise bad("too many files in the archive", file=file, value=len(held), do=f"At most {MOST_FILES:,}.")
        for info in held:
            self.check(info)
        self.files = {info.filename: info for info in held}
        if len(self.files) < len(held):
            raise bad("a name is in the archive twice", file=file, do="Export the project again.")
        if sum(info.file_size for info in held) > MOST_BYTES:
            raise bad("unpacks to more than 200 MB", file=file, do="Leave recordings and films out of the export.")

    def check(self, info: zipfile.ZipInfo) -> None:
        """Stop at a file that must not be unpacked, from what the archive says of it."""
        name = info.filename
        if not SAFE_NAME.fullmatch(name) or name.split("/")[-1] in (".", "..") or name.startswith("."):
            raise bad(
                "a name leads out of the archive or too deep", file=self.file, value=name, do="Do not open this file."
            )
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            raise bad("the archive holds a link", file=self.file, value=name, do="Do not open this file.")
        if info.flag_bits & 0x1:
            raise bad("the archive is encrypted", file=self.file, value=name, do="Export it without a password.")
        if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise bad(
                "unpacks to more than 200 times its size", file=self.file, value=name, do="Do not open this file."
            )

    def read(self, name: str) -> bytes:
        """The bytes of one file. What unpacks to more than was said, and what is damaged, is a `BadInput`."""
        if name not in self.files:
            raise bad("a file is missing from the archive", file=self.file, value=name, do="Export the project again.")
        info = self.files[name]
        try:
            with self._zip.open(info) as opened:
                data = opened.read(min(info.file_size, self._left) + 1)
        except Exception as error:  # each way of packing has errors of its own
            raise bad(f"damaged: {error}", file=self.file, value=name, do="Export the project again.") from None
        if len(data) > info.file_size:
            raise bad("unpacks to more than it says", file=self.file, value=name, do="Do not open this file.")
        self._left -= len(data)
        return data


def parse_xml(data: bytes, file: Path, inside: str = "") -> Element:
    """Parse XML whose elements are named `{namespace}name`.

    Refused (`BadInput`): any document type (which is where entities, also outside ones, are declared), nesting deeper
    than 100, and what is not well formed. Processing instructions and comments are passed over.
    """
    parser, tree, where = expat.ParserCreate(namespace_separator="}"), TreeBuilder(), {"deep": 0}
    shown = f"{file}: {inside}" if inside else file

    def no_doctype(*_: Any) -> Any:
        raise bad(
            "declares a document type, which can hide entities",
            file=shown,
            row=parser.CurrentLineNumber,
            do="Take the DOCTYPE out, or do not open this file.",
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        where["deep"] += 1
        if where["deep"] > DEEPEST:
            raise bad("nested too deeply", file=shown, row=parser.CurrentLineNumber, do="Do not open this file.")
        tree.start(full(name), {full(k): v for k, v in attributes.items()})

    def end(name: str) -> None:
        where["deep"] -= 1
        tree.end(full(name))

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = no_doctype
    parser.EntityDeclHandler = no_doctype
    parser.ExternalEntityRefHandler = no_doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = tree.data
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise bad(
            f"not well-formed XML: {error}", file=shown, row=error.lineno, do="Export the project again."
        ) from None
    except (LookupError, ValueError) as error:
        raise bad(f"XML in an unknown encoding: {error}", file=shown, do="Export the project again.") from None
    return tree.close()


def full(name: str) -> str:
    """A name as ElementTree writes it: `{namespace}name`."""
    return "{" + name if "}" in name else name


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of an element with this local name, in its own namespace."""
    space = element.tag.split("}")[0] + "}" if "}" in element.tag else ""
    return element.iterfind(f"{space}{name}")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1]

"""TOML documents (areas, clocks, studies, contracts, runs) read into typed models, every fault told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from resettle.errors import BadInput, Problem, bad, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
LARGEST = 2_000_000
MOST = 1e15
EARLIEST, LATEST = 1800, 2200


PLAIN = {
    "tuple_type": ("not a list", "Put it in square brackets."),
    "list_type": ("not a list", "Put it in square brackets."),
    "dict_type": ("not a table", "Write it in braces, or under a heading in square brackets."),
    "model_type": ("not a table", "Write it in braces, or under a heading in square brackets."),
    "string_type": ("not text", "Put it in quotation marks."),
    "int_type": ("not a whole number", "Write it in digits, without a decimal point."),
    "int_from_float": ("not a whole number", "Write it in digits, without a decimal point."),
    "int_parsing": ("not a whole number", "Write it in digits, without a decimal point."),
    "date_type": ("not a date", "Write it as 2026-03-31."),
    "date_parsing": ("not a date", "Write it as 2026-03-31."),
    "date_from_datetime_parsing": ("not a date", "Write it as 2026-03-31."),
    "date_from_datetime_inexact": ("a time of day, where a date is asked for", "Write the date alone."),
}
"""What a user is told for the type of a fault, and what to do."""
PATTERNS = {
    r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$": (
        "not an identifier",
        "Use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit.",
    ),
    r"^[A-Z]{3}$": ("not a currency", "Write three capital letters, as in GBP."),
}
"""The same for the patterns that text must have."""


class Misfit(ValueError):
    """A rule that parts of a document break together, told at one of them.

    Raise it in a validator of the whole. `where` leads from the model that is validated to the key at fault (list items counted
    from 0), `value` is what stands there, `do` says what to do about it.
    """

    def __init__(self, rule: str, *where: str | int, value: object = None, do: str | None = None) -> None:
        super().__init__(rule)
        self.where = where
        self.value = None if value is None else str(value)
        self.do = do


def read_document(model: type[Model], path: Path) -> Model:
    """Read a TOML file into `model`.

    A missing file, bytes that are not UTF-8, a fault of TOML, an unknown key, a wrong type or a broken rule each become
    one `Problem` with the line, the key, the value found and what to do; all are raised together as `BadInput`.
    """
    return parse_document(model, read_text(path), path)


def read_text(path: Path) -> str:
    """The text of a user's document; refuses folders, missing files, other encodings and files over 2 MB."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise bad("no such file", file=path, do="Check the path.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise bad(
            "cannot be read as a file", file=path, value=error.strerror, do="Name a file that can be read."
        ) from None
    if len(data) > LARGEST:
        raise bad(
            "too large for a document of this kind", file=path, value=f"{len(data)} bytes", do="Keep it under 2 MB."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise bad(
            "not UTF-8 text",
            file=path,
            row=line,
            value=data[error.start : error.start + 1],
            do="Save the file as UTF-8.",
        ) from None


def parse_document(model: type[Model], text: str, path: Path) -> Model:
    """`read_document` for text already in hand; `path` is named in errors."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise bad(
            f"not valid TOML: {error}", file=path, row=int(found[1]) if found else None, do="Mend that line."
        ) from None
    refuse_wild(raw, text, path)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        details = [one for one in error.errors() if not follows(one, error.errors())]
        raise BadInput(*(explain(model, detail, text, path) for detail in details)) from None


def follows(detail: ErrorDetails, others: list[ErrorDetails]) -> bool:
    """Whether a list counts as too short only because its items are at fault, which is told already."""
    inside = [one for one in others if one["loc"][: len(detail["loc"])] == detail["loc"] and one is not detail]
    return detail["type"] == "too_short" and any(len(one["loc"]) > len(detail["loc"]) for one in inside)


def refuse_wild(value: Any, text: str, path: Path, where: tuple[Any, ...] = ()) -> None:
    """Refuse numbers that are not finite or beyond all use, and dates no record can have, wherever they stand."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            refuse_wild(inner, text, path, (*where, key))
        return
    rule = ""
    if isinstance(value, int | float) and not abs(value) <= MOST:
        rule = "not a usable number"
    elif isinstance(value, date) and not EARLIEST <= value.year <= LATEST:
        rule = f"not a usable date: years from {EARLIEST} to {LATEST}"
    if rule:
        raise bad(rule, file=path, row=line_of(text, where), column=dotted(where), value=value, do="Correct the value.")


def explain(model: type[BaseModel], detail: ErrorDetails, text: str, path: Path) -> Problem:
    """One fault that pydantic found, in a user's words."""
    where = without_tags(model, detail["loc"])
    key = dotted(where)
    value: str | None = None if isinstance(detail["input"], dict | list) else str(detail["input"])
    rule, do = detail["msg"].removeprefix("Value error, "), "Correct the value."
    if detail["type"] == "extra_forbidden":
        rule, do, value = "unknown key", did_you_mean(str(where[-1]), known_keys(model, detail["loc"][:-1])), None
    elif detail["type"] == "missing":
        rule, do, value = "missing key", f"Add `{where[-1]}`.", None
    elif detail["type"] in ("literal_error", "enum"):
        known = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        rule, do = "not one of the known values", did_you_mean(str(detail["input"]), known)
    elif detail["type"] in PLAIN:
        rule, do = PLAIN[detail["type"]]
    elif detail["type"] == "union_tag_invalid":
        kind = detail["ctx"]["discriminator"].strip("'")
        rule, value = "not one of the known values", detail["ctx"]["tag"]
        do, where = did_you_mean(value, re.findall(r"'([^']*)'", detail["ctx"]["expected_tags"])), [*where, kind]
        key = dotted(where)
    elif detail["type"] == "string_pattern_mismatch" and detail["ctx"]["pattern"] in PATTERNS:
        rule, do = PATTERNS[detail["ctx"]["pattern"]]
    elif "do" in detail.get("ctx", {}):
        do = detail["ctx"]["do"]
    elif isinstance(error := detail.get("ctx", {}).get("error"), Misfit):
        return misfit(error, [*where, *error.where], text, path)
    place = where[:-1] if detail["type"] == "missing" else where
    return Problem(rule, str(path), line_of(text, place), key or None, value, do)


def misfit(error: Misfit, where: list[Any], text: str, path: Path) -> Problem:
    """A rule that parts of a document break together, at the place that the rule names."""
    row, key = line_of(text, where), dotted(where)
    return Problem(str(error), str(path), row, key or None, error.value, error.do or "Correct the value.")


def dotted(where: Iterable[Any]) -> str:
    """A place as a reader writes it: keys and, counted from 1, items of lists, with dots between them."""
    return ".".join(str(p + 1) if isinstance(p, int) else str(p) for p in where)


def without_tags(model: type[BaseModel], where: Iterable[Any]) -> list[Any]:
    """A place as the user wrote it: without pydantic's marks for validators and for the kind of a tagged union."""
    kept: list[Any] = []
    for part in where:
        tag = isinstance(part, str) and any(part in kinds(m) for m in models_at(model, kept))
        if not tag and not (isinstance(part, str) and (part.startswith("function-") or part == "[key]")):
            kept.append(part)
    return kept


def known_keys(model: type[BaseModel], where: Iterable[Any]) -> list[str]:
    """The keys that any model at a place inside the document knows."""
    fields = [item for found in models_at(model, where) for item in found.model_fields.items()]
    return list(dict.fromkeys(field.alias or name for name, field in fields))


def models_at(model: type[BaseModel], where: Iterable[Any]) -> list[type[BaseModel]]:
    """The models that may stand at a place: several where a tagged union's kind is not part of the place."""
    current: list[type[BaseModel]] = [model]
    for part in where:
        if isinstance(part, str):
            fields = [m.model_fields[part] for m in current if part in m.model_fields]
            tagged = [m for m in current if part in kinds(m)]
            current = [inner for f in fields for inner in models_in(f.annotation)] if fields else tagged or current
    return current


def kinds(model: type[BaseModel]) -> tuple[str, ...]:
    """The values of `kind` that choose this model in a tagged union."""
    field = model.model_fields.get("kind")
    return tuple(getattr(field.annotation, "__args__", ())) if field else ()


def models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    """The models named anywhere in a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from models_in(inner)


def line_of(text: str, where: Iterable[Any]) -> int | None:
    """The line on which a key stands: the deepest part of `where` that can be found, counting from 1.

    The search stays inside the table already found: a key that is missing from one `[[payment]]` is not looked for in
    the next.
    """
    lines = text.splitlines()
    names = list(where)
    start, end, found = 0, len(lines), None
    for i, part in enumerate(names):
        if isinstance(part, int):
            continue
        order = next((n for n in names[i + 1 : i + 2] if isinstance(n, int)), 0)
        prefix = rf"(?:[\w\-\"]+\s*\.\s*)*\"?{re.escape(part)}\"?\s*"
        header, assignment = re.compile(rf"\s*\[\[?\s*{prefix}\]\]?"), re.compile(rf"\s*{prefix}=")
        if hits := [n for n in range(start, end) if header.match(lines[n])]:
            here = min(order, len(hits) - 1)
            start = found = hits[here]
            end = hits[here + 1] if here + 1 < len(hits) else end
        elif hits := [n for n in range(start, end) if assignment.match(lines[n])]:
            start = found = hits[0]
    return None if found is None else found + 1

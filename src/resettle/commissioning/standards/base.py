"""What every standard's document has in common here: our names for its keys, and nothing lost of what we do not use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from resettle.errors import BadInput, Problem, bad
from resettle.result import Record

LARGEST = 50_000_000
Document = TypeVar("Document", bound="Wire")


class Wire(BaseModel):
    """A block of a published document. Keys that are not described here are kept as they are."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel, populate_by_name=True)

    def to_dict(self) -> dict[str, Any]:
        """The block as JSON values under the standard's own keys; what is not given is left out."""
        found: dict[str, Any] = json.loads(self.model_dump_json(by_alias=True, exclude_none=True))
        return found

    def to_json(self) -> str:
        """The block as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"


class Loss(Record):
    """Something of a contract that the target has no place for."""

    what: str
    why: str


@dataclass(frozen=True)
class Written(Generic[Document]):
    """A contract in a standard, and what of it the standard cannot hold."""

    document: Document
    losses: tuple[Loss, ...]


def read_wire(model: type[Document], path: Path) -> Document:
    """Read a JSON document of a standard; everything that is wrong is one `BadInput` with its place."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise bad(
            "cannot be read as a file", file=path, value=error.strerror, do="Name a readable JSON file."
        ) from None
    if len(data) > LARGEST:
        raise bad("too large for a document of this kind", file=path, value=f"{len(data)} bytes")
    try:
        return model.model_validate(json.loads(data.decode("utf-8-sig"), parse_constant=refuse))
    except ValidationError as error:
        raise BadInput(*(problem(path, detail) for detail in error.errors())) from None
    except (ValueError, RecursionError) as error:
        raise bad(f"not valid JSON: {error}", file=path, do="Mend it, or save it as UTF-8.") from None


def problem(path: Path, detail: Any) -> Problem:
    """One fault with its place in the document."""
    where = ".".join(str(p + 1) if isinstance(p, int) else str(p) for p in detail["loc"])
    value = None if isinstance(detail["input"], dict | list) else str(detail["input"])
    return Problem(detail["msg"], str(path), None, where or None, value, "Correct the value.")


def refuse(word: str) -> Any:
    """Numbers that are not finite have no place in money."""
    raise ValueError(f"not a finite number ({word})")


def moment(day: date) -> str:
    """A day as a date and time, as OCDS asks: the start of the day."""
    return f"{day.isoformat()}T00:00:00Z"


def day_of(text: str | None) -> date | None:
    """The day of a date and time."""
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        raise bad("not a date", value=text, do="Write it as 2026-01-31.") from None


def number(amount: Decimal) -> float:
    """An amount as a JSON number, exact to the penny for any amount that a contract can hold."""
    return float(amount)


def pence(amount: float | None) -> Decimal | None:
    """A JSON number as an exact amount."""
    return None if amount is None else Decimal(repr(float(amount))).quantize(Decimal("0.01"))

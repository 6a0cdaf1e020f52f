"""Where a result came from: what went in (by hash), with which parameters, seed and version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

VERSION = "0.1.0"


class Provenance(BaseModel):
    """Enough to run a result again: input hashes (SHA-256 by name), parameters, seed and the version that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    seed: int | None = None
    version: str = VERSION

    @field_validator("parameters", mode="before")
    @classmethod
    def _as_json(cls, value: Any) -> Any:
        # Kept as it will be read back, so that a result equals itself after a round trip through JSON.
        return json.loads(json.dumps(value, default=str))


def hash_bytes(data: bytes) -> str:
    """SHA-256 of the bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's contents, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_json(value: Mapping[str, Any] | list[Any]) -> str:
    """SHA-256 of a JSON value, independent of the order of its keys."""
    return hash_bytes(json.dumps(value, sort_keys=True, default=str, separators=(",", ":")).encode())

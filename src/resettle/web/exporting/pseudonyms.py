"""Pseudonyms of one export: the same in all its tables, and of no use with those of another."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path


class Pseudonyms:
    """Pseudonyms made with one secret key; whoever has the key and the workspace can find the person again, and nobody else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, letter: str, key: object) -> str:
        """The pseudonym of a record: a letter that says of what kind, and twelve characters (60 bits of SHA-256)."""
        digest = hmac.new(self._key, f"{letter}:{key}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(digest[:8], "big") >> 4
        return letter + "".join(ALPHABET[number >> (5 * n) & 31] for n in range(12))


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O or U: nothing that is mistaken for a digit, and no words."""


def export_key(file: Path) -> bytes:
    """The key in a file, made there (readable by its owner only) if it is not there yet."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(os.urandom(32))
    return file.read_bytes()

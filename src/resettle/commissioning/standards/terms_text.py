"""A contract written out as TOML from what a published document says of it, with a comment wherever it says nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.standards.base import Loss

Block = Mapping[str, Any]
RECORDED = {"id": "as_recorded", "kind": "cost_plus", "label": "As recorded, until the rules of payment are written"}
"""What is paid where a document does not say how: costs that are recorded, and no amount that anybody made up."""
NO_RULES = "The document does not say how amounts are worked out. Until the rules are written here, only recorded costs are paid."


@dataclass(frozen=True)
class Terms:
    """What a document says of a contract. `assumed` are sentences on what it does not say and a contract must.

    `blocks` are the lists of the contract (parties, payments, variations), each block with its keys.
    """

    head: Block
    period: tuple[date, date]
    blocks: Mapping[str, Sequence[Block]]
    service: str
    more: Mapping[str, Block] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()

    @property
    def text(self) -> str:
        """The contract file."""
        start, end = self.period
        lines = [
            f"# {' '.join(line.split())}"
            for line in ("Made from a published document. Check it: resettle contract check FILE", *self.assumed)
        ]
        lines += ["", *pairs({k: v for k, v in self.head.items() if v not in (None, "")})]
        lines += [
            "",
            "[period]",
            f"start = {start}",
            f"end = {end}",
            "",
            "[population]",
            f"services = [{quoted(self.service)}]",
        ]
        for name, blocks in self.blocks.items():
            for block in blocks:
                lines += ["", f"[[{name}]]", *pairs(block)]
        for name, block in self.more.items():
            lines += ["", f"[{name}]", *pairs(block)] if block else []
        return "\n".join(lines) + "\n"


def pairs(block: Block) -> list[str]:
    """The keys of a block with their values; what is not known is left out."""
    return [f"{bare(key)} = {worth(value)}" for key, value in block.items() if value is not None]


def bare(key: str) -> str:
    """A key as TOML, in quotes where it needs them."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else quoted(key)


def worth(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{bare(k)} = {worth(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(worth(v) for v in value)}]"
    if isinstance(value, date | int):
        return str(value)
    return quoted(f"{value}" if isinstance(value, Decimal) else str(value))


def quoted(text: str) -> str:
    """Text as a basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def named(text: str) -> str:
    """An identifier as a contract writes them, from any text."""
    kept = re.sub(r"[^A-Za-z0-9_.\-]+", "-", text).strip("-_.")[:80]
    return kept if kept and kept[0].isalnum() else f"x{kept}"[:80]


def unused(what: str, block: Any, why: str) -> list[Loss]:
    """What a block of a document holds beside what is read here."""
    return [Loss(what=f"{what}{key}", why=why) for key in sorted(block.model_extra or {})]

"""The reference page of the contract language, made from the typed model, so that it cannot differ from it."""

from __future__ import annotations

import types
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resettle.commissioning.language.fields import read_money, read_points, read_prices, read_share, read_zone
from resettle.commissioning.language.terms import (
    Contract,
    Fee,
    Limits,
    Measure,
    OutcomeRate,
    Party,
    Period,
    Population,
    Split,
    Tier,
    UnitTariff,
)

BLOCKS: dict[str, type[BaseModel]] = {
    "The contract": Contract,
    "`[period]`, and `population.index`": Period,
    "`[[parties]]`": Party,
    "`[population]`": Population,
    "`[[measures]]`": Measure,
    '`[[payments]]` with `kind = "fee"`': Fee,
    '`[[payments]]` with `kind = "unit_tariff"`': UnitTariff,
    '`[[payments]]` with `kind = "outcome_rate"`': OutcomeRate,
    "`[[payments.tiers]]`": Tier,
    "`[limits]`": Limits,
    "`[split]`": Split,
}
READERS = {
    read_money: "money",
    read_points: "percentage points",
    read_share: "share from 0 to 1",
    read_zone: "`none`, `interval` or percentage points",
    read_prices: "price, or table from band to price",
}
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date", Decimal: "number"}
HEAD = """# Contract reference

This page is made from the typed model (`resettle.commissioning.language`) by `contract_reference()`; a test keeps them the same.

A contract is one TOML file. Money is a whole number or text in quotes with at most two decimals (`"12500.00"`), in the one
currency of the contract, and never negative. Percentage points, shares and rates may be numbers or text. Unknown keys are refused.
See [how a contract pays](../explanation/how-a-contract-pays.md) for what the words do.
"""


def contract_reference() -> str:
    """The page as Markdown."""
    return HEAD + "".join(section(title, model) for title, model in BLOCKS.items())


def section(title: str, model: type[BaseModel]) -> str:
    """One block: its meaning and its keys."""
    rows = "".join(row(name, field) for name, field in model.model_fields.items())
    return f"\n## {title}\n\n{model.__doc__}\n\n| key | type | needed | meaning |\n|---|---|---|---|\n{rows}"


def row(name: str, field: FieldInfo) -> str:
    """One key as a row of the table."""
    kind = readable(field.annotation, field.metadata)
    return f"| `{field.alias or name}` | {kind} | {needed(field)} | {field.description} |\n"


def needed(field: FieldInfo) -> str:
    """Whether the key must be there, or what holds without it."""
    if field.is_required():
        return "yes"
    default = field.default
    if default is None or default in ("", (), {}) or isinstance(default, BaseModel):
        return "no"
    if isinstance(default, tuple):
        return f"no: `{', '.join(default)}`"
    return f"no: `{str(default).lower() if isinstance(default, bool) else default}`"


def readable(annotation: Any, metadata: list[Any] | None = None) -> str:
    """A type as a writer of contracts would say it."""
    for mark in metadata or []:
        if (reader := getattr(mark, "func", None)) in READERS:
            return READERS[reader]
    inner = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return readable(inner[0], list(annotation.__metadata__))
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if get_origin(annotation) is tuple:
        return f"list of {readable(inner[0])}"
    if get_origin(annotation) is dict:
        return f"table: {readable(inner[1])}"
    if inner and (get_origin(annotation) is types.UnionType or type(None) in inner):
        return " or ".join(dict.fromkeys(readable(a) for a in inner if a is not type(None)))
    return PLAIN.get(annotation, "block")

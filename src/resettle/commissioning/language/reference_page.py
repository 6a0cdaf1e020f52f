"""The reference page of the contract language, made from the typed model, so that it cannot differ from it."""

from __future__ import annotations

import types
from datetime import date
from decimal import Decimal
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo

from resettle.commissioning.language.base import Framework, Party, Period
from resettle.commissioning.language.capital import Capital, Drawdown, Guarantee, Instrument
from resettle.commissioning.language.limits import (
    EvidenceTerms,
    Indexation,
    Kpi,
    Limits,
    Report,
    ServiceLevel,
    Split,
    Step,
    Termination,
    Timing,
)
from resettle.commissioning.language.measures import Adjustment, Baseline, Estimator, Fallback, Measure
from resettle.commissioning.language.parameters import Parameter
from resettle.commissioning.language.payments import (
    Advance,
    Band,
    Clawback,
    Instalment,
    Kinds,
    Prior,
    Reclaim,
    Retention,
    Test,
    Tier,
    Volume,
)
from resettle.commissioning.language.people import Banding, Intake, Population, Referrals
from resettle.commissioning.language.terms import Contract, Variation

PAYMENTS: dict[str, type[BaseModel]] = {get_args(m.model_fields["kind"].annotation)[0]: m for m in get_args(Kinds)}
"""The models of payments by the word for their kind."""

BLOCKS: dict[str, type[BaseModel]] = {
    "The contract": Contract,
    "`[period]`, and `population.index`": Period,
    "`[framework]`": Framework,
    "`[parameters.NAME]`": Parameter,
    "`[[parties]]`": Party,
    "`[population]`": Population,
    "`[population.intake]`": Intake,
    "`[population.banding]`": Banding,
    "`[population.referrals]`": Referrals,
    "`[[measures]]`": Measure,
    "`[measures.baseline]`": Baseline,
    "`[measures.baseline.adjustment]`": Adjustment,
    "`[measures.estimator]`": Estimator,
    "`[measures.estimator.fallback]`": Fallback,
    **{f'`[[payments]]` with `kind = "{kind}"`': model for kind, model in PAYMENTS.items()},
    "`[payments.volume]`, of a fee": Volume,
    "`[[payments.bands]]`, of volume bands": Band,
    "`[[payments.reclaim]]`, of a unit tariff": Reclaim,
    "`[[payments.tiers]]`, of an outcome rate": Tier,
    "`[payments.test]`, of an outcome rate": Test,
    "`[payments.test.prior]`, of an outcome rate": Prior,
    "`[payments.advance]`, of an outcome rate": Advance,
    "`[[payments.instalments]]`, of a grant": Instalment,
    "`[payments.clawback]`, of a grant": Clawback,
    "`[payments.retention]`": Retention,
    "`[[service_levels]]`": ServiceLevel,
    "`[[service_levels.steps]]`": Step,
    "`[limits]`": Limits,
    "`[indexation]`": Indexation,
    "`[timing]`": Timing,
    "`[split]`": Split,
    "`[capital]`": Capital,
    "`[[capital.instruments]]`": Instrument,
    "`[[capital.instruments.drawdowns]]`": Drawdown,
    "`[[capital.guarantees]]`": Guarantee,
    "`[evidence]`": EvidenceTerms,
    "`[report]`": Report,
    "`[[report.kpis]]`": Kpi,
    "`[termination]`": Termination,
    "`[[variations]]`": Variation,
}
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date", Decimal: "number"}
HEAD = """# Contract reference

This page is made from the typed model (`resettle.commissioning.language`) by `contract_reference()`; a test keeps them the same.

A contract is one TOML file. Money is a whole number or text in quotes with at most two decimals (`"12500.00"`), in the one
currency of the contract, and never negative. Percentage points, shares and rates may be numbers or text. Any number may be a
formula of named parameters: text that begins with `=`. Unknown keys are refused. `resettle contract schema` prints the same as a
JSON Schema, with which editors complete and check as you write.
See [how a contract pays](../explanation/how-a-contract-pays.md) for what the words do.
"""


def contract_reference() -> str:
    """The page as Markdown."""
    return HEAD + "".join(section(title, model) for title, model in BLOCKS.items())


def section(title: str, model: type[BaseModel]) -> str:
    """One block: its meaning and its keys."""
    rows = "".join(row(name, field) for name, field in model.model_fields.items())
    return f"\n## {title}\n\n{cleandoc(model.__doc__ or '')}\n\n| key | type | needed | meaning |\n|---|---|---|---|\n{rows}"


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
        return f"no: `{', '.join(map(str, default))}`"
    return f"no: `{str(default).lower() if isinstance(default, bool) else default}`"


def readable(annotation: Any, metadata: list[Any] | None = None) -> str:
    """A type as a writer of contracts would say it."""
    for mark in metadata or []:
        if isinstance(mark, WithJsonSchema) and isinstance(schema := mark.json_schema, dict):
            return str(schema["title"])
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

"""The language as a JSON Schema, so that editors complete and check a contract as it is written."""

from __future__ import annotations

from typing import Any

from resettle.commissioning.language.terms import Contract


def contract_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a contract file, made from the typed model."""
    made = Contract.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Resettle contract"}

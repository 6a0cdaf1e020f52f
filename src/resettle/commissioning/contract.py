"""`read_contract`: from a TOML file to a contract whose terms are complete and agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from resettle.commissioning.language.faults import faults
from resettle.commissioning.language.finding import located
from resettle.commissioning.language.reading import in_force, parse_terms
from resettle.commissioning.language.terms import Contract
from resettle.document import read_text
from resettle.errors import BadInput

__all__ = ["Contract", "in_force", "parse_contract", "read_contract"]


def read_contract(path: str | Path, inputs: Mapping[str, object] | None = None) -> Contract:
    """Read a contract file. Every error in it is raised, with its line, as one `BadInput`; warnings are for `check_contract`.

    `inputs` replace the values of named parameters (`{"tariff": "600.00"}`), which formulas then follow.
    """
    file = Path(path)
    return parse_contract(read_text(file), file, inputs)


def parse_contract(
    text: str, path: Path = Path("contract.toml"), inputs: Mapping[str, object] | None = None
) -> Contract:
    """`read_contract` for text already in hand; `path` is named in errors."""
    contract = parse_terms(text, path, inputs)
    found = located(faults(contract), text, path)
    if found:
        raise BadInput(*(finding.problem for finding in found))
    return contract

"""`read_contract`: from a TOML file to a contract whose terms are complete and agree with each other."""

from __future__ import annotations

from pathlib import Path

from resettle.commissioning.language.faults import faults
from resettle.commissioning.language.finding import located
from resettle.commissioning.language.terms import Contract
from resettle.document import parse_document, read_text
from resettle.errors import BadInput

__all__ = ["Contract", "parse_contract", "read_contract"]


def read_contract(path: str | Path) -> Contract:
    """Read a contract file. Every error in it is raised, with its line, as one `BadInput`; warnings are for `check_contract`."""
    file = Path(path)
    return parse_contract(read_text(file), file)


def parse_contract(text: str, path: Path = Path("contract.toml")) -> Contract:
    """`read_contract` for text already in hand; `path` is named in errors."""
    contract = parse_document(Contract, text, path)
    found = located(faults(contract), text, path)
    if found:
        raise BadInput(*(finding.problem for finding in found))
    return contract

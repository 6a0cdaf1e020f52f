"""`bring_in`: a contract file from a document of OCDS, 360Giving or INDIGO, and a list of what could not be carried over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resettle.commissioning.contract import parse_contract
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.standards.base import Loss
from resettle.commissioning.standards.indigo_terms import indigo_terms
from resettle.commissioning.standards.terms_from import giving_terms, ocds_terms
from resettle.errors import BadInput, bad

Source = Literal["ocds", "360giving", "indigo"]
READERS = {"ocds": ocds_terms, "360giving": giving_terms, "indigo": indigo_terms}


@dataclass(frozen=True)
class BroughtIn:
    """A contract file made from a published document: its text, its terms, what was assumed, and what could not be carried over."""

    text: str
    contract: Contract
    assumed: tuple[str, ...]
    losses: tuple[Loss, ...]


def bring_in(path: str | Path, source: Source, wanted: str | None = None, service: str | None = None) -> BroughtIn:
    """Read a document of a standard as a contract.

    `wanted` is the id of the contract or grant where the document has several; `service` the area's service that it buys. Nothing
    is invented: rules of payment that a standard cannot hold are not guessed, and until they are written only recorded costs are
    paid. A document that cannot be read, or says too little for a contract, is a `BadInput` with its place.
    """
    file = Path(path)
    found = READERS[source](file, wanted, service)
    try:
        contract = parse_contract(found.text, file.with_suffix(".toml"))
    except BadInput as error:
        fault = error.problems[0]
        raise bad(
            f"what the document says makes no contract: {fault.rule}",
            file=file,
            column=fault.column,
            value=fault.value,
            do=fault.do,
        ) from None
    return BroughtIn(found.text, contract, found.assumed, found.losses)

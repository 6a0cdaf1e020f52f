"""`check_contract`: every error and warning in a contract file, each with its line, why it matters and what to do."""

from __future__ import annotations

from pathlib import Path

from resettle.commissioning.language.cautions import cautions
from resettle.commissioning.language.faults import faults
from resettle.commissioning.language.finding import Finding, located, unreadable
from resettle.commissioning.language.reading import parse_terms
from resettle.document import read_text
from resettle.errors import BadInput


def check_contract(path: str | Path) -> list[Finding]:
    """Errors, then warnings, of a contract file; an empty list where there is nothing to say.

    Nothing in the file makes it fail: a file that cannot be read as a contract gives the errors that stopped it.
    """
    file = Path(path)
    try:
        text = read_text(file)
        contract = parse_terms(text, file)
    except BadInput as error:
        return [unreadable(problem, file) for problem in error.problems]
    errors = located(faults(contract), text, file)
    # A warning about terms that contradict each other would be noise.
    return errors or located(cautions(contract), text, file)

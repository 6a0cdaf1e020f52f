"""Contracts in the standards that others read: OCDS 1.1.5 with the UK extension, 360Giving 1.4, INDIGO 4.1, out and back."""

from resettle.commissioning.standards.base import Loss, Written, read_wire
from resettle.commissioning.standards.bring_in import BroughtIn, bring_in
from resettle.commissioning.standards.giving import GrantPackage, from_360giving, to_360giving
from resettle.commissioning.standards.indigo import from_indigo, to_indigo
from resettle.commissioning.standards.indigo_models import Project
from resettle.commissioning.standards.ocds import Package
from resettle.commissioning.standards.ocds_map import from_ocds, to_ocds

__all__ = [
    "BroughtIn",
    "GrantPackage",
    "Loss",
    "Package",
    "Project",
    "Written",
    "bring_in",
    "from_360giving",
    "from_indigo",
    "from_ocds",
    "read_wire",
    "to_360giving",
    "to_indigo",
    "to_ocds",
]

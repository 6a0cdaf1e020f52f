"""Linkage: which person of a register is meant by which record of a list, with how much certainty, and who was lost on the way."""

from resettle.evidence.linkage.linkage import Linkage, Linked, link_people
from resettle.evidence.linkage.people import People, read_people
from resettle.evidence.linkage.quality import Quality, quality_against, quality_by_check
from resettle.evidence.linkage.review import read_decisions

__all__ = [
    "Linkage",
    "Linked",
    "People",
    "Quality",
    "link_people",
    "quality_against",
    "quality_by_check",
    "read_decisions",
    "read_people",
]

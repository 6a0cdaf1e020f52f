"""Bringing a source's files into an area: read as text, matched, converted, compared, kept or quarantined."""

from resettle.area.importing.export import write_quarantine
from resettle.area.importing.load import import_table
from resettle.area.importing.quarantine import quarantined
from resettle.area.importing.report import ImportReport

__all__ = ["ImportReport", "import_table", "quarantined", "write_quarantine"]

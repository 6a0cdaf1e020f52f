"""The ground floor: the tables of one place, declared, checked, imported, queried and generated."""

from resettle.area.area import Area, open_area
from resettle.area.declare import Column, Table, table, tables
from resettle.area.info import AreaInfo
from resettle.area.steps import Engine, Step, Steps, literal, literals

__all__ = [
    "Area",
    "AreaInfo",
    "Column",
    "Engine",
    "Step",
    "Steps",
    "Table",
    "literal",
    "literals",
    "open_area",
    "table",
    "tables",
]

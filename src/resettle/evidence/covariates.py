"""Covariates: what was known of a person at the index date, named in study files, read from the area by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resettle.area import literal
from resettle.errors import bad, did_you_mean
from resettle.evidence.follow import AGE, GROUPINGS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 10

COVARIATES: dict[str, str] = {
    "age": AGE,
    "age_squared": f"power({AGE}, 2)",
    "previous_convictions": "e.previous_convictions",
    "log_previous_convictions": "ln(1 + e.previous_convictions)",
    **{
        name: GROUPINGS[name]
        for name in ("sex", "ethnicity", "disposal", "offence_group", "age_band", "place", "quarter")
    },
    "sentence": f"CASE WHEN e.disposal = 'custody' THEN 'custody, ' || {GROUPINGS['sentence_band']} ELSE e.disposal END",
}


def covariate_sql(name: str) -> str:
    """The SQL of one covariate of index event `e` and person `p`.

    Either one of `COVARIATES`, or `assessment.ITEM`: the person's latest score of that item on or before the index
    date.
    """
    if name in COVARIATES:
        return COVARIATES[name]
    table, _, item = name.partition(".")
    if table == "assessment" and item:
        return f"""(SELECT arg_max(a.score, a.assessed_on) FROM assessment a
            WHERE a.person_id = e.person_id AND a.item = {literal(item)} AND a.assessed_on <= e.index_date)"""
    raise bad("unknown covariate", value=name, do=did_you_mean(name, [*COVARIATES, "assessment.ITEM"]))


def column_name(covariate: str) -> str:
    """The column under which a covariate is selected."""
    return "x_" + covariate.replace(".", "_")


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Design:
    """A numeric design matrix: `x` is people x columns, standardised; `names` of its columns; `notes` on what was done.

    `centre` and `scale` lead back to each column's own units: `centre + scale * x`. A level is 0 or 1 as it is.
    """

    x: Floats
    names: tuple[str, ...]
    notes: tuple[str, ...]
    centre: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()


def design_matrix(table: pa.Table, covariates: Sequence[str]) -> Design:
    """Numbers from covariates: numeric ones centred and scaled, text ones as 0/1 columns against their commonest level.

    Levels with fewer than ten people are put together with the commonest one, and said so. A missing number becomes the
    mean, with a 0/1 column that says it was missing. A covariate that does not vary is a `BadInput`.
    """
    import numpy as np
    import pyarrow as pa

    columns: list[Floats] = []
    names: list[str] = []
    notes: list[str] = []
    origin: list[tuple[float, float]] = []
    for covariate in covariates:
        values = table[column_name(covariate)]
        text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
        given = None if text else values.to_pandas().to_numpy(dtype=float)
        made = levels(covariate, values.to_pylist()) if given is None else numbers(covariate, given)
        if not made[0]:
            nothing = values.null_count == len(values)
            do = "It is recorded of nobody: check its name." if nothing else "Leave it out of the study."
            raise bad("covariate is the same for everyone", column=covariate, do=do)
        own = [] if given is None else [(float(np.nanmean(given)), spread(given))]
        origin += own + [(0.0, 1.0)] * (len(made[0]) - len(own))
        columns += made[0]
        names += made[1]
        notes += made[2]
    x = np.column_stack(columns) if columns else np.zeros((table.num_rows, 0))
    return Design(x, tuple(names), tuple(notes), tuple(units[0] for units in origin), tuple(u[1] for u in origin))


def numbers(name: str, values: Floats) -> tuple[list[Floats], list[str], list[str]]:
    """One numeric covariate as standardised columns."""
    import numpy as np

    missing = np.isnan(values)
    if missing.all() or np.nanstd(values) == 0.0:
        return [], [], []
    filled = np.where(missing, np.nanmean(values), values)
    columns, names, notes = [(filled - filled.mean()) / spread(values)], [name], []
    if missing.any():
        columns.append(missing.astype(float))
        names.append(f"{name} missing")
        notes.append(f"{name} was missing for {int(missing.sum()):,} people: set to the mean, with a flag.")
    return columns, names, notes


def spread(values: Floats) -> float:
    """The standard deviation of a column when what is missing has been set to the mean."""
    import numpy as np

    return float(np.where(np.isnan(values), np.nanmean(values), values).std())


def levels(name: str, values: Sequence[Any]) -> tuple[list[Floats], list[str], list[str]]:
    """One text covariate as 0/1 columns against its commonest level."""
    import numpy as np

    array = np.array(["not known" if v is None else v for v in values])
    found, counts = np.unique(array, return_counts=True)
    commonest = found[np.argmax(counts)]
    kept = [level for level, n in zip(found, counts, strict=True) if level != commonest and n >= FEWEST]
    rare = [str(level) for level, n in zip(found, counts, strict=True) if level != commonest and n < FEWEST]
    notes = [f"{name}: {', '.join(rare)} (under {FEWEST} people each) put together with {commonest}."] if rare else []
    return [(array == level).astype(float) for level in kept], [f"{name} = {level}" for level in kept], notes

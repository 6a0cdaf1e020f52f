"""Where everything came from: the figures used, the inputs by hash, and how to run and trace it again."""

from __future__ import annotations

from resettle.report.blocks import Cell, Facts, Row, Table, cells, row
from resettle.report.words import number
from resettle.thread.thread import Thread


def figures_table(thread: Thread) -> Table:
    """Every published figure that was used, and what overrode it."""
    return Table(
        "Figures used",
        cells("Figure", "Value", "Unit", "About", "Price year", "Place", "Source", "Overridden by"),
        [
            Row(
                (
                    Cell((f.label,), f.name),
                    *cells(
                        number(f.value),
                        f.unit,
                        f.period,
                        str(f.price_year or "–"),
                        f.place,
                        f.source,
                        f.overridden_by or "–",
                    ),
                )
            )
            for f in thread.figures
        ],
        frozenset({1}),
    )


def inputs_table(thread: Thread) -> Table:
    """Every file that went in, by hash."""
    return Table(
        "Files that went in",
        cells("File", "SHA-256"),
        [row(name, digest) for name, digest in thread.provenance.inputs.items()],
    )


def made_with(thread: Thread) -> Facts:
    """Version, seed and draws."""
    provenance = thread.provenance
    return Facts(
        (
            ("Version", (f"Resettle {provenance.version}",)),
            ("Seed", (str(provenance.seed),)),
            ("Draws", (f"{thread.savings.draws:,}",)),
            ("Study", (thread.study.id,)),
            ("Contract", (thread.contract_id,)),
        )
    )


def run_file(thread: Thread) -> str:
    """The name of the run file: the first of the inputs."""
    return next(iter(thread.provenance.inputs), "RUN.toml")

"""The report of a study: what `resettle evaluate AREA STUDY.toml --out DIR` does."""

from __future__ import annotations

from pathlib import Path

import typer


def write_report(area_path: Path, study: Path, out: Path, as_json: bool = False) -> None:
    """Evaluate a study with all its outcomes and checks, and write its report; print where it lies, or its JSON."""
    from resettle.area import open_area
    from resettle.evidence.diagnostics.evaluate_study import evaluate_study
    from resettle.report.study.pdf import LACKING, can_write_pdf
    from resettle.report.study.write import write_study

    def say(stage: str) -> None:
        typer.echo(f"  {stage} ...", err=True)

    with open_area(area_path) as area:
        run = evaluate_study(area, study, say)
    found = write_study(run, out, study.read_text("utf-8"), say)
    if as_json:
        typer.echo(found.to_json())
        return
    typer.echo(found.sentence)
    typer.echo(f"Page: {out / 'index.html'}")
    typer.echo(f"PDF: {out / 'report.pdf'}" if can_write_pdf() else LACKING)
    if found.suppressed:
        typer.echo(f"{len(found.suppressed)} numbers were left out: {out / 'suppressed.csv'}")

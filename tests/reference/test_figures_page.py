from pathlib import Path

from resettle.reference.figures import list_figures, topics
from resettle.reference.page import figures_page, row

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/figures.md"


def test_the_page_in_the_documentation_is_current():
    assert PAGE.read_text("utf-8") == figures_page(), (
        "run: python -m resettle.reference.page > docs/reference/figures.md"
    )


def test_every_figure_topic_and_note_is_on_the_page():
    page = figures_page()
    assert all(row(f) in page and f.note in page for f in list_figures())
    assert all(f"\n## {title}\n" in page for title in topics())


def test_rows_have_as_many_cells_as_the_head():
    rows = [line for line in figures_page().splitlines() if line.startswith("|")]
    assert {line.count(" | ") for line in rows if not line.startswith("|---")} == {7}

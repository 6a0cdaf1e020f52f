"""The reference page of the tables is the declarations, and nothing else."""

from pathlib import Path

from resettle.area import tables
from resettle.area.page import tables_page


def test_the_committed_page_is_the_generated_one():
    assert (Path(__file__).parents[2] / "docs/reference/tables.md").read_text("utf-8") == tables_page()


def test_every_table_column_code_and_rule_is_on_the_page():
    page = tables_page()
    for table in tables().values():
        part = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert table.meaning in part
        for column in table.columns.values():
            assert f"| `{column.name}` | {column.type}" in part and column.meaning in part
            assert all(f"`{code}` {meaning}" in part for code, meaning in column.allowed.items())
        assert all(rule.name in part and rule.must in part for rule in table.rules)

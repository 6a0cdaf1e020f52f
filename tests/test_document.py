from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import Misfit, read_document
from resettle.errors import BadInput


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    price: int = Field(ge=0)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    things: list[Inner] = []

    @model_validator(mode="after")
    def _rising(self):
        for n in range(1, len(self.things)):
            if self.things[n].price < self.things[n - 1].price:
                raise Misfit("prices must rise", "things", n, "price", value=self.things[n].price, do="Sort them.")
        return self


class Filled(BaseModel):
    things: tuple[Inner, ...] = Field(min_length=1)


def problems(tmp_path: Path, content: bytes | str):
    path = tmp_path / "doc.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadInput) as caught:
        read_document(Outer, path)
    return caught.value.problems


def test_an_unknown_key_is_named_with_its_line_and_the_closest_known_one(tmp_path):
    (found, missing) = sorted(problems(tmp_path, "\ntilte = 'x'\n"), key=lambda p: p.rule, reverse=True)
    assert (found.rule, found.row, found.do) == ("unknown key", 2, "Did you mean 'title'?")
    assert missing.rule == "missing key"


def test_a_fault_inside_a_repeated_block_names_the_right_block(tmp_path):
    (found,) = problems(tmp_path, "title='x'\n[[things]]\nprice = 1\n\n[[things]]\nprice = -4\n")
    assert (found.row, found.column, found.value) == (6, "things.2.price", "-4")


def test_a_rule_that_blocks_break_together_is_told_at_one_of_them(tmp_path):
    (found,) = problems(tmp_path, "title='x'\n[[things]]\nprice = 4\n\n[[things]]\nprice = 1\n")
    assert (found.row, found.column, found.value) == (6, "things.2.price", "1")
    assert (found.rule, found.do) == ("prices must rise", "Sort them.")


def test_a_list_is_not_also_called_too_short_because_its_items_are_at_fault(tmp_path):
    path = tmp_path / "doc.toml"
    path.write_text("[[things]]\nprice = -1\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        read_document(Filled, path)
    assert [one.column for one in caught.value.problems] == ["things.1.price"]
    path.write_text("things = []\n", "utf-8")
    with pytest.raises(BadInput, match="at least 1 item"):
        read_document(Filled, path)


def test_toml_faults_name_the_line(tmp_path):
    (found,) = problems(tmp_path, "title = 'x'\nthings = [\n= 3\n")
    assert found.row == 3
    assert "not valid TOML" in found.rule


def test_other_encodings_name_the_line(tmp_path):
    (found,) = problems(tmp_path, b"title = 'x'\n# caf\xe9\n")
    assert (found.rule, found.row) == ("not UTF-8 text", 2)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "doc.toml"
    path.write_bytes(b"\xef\xbb\xbftitle = 'x'\n")
    assert read_document(Outer, path).title == "x"


def test_missing_files_folders_deep_nesting_and_huge_files_are_one_clear_error(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_document(Outer, tmp_path / "none.toml")
    with pytest.raises(BadInput, match="cannot be read as a file"):
        read_document(Outer, tmp_path)
    assert "TOML" in problems(tmp_path, "a = " + "[" * 50_000 + "]" * 50_000)[0].rule
    assert "too large" in problems(tmp_path, b"#" * 3_000_000)[0].rule

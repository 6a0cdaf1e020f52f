"""Pages made from the program are current: run `python docs/generate.py` after a change."""

import importlib.util

import pytest
from page_kit import ROOT, Command, commands, missing


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = generator()


@pytest.mark.parametrize("name", GENERATOR.PAGES)
def test_page_is_current(name):
    held = (ROOT / "docs/reference" / name).read_text("utf-8")
    assert held == GENERATOR.PAGES[name](), f"run `python docs/generate.py`: docs/reference/{name} is not current"


def test_the_picture_is_current():
    assert (ROOT / "docs/thread.svg").read_text("utf-8") == GENERATOR.thread_svg()


def test_the_page_of_clocks_shows_every_clock():
    from resettle.evidence.clock import clock_names

    text = GENERATOR.clocks_page()
    assert all(f"## `{name}`" in text for name in clock_names())


def test_the_page_of_commands_shows_every_command():
    text = GENERATOR.command_line_page()
    for words in ("measure", "trace", "area import", "reference show", "contract check"):
        assert f"## `resettle {words}`" in text


def test_commands_and_their_output_are_read_as_shown():
    body = "$ one \\\n    two\nshown\n...\n$ three\n"
    assert commands(body) == [Command("one two", ("shown", "...")), Command("three", ())]


def test_output_that_was_not_printed_is_found():
    assert missing(("a", "...", "c"), "a\nb\nc\n") == []
    assert missing(("c", "a"), "a\nb\nc\n") == ["a"]
    assert missing(("begins ...",), "begins and goes on\n") == []
    assert missing(("never",), "printed\n") == ["never"]

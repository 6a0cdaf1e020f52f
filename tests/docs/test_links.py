"""Every link between pages leads somewhere, every page can be reached, and every command named exists."""

import re
from pathlib import Path

import pytest
import typer
from page_kit import FENCE, ROOT, pages

from resettle.cli import app

LINK = re.compile(r"\]\((?P<to>[^)\s]+)\)")
NAMED = re.compile(r"(?:`|^\$ )resettle ((?:[a-z][a-z-]* ?)+)", re.MULTILINE)


def links(file):
    """The local links of a page: target path and anchor."""
    for match in LINK.finditer(FENCE.sub("", file.read_text("utf-8"))):
        to, _, anchor = match["to"].partition("#")
        if not re.match(r"[a-z]+:", to):
            yield (file if not to else (file.parent / to).resolve()), anchor


def anchors(file):
    """The anchors of a page's headings, as code hosts make them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", file.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(file):
    for target, anchor in links(file):
        assert target.exists(), f"{file.name} links to {target}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{file.name} links to {target.name}#{anchor}, which is no heading"


def test_every_page_can_be_reached_from_the_index():
    start = ROOT / "docs/index.md"
    seen, waiting = {start}, [start]
    while waiting:
        for target, _ in links(waiting.pop()):
            if target.suffix == ".md" and target not in seen:
                seen.add(target)
                waiting.append(target)
    lost = {p.relative_to(ROOT).as_posix() for p in pages()} - {
        p.relative_to(ROOT).as_posix() for p in seen if p.is_relative_to(ROOT)
    }
    assert not lost


def test_the_readme_leads_to_the_docs_and_shows_the_picture():
    text = (ROOT / "README.md").read_text("utf-8")
    first_screen = "\n".join(text.splitlines()[:20])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "docs/thread.svg" in first_screen
    assert "docs/index.md" in text


@pytest.mark.parametrize("file", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_named_exists(file):
    top = typer.main.get_command(app).commands
    for match in NAMED.finditer(file.read_text("utf-8")):
        words = match[1].split()
        assert words[0] in top, f"{file.name}: no such command: resettle {match[1]}"
        inner = getattr(top[words[0]], "commands", None)
        if inner and len(words) > 1:
            assert words[1] in inner, f"{file.name}: no such command: resettle {match[1]}"


def test_the_tree_in_the_readme_is_the_tree():
    shown = re.findall(r"^      (\w+)/ ", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    rooms = {p.name for p in (ROOT / "src/resettle").iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert set(shown) == rooms


def test_examples_named_on_a_page_are_there():
    for file in pages():
        for name in re.findall(r"examples/[\w/.-]+\.toml", file.read_text("utf-8")):
            made_here = Path(name).name.startswith(("my-", "with-")) or Path(name).stem.isupper()
            assert made_here or (ROOT / name).exists(), f"{file.name}: {name}"

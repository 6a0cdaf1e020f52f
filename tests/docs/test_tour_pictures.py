"""The pictures of the tour: each stands on its page, is of a page that there is, and all together are small."""

import importlib.util
import re
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "docs/tutorial/a-first-day-in-the-workspace.md"


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs/pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tour_shows_each_picture_and_says_what_is_on_it(pictures):
    shown = re.findall(r"!\[([^\]]{15,})\]\(pictures/([a-z-]+)\.png\)", TOUR.read_text("utf-8"))
    assert sorted(name for _, name in shown) == sorted(pictures.PICTURES)


def test_each_picture_is_as_wide_as_its_page_and_all_are_small(pictures):
    files = {path.stem: path.read_bytes() for path in pictures.FOLDER.glob("*.png")}
    widths = {name: struct.unpack(">I", data[16:20])[0] for name, data in files.items()}
    assert widths == {name: width for name, (_, _, width, _) in pictures.PICTURES.items()}
    assert sum(map(len, files.values())) < 1_000_000


def test_each_picture_is_of_a_page_that_its_reader_may_open(pictures):
    from resettle.web.access.rules import RULES

    for role, page, _, _ in pictures.PICTURES.values():
        assert RULES[page].own if role == "person" else role in RULES[page].needs

"""The pictures of the tour can be taken anew, and each shows what the tour says of it."""

import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_the_pictures_of_the_tour_are_of_the_pages_as_they_are(chromium, workspaces, tmp_path):
    path = Path(__file__).parents[2] / "docs/pictures.py"
    spec = importlib.util.spec_from_file_location("pictures", path)
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    assert pictures.take(chromium, workspaces("full"), tmp_path) == []
    assert {one.stem for one in tmp_path.glob("*.png")} == set(pictures.PICTURES)

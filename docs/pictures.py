"""The pictures of the tour, taken of a trial workspace in a browser: `python docs/pictures.py` takes them anew."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/tutorial/pictures"
WIDTH, HEIGHT, PHONE = 960, 720, 320
# By name: whose page, which, how wide, and words that must stand on it.
PICTURES = {
    "home": ("practitioner", "home", WIDTH, "People you work with"),
    "person": ("practitioner", "person", WIDTH, "Who works with"),
    "map": ("practitioner", "map", WIDTH, "Good life map"),
    "plan": ("practitioner", "plan", WIDTH, "I will"),
    "find-help": ("practitioner", "find", WIDTH, "help"),
    "budget": ("practitioner", "budgets", WIDTH, "is left"),
    "monday": ("coordinator", "monday", WIDTH, "Monday"),
    "week": ("mentor", "week", PHONE, "week"),
    "me": ("person", "me", PHONE, "Your plan"),
    "who-looked": ("auditor", "audit", WIDTH, "looked"),
}


def take(chromium: Any, workspace: Any, into: Path) -> list[str]:
    """Take every picture into a folder; gives those whose page lacks the words that must stand on it."""
    from workspace_kit import Walker

    wrong = []
    for name, (role, page, width, words) in PICTURES.items():
        walker = Walker(chromium, workspace, role, width)
        said = walker.go(workspace.pages(role)[page])
        if words.casefold() not in said.casefold():
            wrong.append(f"{name}: no {words!r}")
        walker.page.set_viewport_size({"width": width, "height": HEIGHT})
        walker.page.screenshot(path=into / f"{name}.png")
        walker.context.close()
    return wrong


def main() -> None:
    """Make a trial, take the pictures and keep them."""
    sys.path[:0] = [str(ROOT / "tests/browser")]
    from workspace_kit import Workspace, browser

    with tempfile.TemporaryDirectory() as home, browser() as chromium:
        workspace = Workspace(Path(home), "full")
        try:
            FOLDER.mkdir(exist_ok=True)
            print("\n".join(take(chromium, workspace, FOLDER)) or f"{len(PICTURES)} pictures are in {FOLDER}")
        finally:
            workspace.stop()


if __name__ == "__main__":
    main()

"""A run that goes on to rounds, on a small synthetic area: few draws, no fitting, and steps so small that some close."""

import shutil
from pathlib import Path

from resettle.area.generate import generate_area

NAMES = {
    "studies": "greater-manchester-peer-support.toml",
    "contracts": "greater-manchester-peer-support.toml",
    "appraisals": "greater-manchester.toml",
    "scenarios": "greater-manchester-peer-support.toml",
    "menus": "greater-manchester.toml",
    "runs": "greater-manchester-reinvestment.toml",
}


def spoilt(path: Path, *changes: tuple[str, str]) -> None:
    """Change a file in place; what is to be changed must be there."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, (path, old)
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def documents(examples: Path, folder: Path) -> Path:
    """Copies of the documents of the example run, made quick; returns the run file."""
    for kind, name in NAMES.items():
        (folder / kind).mkdir(parents=True)
        shutil.copy(examples / kind / name, folder / kind)
    shutil.copy(examples / "menus/greater-manchester-votes.csv", folder / "menus")
    spoilt(folder / "scenarios" / NAMES["scenarios"], ("draws = 200", "draws = 24"), ("fit = true", "fit = false"))
    spoilt(folder / "runs" / NAMES["runs"], ("optimism = 0.1", "optimism = 0.1\nsobol = 64"))
    spoilt(folder / "menus" / NAMES["menus"], ("draws = 200", "draws = 20"))
    spoilt(folder / "appraisals" / NAMES["appraisals"], ("size = 12\n", "size = 1\n"), ("size = 60\n", "size = 6\n"))
    return folder / "runs" / NAMES["runs"]


def small_area(folder: Path) -> Path:
    """A synthetic area in which the effect is shown."""
    generate_area(folder / "area", 6_000, 13).close()
    return folder / "area"

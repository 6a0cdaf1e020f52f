"""What a page of the documentation shows, block by block: commands with their output, Python, and files to save."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run by a test of its own, with Spark.
ELSEWHERE = ("how-to/run-on-spark.md",)
# Whole runs of ten seconds and more.
LONG = ("how-to/take-money-to-a-round.md",)

# Set-up and long jobs that a page names and other tests run.
HEAVY = (
    "make ",
    ". .venv/bin/activate",
    "git clone",
    "cd resettle",
    "resettle demo",
    ".venv/bin/resettle demo",
    "pip install",
)

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
SAVE = re.compile(r"[Ss]ave (?:this |it )?as `(?P<name>[^`]+)`[^\n]*\n\s*\Z")


@dataclass(frozen=True)
class Block:
    """One fenced block: its info string (`console`, `console error`, `python`, `toml`), its text, its line, and the file to save it as."""

    info: str
    body: str
    line: int
    save_as: str | None


@dataclass(frozen=True)
class Command:
    """One command of a console block, and the output shown under it."""

    text: str
    shown: tuple[str, ...]


def pages() -> list[Path]:
    """Every page a reader may open, decisions included."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def runnable() -> list[Path]:
    """The pages whose blocks are run."""
    return [p for p in pages() if "decisions" not in p.parts and not p.as_posix().endswith(ELSEWHERE)]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page in order."""
    text = page.read_text("utf-8")
    found = []
    for match in FENCE.finditer(text):
        saved = SAVE.search(text[: match.start()])
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(match["info"].strip(), match["body"], line, saved["name"] if saved else None))
    return found


def commands(body: str) -> list[Command]:
    """The commands of a console block (lines that begin with `$ `; a backslash at the end goes on) with what is shown."""
    found: list[tuple[str, list[str]]] = []
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith("$ "):
            text = line[2:]
            while text.endswith("\\"):
                text = text[:-1].rstrip() + " " + next(lines).strip()
            found.append((text, []))
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError(f"output before any command: {line!r}")
    return [Command(text, tuple(shown)) for text, shown in found]


def heavy(command: str) -> bool:
    """Whether a command is only named here: set-up and long jobs, run elsewhere."""
    return command.startswith(HEAVY)


NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def close(shown: str, there: str) -> bool:
    """Whether two lines of drawn results agree: the same words, and numbers within a twentieth, or half a unit if small.

    Random streams differ between versions of numpy, so the last digits of a page's draws are those of one machine.
    """
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", there).split():
        return False
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(there), strict=True)
    values = [(float(a.replace(",", "")), float(b.replace(",", ""))) for a, b in pairs]
    return all(abs(a - b) <= max(0.5, abs(a) / 20) for a, b in values)


def missing(shown: tuple[str, ...], printed: str, drawn: bool = False) -> list[str]:
    """The shown lines that were not printed, in this order. `...` stands for any lines; at a line's end, for its rest.

    Where results are `drawn`, numbers need only be `close`.
    """
    left = [line.rstrip() for line in printed.splitlines()]
    lost = []
    for line in (s.rstrip() for s in shown):
        if line in ("", "..."):
            continue
        fits = [
            n
            for n, there in enumerate(left)
            if there == line
            or (drawn and close(line, there))
            or (line.endswith("...") and there.startswith(line[:-3].rstrip()))
        ]
        if fits:
            left = left[fits[0] + 1 :]
        else:
            lost.append(line)
    return lost

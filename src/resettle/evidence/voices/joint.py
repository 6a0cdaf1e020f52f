"""A joint display: for each outcome the number, what people said, and what an analyst makes of the two side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from resettle.document import line_of, parse_document, read_text
from resettle.errors import BadInput, Problem, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.voices.themes import Theme, Themes
from resettle.provenance import Provenance, hash_bytes
from resettle.result import Interval, Record, Result

Verdict = Literal["agree", "extends", "silent", "disagrees"]
NOTHING = {"number": "No number is held for this.", "voices": "Nobody spoke of this."}


class Number(Record):
    """What the numbers show for one outcome: in words, with the value and its interval."""

    words: str = Field(min_length=1)
    value: float
    interval: Interval
    n: int


def number_of(effect: Effect) -> Number:
    """An effect as one side of a joint display."""
    return Number(words=effect.sentence, value=effect.estimate, interval=effect.interval, n=effect.n)


class Line(BaseModel):
    """One outcome as the analyst writes it down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str = Field(min_length=1, description="Outcome, by the name under which its number is held.")
    themes: tuple[str, ...] = Field((), description="Codes of the themes that speak to it.")
    verdict: Verdict = Field(description="`agree`, `extends`, `silent` (one side says nothing) or `disagrees`.")
    words: str = Field(min_length=20, description="What the two sides together mean, in the analyst's words.")
    by: str = Field(min_length=1, description="Who judged it.")


class DisplayFile(BaseModel):
    """The file of a joint display."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, description="Short name.")
    title: str = Field(min_length=1, description="Title, as a reader sees it.")
    line: tuple[Line, ...] = Field(min_length=1, description="One for each outcome.")


class Side(Record):
    """One outcome with both its sides. A side that is empty says so, and only where the verdict is `silent`."""

    outcome: str
    number: Number | None
    themes: tuple[Theme, ...]
    verdict: Verdict
    words: str
    by: str

    @property
    def number_words(self) -> str:
        """What the numbers show, or that there is none."""
        return self.number.words if self.number else NOTHING["number"]

    @property
    def voices_words(self) -> str:
        """What people said, or that nobody did."""
        return "; ".join(t.words for t in self.themes) or NOTHING["voices"]


class JointDisplay(Result):
    """What people said beside what the numbers show, for each outcome. A disagreement is a finding."""

    title: str
    sides: tuple[Side, ...]

    @property
    def sentence(self) -> str:
        """How often the two agree, and where they do not."""
        against = [s.outcome for s in self.sides if s.verdict == "disagrees"]
        agree = sum(1 for s in self.sides if s.verdict == "agree")
        said = f" They disagree on {', '.join(against)}, which is a finding." if against else ""
        return f"{self.title}: numbers and voices agree on {agree} of {len(self.sides)} outcomes.{said}"

    def rows(self) -> list[dict[str, Any]]:
        """One row for each outcome."""
        return [
            {
                "outcome": s.outcome,
                "numbers": s.number_words,
                "voices": s.voices_words,
                "together": s.verdict,
                "what it means": s.words,
                "judged by": s.by,
            }
            for s in self.sides
        ]


def joint_display(path: str | Path, numbers: Mapping[str, Number], themes: Themes) -> JointDisplay:
    """Put a joint display together from an analyst's file.

    Refused (`BadInput`, with the line): an outcome that has a number but no line, or two lines; a theme that nobody coded;
    an empty side under any verdict but `silent`, `silent` where both sides speak, and a line with neither side.
    """
    file = Path(path)
    text = read_text(file)
    display = parse_document(DisplayFile, text, file)
    known = {t.code: t for t in themes.themes}
    problems = [
        Problem(rule, str(file), line_of(text, ("line", n, key)), f"line.{n + 1}.{key}", value, do)
        for n, line in enumerate(display.line)
        for rule, key, value, do in faults(line, n, display, numbers, known)
    ]
    named = {line.outcome for line in display.line}
    problems += [
        Problem(
            "an outcome with a number has no line",
            str(file),
            None,
            "line",
            name,
            "Add a line; `silent` if nobody spoke.",
        )
        for name in numbers
        if name not in named
    ]
    if problems:
        raise BadInput(*problems)
    sides = tuple(
        Side(
            outcome=line.outcome,
            number=numbers.get(line.outcome),
            themes=tuple(known[code] for code in line.themes),
            verdict=line.verdict,
            words=line.words,
            by=line.by,
        )
        for line in display.line
    )
    inputs = {file.name: hash_bytes(text.encode())} | themes.provenance.inputs
    return JointDisplay(title=display.title, sides=sides, provenance=Provenance(inputs=inputs))


def faults(
    line: Line, n: int, display: DisplayFile, numbers: Mapping[str, Number], known: Mapping[str, Theme]
) -> list[tuple[str, str, str, str]]:
    """What is wrong with one line: rule, key, value and what to do."""
    found = [("no such theme", "themes", code, did_you_mean(code, known)) for code in line.themes if code not in known]
    if line.outcome in [other.outcome for other in display.line[:n]]:
        found.append(("an outcome has two lines", "outcome", line.outcome, "Join them into one."))
    sides = (line.outcome in numbers) + bool(line.themes)
    if sides == 0:
        found.append(("neither a number nor a theme", "outcome", line.outcome, "Leave the line out, or mend its name."))
    elif sides == 1 and line.verdict != "silent":
        empty = "themes" if line.outcome in numbers else "number"
        found.append((f"one side is empty: no {empty}", "verdict", line.verdict, "Fill it, or say `silent`."))
    elif sides == 2 and line.verdict == "silent":
        found.append(("both sides speak", "verdict", line.verdict, "Say whether they agree, extend or disagree."))
    return found

"""The page of a theory of change: its picture, the evidence for each arrow, and what is weak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from resettle.evidence.theory import Theory
from resettle.report.blocks import Bullets, Cell, Drawing, Part, Row, Table, Text, cells, row
from resettle.report.programme.page import Chapter, Page, write_page

DRAWN = (
    "The picture runs from top to bottom. A box says its kind; an arrow carries its number and the evidence held for it: the more "
    "evidence, the fuller and thicker the line. The table says the same in words."
)


def write_theory(theory: Theory, out: Path) -> Path:
    """Write the page of a theory with its picture (`theory.svg`) and JSON to a folder; returns the path of `index.html`."""
    file = next(iter(theory.provenance.inputs), "THEORY.toml")
    page = Page(
        title=theory.file.title,
        station="service",
        chapters=[drawn(theory), weak(theory)],
        command=f"resettle theory draw {file} --out DIR",
        provenance=theory.provenance,
    )
    return write_page(page, out, theory.to_json(), {"theory.svg": theory.svg()})


def drawn(theory: Theory) -> Chapter:
    """The picture and the table of arrows."""
    picture = theory.svg().replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
    agreed = f"Agreed: {theory.file.agreed}." if theory.file.agreed else "Nobody is named as having agreed it."
    parts: list[Part] = [
        Text((DRAWN,)),
        Drawing("", "", agreed, picture, scrolling(theory.svg())),
        Table(
            "The arrows and the evidence held for each",
            cells("Arrow", "Evidence", "Held", "Agreed by"),
            [arrow_row(r) for r in theory.rows()],
        ),
    ]  # fmt: skip
    held = sum(1 for arrow in theory.file.arrow if arrow.evidence)
    finding = f"Evidence is held for {held} of {len(theory.file.arrow)} arrows; for the others there is none yet."
    return Chapter("theory", "Why it should work", finding, parts, "evidence")


def arrow_row(r: dict[str, Any]) -> Row:
    """One arrow, with why it should hold."""
    ends = f"{r['arrow']}. {r['from']} → {r['to']}"
    return row(Cell((ends,), r["why"]), r["strength"], r["evidence"], r["agreed by"] or "–")


def scrolling(picture: str) -> str:
    """The picture at its own size in a region that scrolls, for narrow screens, with ids of its own."""
    for old, new in (('id="t"', 'id="t2"'), ('id="d"', 'id="d2"'), ('"t d"', '"t2 d2"')):
        picture = picture.replace(old, new)
    picture = picture.replace("<svg ", '<svg style="min-width:44rem" ', 1)
    return f'<div class="scroll" role="region" tabindex="0" aria-label="The picture: it scrolls">{picture}</div>'


def weak(theory: Theory) -> Chapter:
    """What a reader would ask about before they believed it."""
    found = theory.findings
    if not found:
        return Chapter("weak", "What is weak", "Nothing to mend was found.", [])
    labels = {name: node.label for name, node in theory.file.node.items()}
    rows = [row(Cell((named(f.about, labels),), f.rule), f.do) for f in found]
    parts: list[Part] = [Table("What is weak, and what to do", cells("What is weak", "What to do"), rows)]
    if any(f.rule == "arrow with no evidence" for f in found):
        parts.append(
            Bullets([("An arrow with no evidence is no fault. It is a question, and a good place to start a study.",)])
        )
    things = "thing" if len(found) == 1 else "things"
    return Chapter("weak", "What is weak", f"{len(found)} {things} that a reader would ask about.", parts)


def named(about: str, labels: dict[str, str]) -> str:
    """A node, or an arrow `a -> b`, by its label."""
    return " → ".join(labels.get(name, name) for name in about.split(" -> "))

"""Reading a theory of change, and what is held of it: nodes, arrows, the evidence for each, and what is weak."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from resettle.document import line_of, parse_document, read_text
from resettle.errors import BadInput, Problem, did_you_mean
from resettle.evidence.theory.file import STRENGTHS, TheoryFile
from resettle.evidence.theory.lint import Finding, lint
from resettle.evidence.theory.picture import theory_svg
from resettle.provenance import Provenance, hash_bytes
from resettle.result import Result


class Theory(Result):
    """A theory of change that holds together: every arrow joins two nodes and none leads back to where it came from."""

    file: TheoryFile
    findings: tuple[Finding, ...] = ()

    @property
    def sentence(self) -> str:
        """How large the theory is, for how much of it evidence is held, and how many weaknesses were found."""
        held = sum(1 for a in self.file.arrow if a.evidence)
        weak = f"{len(self.findings)} thing{'s' if len(self.findings) != 1 else ''} to mend" if self.findings else ""
        return (
            f"{self.file.title}: {len(self.file.node)} nodes and {len(self.file.arrow)} arrows; evidence is held for "
            f"{held} of {len(self.file.arrow)} arrows. {weak or 'Nothing to mend'}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each arrow, numbered as in the picture."""
        labels = {name: node.label for name, node in self.file.node.items()}
        return [
            {
                "arrow": number,
                "from": labels[a.from_id],
                "to": labels[a.to_id],
                "why": a.why,
                "strength": STRENGTHS[a.strength],
                "evidence": "; ".join(a.evidence) or "none yet",
                "agreed by": a.agreed_by,
            }
            for number, a in enumerate(self.file.arrow, start=1)
        ]

    def svg(self) -> str:
        """The theory as a picture: a standalone SVG file on white, with its title and description."""
        return theory_svg(self.file)

    def _repr_svg_(self) -> str:
        return self.svg()


def read_theory(path: str | Path, *, services: Iterable[str] | None = None, paid: Iterable[str] = ()) -> Theory:
    """Read a theory of change and look for its weaknesses.

    `services` are the services that an area or a contract has; `paid` the outcomes (or measures) that a contract pays.
    An arrow to or from an unknown node, an arrow drawn twice, and a circle of arrows are each a `BadInput` with the line.
    """
    file = Path(path)
    text = read_text(file)
    theory = parse_document(TheoryFile, text, file)
    if problems := [*unknown_nodes(theory, text, file), *twice(theory, text, file)]:
        raise BadInput(*problems)
    if found := circle(theory):
        raise BadInput(circle_problem(theory, found, text, file))
    return Theory(
        file=theory,
        findings=tuple(lint(theory, services=services, paid=paid)),
        provenance=Provenance(inputs={file.name: hash_bytes(text.encode())}, parameters={"paid": list(paid)}),
    )


def unknown_nodes(theory: TheoryFile, text: str, file: Path) -> list[Problem]:
    """Ends of arrows that no node is called."""
    return [
        Problem(
            f"arrow {n + 1} names a node that is not there",
            str(file),
            line_of(text, ("arrow", n, key)),
            f"arrow.{n + 1}.{key}",
            name,
            did_you_mean(name, theory.node),
        )
        for n, arrow in enumerate(theory.arrow)
        for key, name in (("from", arrow.from_id), ("to", arrow.to_id))
        if name not in theory.node
    ]


def twice(theory: TheoryFile, text: str, file: Path) -> list[Problem]:
    """Arrows that are drawn a second time."""
    seen: set[tuple[str, str]] = set()
    found = []
    for n, arrow in enumerate(theory.arrow):
        if (ends := (arrow.from_id, arrow.to_id)) in seen:
            line = line_of(text, ("arrow", n))
            said = " -> ".join(ends)
            found.append(
                Problem("an arrow is drawn twice", str(file), line, f"arrow.{n + 1}", said, "Join the two into one.")
            )
        seen.add(ends)
    return found


def circle(theory: TheoryFile) -> list[str]:
    """A circle of arrows as the names of its nodes, the first again at the end; empty if there is none."""
    after: dict[str, list[str]] = {name: [] for name in theory.node}
    for arrow in theory.arrow:
        after[arrow.from_id].append(arrow.to_id)
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for following in after[name]:
            if found := walk(following, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in after if (found := walk(name, []))), [])


def circle_problem(theory: TheoryFile, found: list[str], text: str, file: Path) -> Problem:
    """What a user is told of a circle: its nodes, and the line of the arrow that closes it."""
    ends = (found[-2], found[-1])
    n = next(i for i, a in enumerate(theory.arrow) if (a.from_id, a.to_id) == ends)
    return Problem(
        "the arrows go round in a circle",
        str(file),
        line_of(text, ("arrow", n)),
        f"arrow.{n + 1}",
        " -> ".join(found),
        "Take one arrow out, or split a node into 'now' and 'later'.",
    )

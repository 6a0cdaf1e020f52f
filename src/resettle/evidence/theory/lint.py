"""What is weak in a theory of change: rules that a reader would ask about before they believed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resettle.evidence.theory.file import Activity, Assumption, Mechanism, Outcome, TheoryFile
from resettle.result import Record


class Finding(Record):
    """One weakness of a theory: the rule, what it is about (a node, an arrow `a -> b`, or an outcome), and what to do."""

    rule: str
    about: str
    do: str


def lint(theory: TheoryFile, *, services: Iterable[str] | None = None, paid: Iterable[str] = ()) -> Iterator[Finding]:
    """Every weakness of a theory, nodes first, then arrows, then what a contract pays for.

    `services`, where given, are the only services there are; `paid` names outcomes by code or measure.
    """
    known = None if services is None else set(services)
    for name in theory.node:
        yield from node_findings(theory, name, known)
    for arrow in theory.arrow:
        if not arrow.evidence:
            yield Finding(
                rule="arrow with no evidence",
                about=f"{arrow.from_id} -> {arrow.to_id}",
                do="Name what is held for it, or plan how to find out.",
            )
    for code in paid:
        yield from paid_findings(theory, code)


def node_findings(theory: TheoryFile, name: str, services: set[str] | None) -> Iterator[Finding]:
    """The weaknesses of one node."""
    node = theory.node[name]
    if isinstance(node, Outcome) and not node.measure:
        yield Finding(rule="outcome with no measure", about=name, do="Say by which measure it would be known.")
    if isinstance(node, Outcome) and name not in reached(theory):
        yield Finding(rule="outcome that no activity leads to", about=name, do="Draw the way to it, or leave it out.")
    if isinstance(node, Activity) and (not node.service or (services is not None and node.service not in services)):
        yield Finding(rule="activity not in any service", about=name, do="Name the service in which it is done.")
    if isinstance(node, Mechanism) and not node.tested_by:
        yield Finding(rule="mechanism that nothing tests", about=name, do="Say how anyone would see it happen.")
    if isinstance(node, Assumption) and not node.monitored_by:
        yield Finding(rule="assumption nobody monitors", about=name, do="Name who keeps watch on it.")
    if all(name not in (a.from_id, a.to_id) for a in theory.arrow):
        yield Finding(rule="node that no arrow touches", about=name, do="Join it to the rest, or leave it out.")


def paid_findings(theory: TheoryFile, code: str) -> Iterator[Finding]:
    """Whether the outcome that a contract pays is one that the theory reaches."""
    named = [n for n, node in theory.node.items() if isinstance(node, Outcome) and code in (n, node.measure)]
    if not set(named) & reached(theory):
        yield Finding(
            rule="the contract pays an outcome that the theory does not reach",
            about=code,
            do="Draw how the service leads to it, or ask why it is paid.",
        )


def reached(theory: TheoryFile) -> set[str]:
    """The nodes to which some activity leads, by one arrow or more."""
    found: set[str] = set()
    waiting = [name for name, node in theory.node.items() if isinstance(node, Activity)]
    while waiting:
        name = waiting.pop()
        for arrow in theory.arrow:
            if arrow.from_id == name and arrow.to_id not in found:
                found.add(arrow.to_id)
                waiting.append(arrow.to_id)
    return found

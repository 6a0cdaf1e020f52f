"""The reference page of who may open what, made from the table of rules."""

from __future__ import annotations

from resettle.web.access.models import Role
from resettle.web.access.rules import RULES, Rule

STANDS = {
    "caseload": "works with the person now, or gave a reason today",
    "team": "somebody of the team works with the person",
    "matched": "is the person's mentor now",
    "asked": "money was asked for the person, and waits",
    "referred": "the person was referred to their organisation, and it is open",
}


def rules_page(made: str) -> str:
    """Every page of the workspace, and for each role whether it opens, and for whom."""
    lines = ["# Who may open what", "", made, ""]
    lines += [
        "Every page of the workspace by role. A word says how the reader must stand to the person; `yes` means that the page is",
        "about no one person; an empty cell, that it does not open. Whoever tries is refused, and that they tried is on record.",
        "",
        *(f"- `{word}`: {says}" for word, says in STANDS.items()),
        "",
        "A practitioner outside the caseload is asked for a reason first; it is kept, and the person can see it.",
        "",
        "| page | " + " | ".join(Role(role).label for role in Role.values) + " |",
        "|---|" + "---|" * len(Role.values),
    ]
    return "\n".join([*lines, *(row(name, rule) for name, rule in RULES.items())]) + "\n"


def row(name: str, rule: Rule) -> str:
    """One page."""
    if rule.public or rule.own:
        who = "everybody" if rule.public else "the person themselves, with their card"
        return f"| `{name}` | {who} |" + " |" * (len(Role.values) - 1)
    cells = ["" if role not in rule.needs else rule.needs[role] or "yes" for role in Role.values]
    return f"| `{name}` | " + " | ".join(cells) + " |"

"""What a page of the record of looks is called in words, for whoever reads who looked."""

from __future__ import annotations

PAGES = {
    "person": "Record",
    "person_add": "Add a person",
    "person_edit": "Change the record",
    "map": "Good life map",
    "map_add": "Fill in the map",
    "plan_paper": "Printed plan",
    "plan_pdf": "Plan as a PDF",
    "letter": "Letter of progress",
    "find": "Finding help",
    "refer": "Ask a service to help",
    "thread": "Messages",
    "reach": "How to reach them",
    "budgets": "Personal budget",
    "spend_ask": "Ask for money",
    "gate": "Through the gate",
    "gate_list": "Through the gate",
    "measures": "How it goes",
    "measure_paper": "Questionnaire on paper",
    "evidence": "Services, and what came of them",
    "as_text": "Copy as text",
    "card_give": "Card for signing in",
    "who_looked": "Who looked",
    "give_reason": "Reason for opening the record",
    "subject_access": "Everything that is held",
    "me": "Their own start page",
}
ENDS = {
    "add": "new",
    "edit": "change",
    "move": "next step",
    "answer": "answer",
    "end": "end",
    "log": "log",
    "verify": "verify",
}


def page_words(page: str) -> str:
    """A page in words: `goal_add` is `Goal: new`, and a person's own `me_plan` is `Their own page: plan`."""
    if page in PAGES:
        return PAGES[page]
    if page.startswith("me_"):
        return f"Their own page: {page.removeprefix('me_').replace('_', ' ')}"
    what, _, end = page.rpartition("_")
    words = f"{what}: {ENDS[end]}" if what and end in ENDS else page
    return words.replace("_", " ").capitalize()


# Names of kept rows whose plural the framework makes by adding a letter.
ROWS = {
    "change of a tasks": "changes of tasks",
    "evidences": "outcomes seen",
    "happeneds": "steps of the history",
    "how far goals cames": "marks of how far goals came",
    "levels of a goals": "levels of goals",
    "lines": "lines of budgets",
    "matchs": "matches with mentors",
    "reach": "how to reach them",
    "reachs": "ways to be reached",
    "request to erases": "requests to erase",
    "requests": "requests for money",
    "task of their owns": "tasks of their own",
    "two peoples": "pairs that are two people",
    "what they said themselvess": "things they said themselves",
    "wishs": "wishes for a mentor",
}


def row_words(name: str) -> str:
    """What rows of a kind are called where they are counted: `happeneds` is `steps of the history`."""
    return ROWS.get(name, name)

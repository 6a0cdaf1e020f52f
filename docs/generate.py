"""The reference pages and the picture that are made from the program itself: `python docs/generate.py` writes them anew.

A test runs the same functions and fails where a page is not current.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resettle.area.importing.mapping import Mapping
from resettle.area.info import AreaInfo
from resettle.cli import app
from resettle.commissioning.beliefs import Beliefs, RateBelief
from resettle.commissioning.language.reference_page import needed, readable
from resettle.document import models_in
from resettle.evidence.clock import Clock, Span, clock_names, read_clock
from resettle.evidence.covariates import COVARIATES
from resettle.evidence.follow import GROUPINGS
from resettle.evidence.study import Study
from resettle.goodlives.states.page import states_page
from resettle.reinvestment.appraisal import Appraisal
from resettle.reinvestment.pooling_places import Neighbour
from resettle.report.picture import thread_svg
from resettle.thread.macro import ReinvestmentBlock
from resettle.thread.run import RunFile

ROOT = Path(__file__).resolve().parents[1]
BAR = "\\|"
MADE = "<!-- Made by `python docs/generate.py`: change the program, not this page. -->"


def command_line_page() -> str:
    """Every command with its arguments and options, from the program's own help."""
    lines = ["# The command line", "", MADE, "", "`resettle COMMAND --help` says the same in the terminal.", ""]
    lines += [
        "A command ends with 0 when it worked, 1 when a check found errors, 2 when something you gave cannot be used (one",
        "message says what and where), 70 after a fault of Resettle's own, and 130 when you stopped it.",
        "",
    ]
    for words, command in walk(typer.main.get_command(app), ("resettle",)):
        lines += [f"## `{' '.join(words)}`", "", *command_part(words, command)]
    return "\n".join(lines).rstrip() + "\n"


def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, depth first."""
    groups = getattr(command, "commands", None)
    if groups is None:
        yield words, command
        return
    for name, inner in groups.items():
        yield from walk(inner, (*words, name))


def command_part(words: tuple[str, ...], command: Any) -> list[str]:
    """What one command does, how it is called, and what it takes."""
    context = command.context_class(command, info_name=" ".join(words))
    usage = " ".join([*words, *command.collect_usage_pieces(context)])
    lines = [(command.help or "").strip(), "", "```text", usage, "```", ""]
    rows = [row for p in command.params if p.name != "help" and (row := parameter_row(p, context))]
    return [*lines, "| takes | what it is |", "|---|---|", *rows, ""] if rows else lines


def parameter_row(parameter: Any, context: Any) -> str:
    """One argument or option as a row, as the help in the terminal has it."""
    takes, about = parameter.get_help_record(context) or (parameter.name, "")
    return f"| `{takes.replace('|', BAR)}` | {about} |"


def clocks_page() -> str:
    """Each clock that ships, key by key, and the form of one's own."""
    lines = ["# Clocks", "", MADE, ""]
    lines += [
        "A clock says when follow-up starts and ends, what counts, and who enters a cohort. Every measure, study and contract",
        "names one. [How the clock works](../explanation/how-the-clock-works.md) goes through the rules with dates.",
        "",
    ]
    for name in clock_names():
        lines += [f"## `{name}`", "", *clock_part(read_clock(name)), ""]
    lines += [
        "## A clock of your own",
        "",
        "Write a TOML file of this form, and give its path where a clock is asked for.",
    ]
    return "\n".join([*lines, "", *model_part(Clock), "", *model_part(Span, "`follow_up` and `wait`")]) + "\n"


def clock_part(clock: Clock) -> list[str]:
    """One clock as a table."""
    facts = {
        "version": clock.version,
        "measures": clock.label,
        "follow-up": clock.follow_up,
        "time for the case to be proven": clock.wait or "none: the event itself counts",
        "mature": f"{clock.mature_after} after the index date",
        "counts": ", ".join(clock.outcomes),
        "one event is": "an offence" if clock.counting == "offence" else "an appearance at court (a day of conviction)",
        "on the index date itself": "counts" if clock.same_day else "does not count",
        "who enters": "every index event"
        if clock.entry == "every"
        else f"each person once{'' if clock.cohort == 'window' else f' a {clock.cohort}'}, with the first index event",
        "offences that are not recordable": "left out" if clock.recordable_only else "not asked",
        "breaches": "left out" if clock.exclude_breach else "not asked",
        "offences out of scope": "left out" if clock.in_scope_only else "not asked",
        "source": clock.source,
        **{f"settled here: `{key}`": why for key, why in clock.assumed.items()},
    }
    return ["| rule | this clock |", "|---|---|", *(f"| {rule} | {value} |" for rule, value in facts.items())]


def study_page() -> str:
    """The form of a study file."""
    lines = ["# The study file", "", MADE, ""]
    lines += ["A study file says who took part, what they are compared with, under which clock and design.", ""]
    lines += ["See [how to write a study](../how-to/write-a-study.md).", ""]
    lines += [*whole(Study), "", "## Covariates", ""]
    lines += [
        f"{', '.join(f'`{name}`' for name in COVARIATES)}, and `assessment.ITEM`: the person's latest score of that item"
    ]
    lines += ["on or before the index date. `sentence` is the disposal, and for custody its length band.", ""]
    return "\n".join([*lines, *example("studies/greater-manchester-peer-support.toml")]) + "\n"


def run_page() -> str:
    """The form of a run file."""
    lines = ["# The run file", "", MADE, ""]
    lines += [
        "A run file names the area, study, contract and appraisal of one thread. `resettle thread RUN.toml --out DIR` runs it.",
        "",
    ]
    lines += [*model_part(RunFile), ""]
    lines += [f"`by` takes any of: {', '.join(f'`{g}`' for g in GROUPINGS)}.", "", "## `reinvestment`", ""]
    lines += [*model_part(ReinvestmentBlock), "", *model_part(Neighbour, "A neighbour"), ""]
    shown = [*example("runs/maryland.toml"), "", *example("runs/greater-manchester-reinvestment.toml")[2:]]
    return "\n".join([*lines, *shown]) + "\n"


def appraisal_page() -> str:
    """The form of an appraisal file."""
    lines = ["# The appraisal file", "", MADE, ""]
    lines += ["An appraisal says what one reoffence costs whom, and which steps can be closed.", ""]
    lines += ["See [what cashable means](../explanation/what-cashable-means.md).", ""]
    lines += [*whole(Appraisal), ""]
    return "\n".join([*lines, *example("appraisals/england-wales-what-if.toml")]) + "\n"


def case_page() -> str:
    """The form of the file of a business case."""
    from resettle.reinvestment.business_case.file import CaseFile
    from resettle.reinvestment.flows.quantity import Quantity

    lines = ["# The case file", "", MADE, ""]
    lines += [
        "A business case says which programme, for how many people, who pays what, and how sure each number is.",
        "",
    ]
    lines += ["See [say who pays and who gains](../how-to/say-who-pays-and-who-gains.md).", ""]
    lines += [*whole(CaseFile), "", *model_part(Quantity, "A number"), ""]
    return "\n".join([*lines, *example("cases/maryland-aid.toml")]) + "\n"


def scenario_page() -> str:
    """The form of a scenario file."""
    from resettle.reinvestment.flows.quantity import Quantity
    from resettle.reinvestment.flows.scenario import Event, Scenario, Stay, Typed

    lines = ["# The scenario file", "", MADE, ""]
    lines += ["A scenario says who is where, how people move on, and which policies change that.", ""]
    lines += model_part(Scenario)
    for name, field in Scenario.model_fields.items():
        for inner in models_in(field.annotation):
            kinds = getattr(inner.model_fields.get("kind"), "annotation", None)
            title = f"`[[{name}]]` of kind `{kinds.__args__[0]}`" if kinds else f"`[[{name}]]`"
            lines += ["", *model_part(inner, title)]
    for title, inner in (("stay", Stay), ("[[state.event]]", Event), ("typed", Typed), ("A number", Quantity)):
        lines += ["", *model_part(inner, f"`{title}`" if title != "A number" else title)]
    return "\n".join([*lines, "", *example("scenarios/release-point.toml")]) + "\n"


def other_files_page() -> str:
    """The forms of the small files: `area.toml`, a mapping, beliefs, figures of one's own."""
    lines = ["# Small files", "", MADE, ""]
    lines += [
        *model_part(AreaInfo, "`area.toml`"),
        "",
        *model_part(Mapping, "A mapping, for `resettle area import --map`"),
        "",
    ]
    lines += [*model_part(Beliefs, "Beliefs, for `resettle value` and `resettle compare`"), ""]
    lines += [*model_part(RateBelief, "`[rates.MEASURE]` in beliefs"), "", "## Figures of your own", ""]
    lines += [
        "One table, `[figures]`: the name of a published figure, in quotes, and the value that replaces it, in the same unit.",
        "",
    ]
    return "\n".join([*lines, "```toml", "[figures]", '"court.crown.sitting_day" = 3300', "```"]) + "\n"


def whole(model: type[BaseModel]) -> list[str]:
    """A typed model, and each block inside it."""
    lines = model_part(model)
    for name, field in model.model_fields.items():
        many = getattr(field.annotation, "__origin__", None) is tuple
        for inner in models_in(field.annotation):
            lines += ["", *model_part(inner, f"`[[{name}]]`" if many else f"`[{name}]`")]
    return lines


def model_part(model: type[BaseModel], title: str | None = None) -> list[str]:
    """A typed model: what it says of itself, and its keys."""
    lines = [f"## {title}", ""] if title else []
    rows = [
        f"| `{field.alias or name}` | {kind(field)} | {needed(field)} |" for name, field in model.model_fields.items()
    ]
    return [*lines, *paragraphs(model.__doc__ or ""), "", "| key | type | needed |", "|---|---|---|", *rows]


def paragraphs(docstring: str) -> list[str]:
    """A docstring as Markdown paragraphs."""
    return "\n".join(line.strip() for line in docstring.strip().splitlines()).split("\n")


def kind(field: FieldInfo) -> str:
    """The type of a key in words, with its bounds."""
    said = (
        "money"
        if field.annotation is Decimal or "Decimal" in str(field.annotation)
        else readable(field.annotation, field.metadata)
    )
    bounds = {getattr(m, name, None): word for m in field.metadata for name, word in BOUNDS.items() if hasattr(m, name)}
    return ", ".join([said, *(f"{word} {value:g}" for value, word in bounds.items() if isinstance(value, int | float))])


BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def example(name: str) -> list[str]:
    """An example file, whole."""
    text = (ROOT / "examples" / name).read_text("utf-8").rstrip()
    return ["## Example", "", f"`examples/{name}`:", "", "```toml", text, "```"]


def rules_page() -> str:
    """Who may open what in the workspace."""
    import os
    import tempfile

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resettle.web.settings")
    os.environ.setdefault("RESETTLE_HOME", tempfile.mkdtemp())
    django.setup()
    from resettle.web.access.page import rules_page as page

    return page(MADE)


ROOMS = {
    "People and places": {
        "area": ("open_area",),
        "evidence.measures": ("measure",),
        "evidence.survival": ("time_to_first",),
        "evidence.evaluate": ("evaluate", "evaluate_outcomes"),
        "goodlives.need": ("needs",),
    },
    "Contracts": {
        "commissioning": ("read_contract", "check_contract", "gather", "settle"),
        "commissioning.evidence": ("read_evidence",),
        "commissioning.explain": ("explain",),
        "commissioning.beliefs": ("read_beliefs",),
        "commissioning.value": ("value",),
        "commissioning.compare": ("compare",),
        "commissioning.verdict": ("verdict",),
        "commissioning.alternatives": ("alternatives",),
        "commissioning.library": ("deals", "deal", "hindsight"),
        "commissioning.standards": ("bring_in", "to_ocds", "to_360giving", "to_indigo"),
    },
    "Prices and stress": {
        "commissioning.price": ("read_bid", "should_cost", "zone", "transaction_cost", "read_chain", "passed_on"),
        "commissioning.stress": (
            "chance_of_payment",
            "least_detectable",
            "dead_zone",
            "volume_risk",
            "read_groups",
            "segment_tariff",
        ),
        "commissioning.innovation": ("read_innovation", "stage_contract"),
    },
    "The market": {
        "commissioning.market": (
            "market",
            "need_statement",
            "draft_specification",
            "indicative_amounts",
            "read_personal_plan",
            "beside_lots",
        ),
    },
    "Reinvestment": {
        "reinvestment.project": ("project",),
        "reinvestment.programme": ("project_programme",),
        "reinvestment.appraisal": ("read_appraisal",),
        "reinvestment.valuing": ("savings",),
        "reinvestment.appraise": ("appraise",),
        "reinvestment.rounds.allocate": ("reinvest",),
        "reinvestment.rounds.menu": ("read_menu",),
        "reinvestment.rounds.choose": ("choose",),
        "reinvestment.rounds.rounds": ("fund_of",),
        "reinvestment.pooling": ("pool",),
        "reinvestment.spending.spending": ("spending",),
        "reinvestment.revolving_door": ("revolving_door",),
    },
    "The thread and its pages": {
        "report": ("run_thread",),
        "thread.trace": ("trace",),
        "report.contract": ("write_contract_report",),
    },
}
"""The verbs of the notebook by the room that they are imported from."""


def verbs_page() -> str:
    """Every verb with what it takes and gives, from the program's own signatures."""
    lines = ["# Every verb in Python", "", MADE, ""]
    lines += [
        "`from resettle.ROOM import VERB`, with the room in brackets. Verbs in bold are also on `resettle` itself.",
        "",
        "See [Python](python.md) for what every result can do.",
        "",
    ]
    for title, rooms in ROOMS.items():
        lines += [f"## {title}", "", "| verb | takes | gives | what it is |", "|---|---|---|---|"]
        lines += [verb_row(room, name) for room, names in rooms.items() for name in names]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def verb_row(room: str, name: str) -> str:
    """One verb as a row."""
    import inspect
    from importlib import import_module

    import resettle

    found = getattr(import_module(f"resettle.{room}"), name)
    signature = inspect.signature(found)
    takes = ", ".join(p.name if p.default is p.empty else f"[{p.name}]" for p in signature.parameters.values())
    gives = str(signature.return_annotation).replace("|", BAR)
    about = (inspect.getdoc(found) or "").split("\n\n")[0].replace("\n", " ").replace("|", BAR)
    shown = f"**`{name}`**" if name in resettle.__all__ else f"`{name}`"
    return f"| {shown} (`{room}`) | {takes} | `{gives}` | {about} |"


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line_page,
    "python-verbs.md": verbs_page,
    "clocks.md": clocks_page,
    "study-file.md": study_page,
    "run-file.md": run_page,
    "appraisal-file.md": appraisal_page,
    "case-file.md": case_page,
    "scenario-file.md": scenario_page,
    "small-files.md": other_files_page,
    "states.md": lambda: states_page(MADE),
    "who-may-open-what.md": rules_page,
}


def write(folder: Path = ROOT / "docs" / "reference") -> list[Path]:
    """Write every generated page, and the picture of the thread; returns what was written."""
    picture = ROOT / "docs" / "thread.svg"
    picture.write_text(thread_svg(), "utf-8")
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
    return [picture, *(folder / name for name in PAGES)]


if __name__ == "__main__":
    for path in write():
        print(path)

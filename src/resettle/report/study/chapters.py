"""What the report says, chapter by chapter: first in the order of the Justice Data Lab, then the technical annex."""

from __future__ import annotations

from resettle.evidence.diagnostics.findings import Compared, StudyFindings
from resettle.report.blocks import Facts, Heading, Notice, Part, Table, Text, cells, row
from resettle.report.study import charts, tables
from resettle.report.study.annex import (
    alike_chapter,
    bias_chapter,
    design_chapter,
    groups_chapter,
    left_out_chapter,
    otherwise_chapter,
    sure_chapter,
)
from resettle.report.study.chapter import Chapter, drawn
from resettle.report.study.hundred import hundred
from resettle.report.study.published import published_chapter
from resettle.report.study.rounding import MAY_NOT_SUM
from resettle.report.study.said import (
    Said,
    claims,
    headline,
    impact_on_100,
    key_numbers,
    needed_words,
    of_100,
    printed_outcomes,
    red_flags,
    sums_do_not_show,
)
from resettle.report.study.seven import seven_tables
from resettle.report.words import capital, listed

OUTCOME_TITLES = {
    "rate": "How many",
    "frequency": "How often",
    "days_to_first": "How soon",
}
CARE = (
    "Checks that are marked red: {}. The groups may have differed for other reasons: see “What else could explain it”."
)
EDGE = (
    "The answer changes with the test chosen: usual tests of the same records fall on both sides of p = 0.05. "
    "The evidence is at the edge, and the annex shows every test."
)
INTRO = "Seven tables, in the order and rounding of the Justice Data Lab. Under each value stands its 95% interval."
SMALL = "Rows rest on at least ten people, or events, among those treated; the time on at least thirty who reoffended."


def chapters(f: StudyFindings) -> list[Chapter]:
    """Every chapter that the study has something for."""
    made = [
        said_chapter(f), published_chapter(f), means_chapter(f), tables_chapter(f), people_chapter(f), lost_chapter(f),
        design_chapter(f),
        alike_chapter(f), sure_chapter(f), bias_chapter(f), otherwise_chapter(f), groups_chapter(f), left_out_chapter(f),
    ]  # fmt: skip
    return [chapter for chapter in made if chapter is not None]


def said_chapter(f: StudyFindings) -> Chapter:
    """The headline, the numbers behind it, and what can and cannot be said."""
    parts: list[Part | Said] = []
    if not f.rate.hidden:
        parts.append(Text((f"{capital(f.rate.label)}: {key_numbers(f, f.rate)}",)))
    if not f.rate.hidden and (red := red_flags(f)):
        parts.append(Notice((f"Read this with care. {CARE.format(listed(red))}",)))
    if f.disputed:
        parts.append(Notice((EDGE,)))
    return Chapter("impact", "What this study found", headline(f), [*parts, claims(f)])


def means_chapter(f: StudyFindings) -> Chapter | None:
    """What the numbers mean for 100 people."""
    found = printed_outcomes(f)
    if not found:
        return None
    parts: list[Part | Said] = []
    if (picture := hundred(f)) is not None:
        parts.append(picture)
    for one in found:
        parts += outcome_parts(f, one)
    if sums_do_not_show(f):
        parts.append(Text((MAY_NOT_SUM,)))
    return Chapter("hundred", f"What it means for 100 {f.people}", "", parts)


def outcome_parts(f: StudyFindings, one: Compared) -> list[Part | Said]:
    """One outcome for 100 people: both groups, then the interval."""
    ours, theirs = of_100(f, one)
    parts: list[Part | Said] = [
        Heading(OUTCOME_TITLES[one.name]),
        Facts(
            [
                (f"100 typical {f.people} with {f.programme}", (ours,)),
                ("100 typical of the comparison group", (theirs,)),
                (
                    f"100 {f.people} with {f.programme}, against 100 similar {f.people} without it",
                    (impact_on_100(f, one),),
                ),
            ]
        ),
    ]
    if needed := needed_words(f, one):
        parts.append(Text((needed,)))
    return parts


def tables_chapter(f: StudyFindings) -> Chapter:
    """The seven tables."""
    found = seven_tables(f)
    lacking = 7 - len(found)
    parts: list[Part | Said] = [Text((f"{INTRO} {SMALL}",)), *found]
    if lacking:
        parts.append(Text((f"{lacking} of the seven tables are not here: the study does not ask for their outcomes.",)))
    return Chapter("outcome", "The seven tables", "", parts)


def people_chapter(f: StudyFindings) -> Chapter | None:
    """Who took part."""
    if not f.profile:
        return None
    n = f.rate.treated.n
    told = f"{n:,} {f.people} with {f.programme} were analysed." if n is not None else ""
    return Chapter("person", "Who took part", told, [tables.profile_table(f)])


def lost_chapter(f: StudyFindings) -> Chapter | None:
    """Who was lost on the way, and why."""
    if f.attrition is None:
        return None
    parts: list[Part | Said] = []
    if (chart := charts.attrition_chart(f)) is not None:
        parts.append(drawn(chart, f))
    if (table := tables.attrition_table(f)) is not None:
        parts.append(table)
    parts.append(Text(("The finding speaks for those who were analysed. Those who were lost may be different.",)))
    return Chapter("service", "From referred to analysed", f.attrition.sentence, parts)


def sources(f: StudyFindings) -> tuple[Facts, Table]:
    """Version, and every file that went in, by hash."""
    facts = Facts(
        [
            ("Version", (f"Resettle {f.provenance.version}",)),
            ("Study", (f.id,)),
            ("Area", (f.area,)),
            ("Sealed", (f.sealed_at,)),
        ]
    )
    table = Table(
        "Files that went in",
        cells("File", "SHA-256"),
        [row(name, digest) for name, digest in f.provenance.inputs.items()],
    )
    return facts, table

"""How alike two records are: a Fellegi-Sunter model by Splink, trained on the two files themselves.

Needs the extra `link`. The model weighs each agreement by how often it arises between records of the same person (m) and of
different people (u); rare names count for more than common ones. Fellegi and Sunter 1969; Splink, Ministry of Justice.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resettle.errors import bad
from resettle.evidence.linkage.people import FIELDS, ID, IDENTIFIERS, NAMES, People

if TYPE_CHECKING:
    import pyarrow as pa

# Pairs less likely than this are not looked at again.
LEAST = 0.001
# What was never seen among the pairs that trained the model is rare, not impossible.
FLOOR = 0.002
RANDOM_PAIRS = 1_000_000
# Share of true pairs that agree on an identifier, or on both names and the date of birth: where the training starts.
EXACT = 0.8
# Rules that say which pairs are looked at, each with the columns that it needs. Two records of one person that agree on none
# of them are never found.
BLOCKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    *(((kind,), (kind,)) for kind in IDENTIFIERS),
    (("birth_date",), ("birth_date",)),
    (("forename", "surname"), ("forename", "surname")),
    (("surname", "birth_date"), ("substr(surname, 1, 3)", "substr(birth_date, 1, 4)")),
    (
        ("forename", "surname", "birth_date"),
        ("substr(forename, 1, 2)", "substr(surname, 1, 2)", "substr(birth_date, 6)"),
    ),
)


@dataclass(frozen=True)
class Pair:
    """A record of the list beside one of the register (by number, from 0), and the probability that they are one person."""

    ours: int
    theirs: int
    probability: float


def likely_pairs(ours: People, theirs: People, seed: int) -> tuple[list[Pair], tuple[str, ...]]:
    """The pairs that may be one person, most likely first, and notes on how the model was trained.

    Only records with enough to link on take part. Raises `BadInput` without Splink, or where the files share too little.
    """
    splink = get_splink()
    columns = shared(ours, theirs)
    tables = [table_of(people, columns) for people in (ours, theirs)]
    if not all(len(table) for table in tables):
        return [], ()
    with quiet():
        linker = new_linker(splink, tables, settings(splink, columns))
        notes = train(splink, linker, columns, seed)
        learnt = floored(linker.misc.save_model_to_json(), 1 / (len(tables[0]) * len(tables[1])))
        found = (
            new_linker(splink, tables, learnt)
            .inference.predict(threshold_match_probability=LEAST)
            .as_pandas_dataframe()
        )
    rows = zip(found[f"{ID}_l"], found[f"{ID}_r"], found["match_probability"], strict=True)
    pairs = [Pair(int(left[1:]), int(right[1:]), float(p)) for left, right, p in rows]
    return sorted(pairs, key=lambda pair: (-pair.probability, pair.ours, pair.theirs)), notes


def get_splink() -> Any:
    """Splink, or a `BadInput` that says how to have it."""
    try:
        import splink
    except ImportError:
        raise bad("linking needs Splink", do="Install it with `pip install 'resettle[link]'`.") from None
    return splink


def shared(ours: People, theirs: People) -> list[str]:
    """The columns that both files fill; they must be enough to link on."""
    both = [
        name
        for name in FIELDS
        if all(name in people.fields and any(people.fields[name]) for people in (ours, theirs))
    ]  # fmt: skip
    if not {*NAMES, "birth_date"} <= set(both):
        raise bad(
            "the two files share too little to link on",
            file=ours.file,
            value=", ".join(both) or "no column",
            do="Both need the names and the date of birth.",
        )
    return both


def table_of(people: People, columns: list[str]) -> pa.Table:
    """The records with enough to link on, as Splink takes them; identifiers are their numbers, `r` before."""
    import pyarrow as pa

    rows = [number for number in range(len(people.ids)) if people.enough(number)]
    kept = {name: pa.array([people.fields[name][row] for row in rows], pa.string()) for name in columns}
    return pa.table({ID: [f"r{row}" for row in rows], **kept})


def settings(splink: Any, columns: list[str]) -> Any:
    """What is compared, and which pairs are looked at."""
    compared = [comparison(splink, name) for name in columns]
    return splink.SettingsCreator(
        link_type="link_only",
        comparisons=compared,
        blocking_rules_to_generate_predictions=blocks(splink, columns),
        retain_matching_columns=False,
        unique_id_column_name=ID,
    )


def comparison(splink: Any, name: str) -> Any:
    """How one column is compared: names by likeness, dates by distance, identifiers and sex as they are."""
    import splink.comparison_library as library

    if name in NAMES:
        return library.NameComparison(name).configure(term_frequency_adjustments=True)
    if name == "birth_date":
        return library.DateOfBirthComparison(name, input_is_string=True)
    return library.ExactMatch(name)


def blocks(splink: Any, columns: list[str]) -> list[Any]:
    """The rules of `BLOCKS` whose columns are there."""
    return [splink.block_on(*rule) for needed, rule in BLOCKS if set(needed) <= set(columns)]


def new_linker(splink: Any, tables: list[pa.Table], given: Any) -> Any:
    """A linker over the two tables, in a database of its own."""
    engine = splink.DuckDBAPI()
    sides = [
        engine.register(table, dataset_display_name=f"{side}_side") for side, table in zip("ab", tables, strict=True)
    ]
    return splink.Linker(sides, given, log_level=logging.CRITICAL)


def train(splink: Any, linker: Any, columns: list[str], seed: int) -> tuple[str, ...]:
    """Learn from the files how often agreements arise; notes on what could not be learnt, where usual values stand in."""
    exact = [splink.block_on(kind) for kind in IDENTIFIERS if kind in columns]
    exact.append(splink.block_on(*NAMES, "birth_date"))
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
    linker.training.estimate_probability_two_random_records_match(exact, recall=EXACT)
    notes = []
    for rule in (("birth_date",), NAMES):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*rule))
        except Exception:  # Splink has no class of its own for "too few pairs to learn from"
            notes.append(f"Too few pairs agree on {' and '.join(rule)} to learn from them: usual values are used.")
    return tuple(notes)


def floored(model: dict[str, Any], one_pair: float) -> dict[str, Any]:
    """A trained model in which nothing is impossible among records of one person, and `one_pair` is the least share of pairs that
    are one person.
    """
    model["probability_two_random_records_match"] = max(model["probability_two_random_records_match"], one_pair)
    for compared in model["comparisons"]:
        levels = [level for level in compared["comparison_levels"] if level.get("m_probability") is not None]
        raised = [max(float(level["m_probability"]), FLOOR) for level in levels]
        for level, m in zip(levels, raised, strict=True):
            level["m_probability"] = m / sum(raised)
            if level.get("u_probability") is not None:
                level["u_probability"] = max(float(level["u_probability"]), 1e-9)
    return model


class quiet(warnings.catch_warnings):
    """Splink's and its engine's own words are not for the user."""

    def __enter__(self) -> Any:
        made = super().__enter__()
        warnings.simplefilter("ignore")
        return made

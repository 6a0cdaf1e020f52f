"""From the text of a contract to its typed terms: formulas worked out, variations applied, every fault with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import RootModel, ValidationError

from resettle.commissioning.language.clocks import with_own_clocks
from resettle.commissioning.language.formula import Formulaless, is_formula, parameter_values, worked_out
from resettle.commissioning.language.places import NoPlace, Tree, leaves, put, remove
from resettle.commissioning.language.terms import Contract
from resettle.document import explain, line_of, parse_document
from resettle.errors import BadInput, bad, did_you_mean

WORDS = ("note", "title", "label", "why", "source", "reason", "definition", "eligibility", "privacy", "trigger", "unit")
"""Keys whose text is for readers, and never a formula."""
LISTS = ("parties", "measures", "payments", "service_levels")
"""Blocks that a contract has several of."""


class Raw(RootModel[dict[str, Any]]):
    """A document of any form."""


def parse_terms(text: str, path: Path, inputs: Mapping[str, object] | None = None) -> Contract:
    """The terms in `text`. `inputs` replace the values of named parameters. Everything that is wrong is one `BadInput`."""
    raw = parse_document(Raw, text, path).root
    with_inputs(raw, inputs or {}, path)
    solved = solve(raw, text, path)
    for i, changes in enumerate(dated_changes(raw, solved, text, path)):
        solved["variations"][i]["changes"] = changes
    return with_own_clocks(validated(solved, text, path), text, path)


def validated(raw: Tree, text: str, path: Path) -> Contract:
    """The typed terms; faults are told with their lines."""
    try:
        return Contract.model_validate(raw)
    except ValidationError as error:
        raise BadInput(*(explain(Contract, detail, text, path) for detail in error.errors())) from None


def parameters_of(raw: Tree) -> Tree:
    """The named parameters of a raw contract, by name: the number or formula of each."""
    given = raw.get("parameters")
    blocks = given if isinstance(given, dict) else {}
    return {name: b.get("value") if isinstance(b, dict) else b for name, b in blocks.items()}


def with_inputs(raw: Tree, inputs: Mapping[str, object], path: Path) -> None:
    """Put other values in place of parameters."""
    known = parameters_of(raw)
    for name, value in inputs.items():
        if name not in known:
            do = did_you_mean(name, known) if known else "The contract has no parameters."
            raise bad("no such parameter", file=path, column="parameters", value=name, do=do)
        block = raw["parameters"][name]
        if isinstance(block, dict):
            block["value"] = value
        else:
            raw["parameters"][name] = value


def solve(raw: Tree, text: str, path: Path, where: tuple[Any, ...] = ()) -> Tree:
    """A copy of a raw contract with every formula worked out. `where` is the place to tell, if not the formula's own."""
    solved, value_of = deepcopy(raw), parameter_values(parameters_of(raw))
    for place, _, value in sorted(leaves(raw), key=lambda leaf: leaf[0][0] != "parameters"):
        if not is_formula(value) or place[0] == "variations" or place[-1] in WORDS:
            continue
        try:
            found = worked_out(value.strip()[1:], value_of)
        except Formulaless as fault:
            told = where or place
            key = ".".join(str(p + 1) if isinstance(p, int) else str(p) for p in told)
            raise bad(fault.rule, file=path, row=line_of(text, told), column=key, value=value, do=fault.do) from None
        node: Any = solved
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = plain(found)
    return solved


def plain(number: Decimal) -> str:
    """A worked-out number as text, without idle zeros."""
    return f"{number.normalize():f}" if number else "0"


def dated_changes(raw: Tree, solved: Tree, text: str, path: Path) -> Iterator[Tree]:
    """What each variation changes, with formulas worked out, and with the values elsewhere that follow from a parameter."""
    given = raw.get("variations")
    if given:
        validated({**solved, "variations": []}, text, path)
    terms, before = {k: v for k, v in raw.items() if k != "variations"}, solved
    for i, variation in enumerate(given if isinstance(given, list) else []):
        where = ("variations", i)
        if not isinstance(variation, dict) or not isinstance(changes := variation.get("changes", {}), dict):
            validated(solved, text, path)  # tells what is wrong with it
        terms = deepcopy(terms)
        for place, value in changes.items():
            changed(terms, place, value, text, path, where)
        for place in variation.get("removes", ()):
            changed(terms, place, None, text, path, where)
        after = solve(terms, text, path, (*where, "changes"))
        check_version(after, text, path, i)
        yield {**worked_changes(changes, after), **following(terms, before, after, changes)}
        before = after


def check_version(terms: Tree, text: str, path: Path, i: int) -> None:
    """Refuse a variation after which the terms cannot be read, and say what it breaks."""
    try:
        Contract.model_validate(terms)
    except ValidationError as error:
        found = explain(Contract, error.errors()[0], text, path)
        rule, row = f"this variation breaks {found.column}: {found.rule}", line_of(text, ("variations", i, "changes"))
        raise BadInput(replace(found, rule=rule, row=row, column=f"variations.{i + 1}.changes")) from None


def changed(terms: Tree, place: object, value: object, text: str, path: Path, where: tuple[Any, ...]) -> None:
    """Apply one change of a variation to a raw contract; a place that there is not is a `BadInput`."""
    taken = value is None
    told = (*where, "removes") if taken else (*where, "changes", place)
    row, column = line_of(text, told), f"variations.{where[1] + 1}.{'removes' if taken else 'changes'}"
    if str(place).split(".")[0] in ("variations", "id", "currency"):
        raise bad(
            "a variation cannot change this",
            file=path,
            row=row,
            column=column,
            value=place,
            do="Change terms; write a new contract for another currency or identity.",
        )
    try:
        make_room(terms, str(place))
        if taken:
            remove(terms, str(place))
        else:
            put(terms, str(place), deepcopy(value))
    except NoPlace as fault:
        do = did_you_mean(fault.name, fault.known) if fault.known else "Name a block, or a key inside one."
        raise bad("the contract has no such place", file=path, row=row, column=column, value=place, do=do) from None


def make_room(terms: Tree, place: str) -> None:
    """Begin a block of the contract that a change speaks of and that was left out."""
    block, _, rest = place.partition(".")
    if rest and block in Contract.model_fields and terms.get(block) is None:
        terms[block] = [] if block in LISTS else {}


def worked_changes(changes: Tree, after: Tree) -> Tree:
    """A variation's own changes as they stand in the solved terms."""
    found = {name: value for _, name, value in leaves(after)}
    return {
        place: found.get(place, value) if is_formula(value) else solved_block(value, place, found)
        for place, value in changes.items()
    }


def solved_block(value: Any, place: str, found: Tree) -> Any:
    """A whole block of a variation, with the formulas inside it worked out."""
    if not isinstance(value, dict | list):
        return value
    block = deepcopy(value)
    for where, name, leaf in list(leaves(value)):
        if is_formula(leaf) and f"{place}.{name}" in found:
            node: Any = block
            for key in where[:-1]:
                node = node[key]
            node[where[-1]] = found[f"{place}.{name}"]
    return block


def following(terms: Tree, before: Tree, after: Tree, changes: Tree) -> Tree:
    """Values that change because a parameter did, though the variation does not name them."""
    old = {name: value for _, name, value in leaves(before)}
    new = {name: value for _, name, value in leaves(after)}
    formulas = [name for _, name, value in leaves(terms) if is_formula(value) and name not in changes]
    return {name: new[name] for name in formulas if name in old and new.get(name) != old[name]}


def in_force(contract: Contract, day: date) -> Contract:
    """The terms as they stood on a day: with every variation that was effective by then, and without those to come."""
    return timeline(contract, day)[-1][1]


def timeline(contract: Contract, at: date) -> list[tuple[date, Contract]]:
    """Each set of terms that held until `at`, with its first day: the first ones, then one for each variation in effect."""
    raw = contract.model_dump(mode="json", by_alias=True, exclude={"variations"})
    held = [(date.min, contract.model_copy(update={"variations": ()}))]
    for variation in contract.variations:
        if variation.effective > at:
            break
        for place, value in variation.changes.items():
            make_room(raw, place)
            put(raw, place, deepcopy(value))
        for place in variation.removes:
            remove(raw, place)
        held.append((variation.effective, Contract.model_validate(raw)))
        raw = held[-1][1].model_dump(mode="json", by_alias=True)
    return held

"""Random contracts drawn from the language's own schema, random formulas and random evidence: nothing ever crashes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from contract_kit import BASE, effect, outcome, start
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from resettle.commissioning import Contract, Evidence, parse_contract, settle
from resettle.commissioning.explain import explain
from resettle.commissioning.language.cautions import cautions
from resettle.commissioning.language.faults import faults
from resettle.commissioning.language.formula import Formulaless, parameter_values, worked_out
from resettle.commissioning.language.schema import contract_schema
from resettle.commissioning.records import CohortResult, LevelReading, OutcomeCount, Spending, VolumeCount
from resettle.errors import BadInput

D = Decimal
SCHEMA = contract_schema()
IDS = st.sampled_from(
    ["fee", "tariff", "rate", "gmca", "moj", "mentors", "reoffending", "days", "cost", "home", "work", "loan", "x"]
)
DAYS = st.sampled_from(
    [date(2023, 12, 31), date(2024, 1, 1), date(2024, 3, 15), date(2024, 7, 1), date(2024, 12, 31), date(2025, 2, 1)]
)
NUMBERS = st.sampled_from([0, 1, 2, 5, 10, 11, 0.5, 0.25, "0.60", "0.40", 100, "1000.00", "-1", "7.5", 95])


def resolved(node):
    return SCHEMA["$defs"][node["$ref"].split("/")[-1]] if "$ref" in node else node


def drawn(node, depth=0):
    """Values of one part of the schema."""
    node = resolved(node)
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if (
        "title" in node
        and node.get("anyOf", [{}])[0].get("type") == "number"
        and node["title"] != node["title"].title()
    ):
        return NUMBERS
    if choices := node.get("oneOf") or node.get("anyOf"):
        return st.one_of([drawn(c, depth) for c in choices])
    kind = node.get("type")
    if kind == "object" or "properties" in node:
        return table(node, depth)
    if kind == "array":
        return st.lists(drawn(node.get("items", {"type": "string"}), depth + 1), max_size=3)
    if kind == "string":
        return DAYS if node.get("format") == "date" else IDS
    if kind in ("integer", "number"):
        return st.integers(1, 12)
    return {"boolean": st.booleans(), "null": st.none()}.get(kind, IDS)


def table(node, depth):
    """A block: what it needs, and some of the rest, the less the deeper."""
    properties, needed = node.get("properties", {}), node.get("required", [])
    if not properties:
        values = node.get("additionalProperties")
        return st.dictionaries(
            IDS, drawn(values if isinstance(values, dict) else {"type": "integer"}, depth + 1), max_size=2
        )
    rest = {k: drawn(v, depth + 1) for k, v in properties.items() if k not in needed and (depth < 3)}
    required = {k: drawn(v, depth + 1) for k, v in properties.items() if k in needed}
    return st.fixed_dictionaries(required, optional=rest)


PARTIES = [
    {"id": "gmca", "name": "The authority", "role": "commissioner"},
    {"id": "moj", "name": "The ministry", "role": "co-payer"},
    {"id": "mentors", "name": "The mentors", "role": "provider"},
]
MEASURES = [
    {"id": "reoffending", "clock": "moj-2017", "baseline_rate": 0.4},
    {"id": "days", "kind": "days", "baseline": {"kind": "fixed", "value": 30}, "dispersion": 20},
    {"id": "cost", "kind": "cost", "baseline": {"kind": "fixed", "value": 100000}},
]
KINDS = [SCHEMA["$defs"][ref["$ref"].split("/")[-1]] for ref in SCHEMA["properties"]["payments"]["items"]["oneOf"]]
OTHER = ("limits", "timing", "split", "service_levels", "indexation", "evidence", "termination", "capital", "report")


@st.composite
def trees(draw):
    """A contract whose parties and measures are sound, and whose payments and other blocks are drawn from the schema."""
    payments = draw(st.lists(st.sampled_from(KINDS).flatmap(lambda k: table(k, 1)), min_size=1, max_size=3))
    for n, payment in enumerate(payments):
        payment |= {"id": ["fee", "tariff", "rate"][n]}
        for key in ("payee", "payees"):
            payment.pop(key, None)
        for key in ("measure", "hurdle"):
            if key in payment and payment[key] is not None and draw(st.integers(0, 4)):
                payment[key] = draw(st.sampled_from(["reoffending", "days", "cost"]))
    tree = {
        "id": "lot-1",
        "title": "A contract",
        "price_base_year": 2024,
        "period": {"start": date(2024, 1, 1), "end": date(2024, 12, 31)},
        "parties": PARTIES,
        "population": {"services": ["peer"], "size": 500},
        "measures": MEASURES,
        "payments": payments,
    }
    for name in draw(st.lists(st.sampled_from(OTHER), max_size=2, unique=True)):
        tree[name] = draw(drawn(SCHEMA["properties"][name]))
    if draw(st.booleans()):
        tree["population"] = tree["population"] | {"intake": {"every": "quarter", "cohorts": draw(st.integers(1, 4))}}
    return tree


@st.composite
def evidence(draw):
    """Evidence of every kind, sound and unsound."""
    day = st.integers(-20, 420).map(lambda n: date(2024, 1, 1) + timedelta(days=n))
    amount = st.integers(-5000, 100_000).map(lambda n: D(n) / 100)
    result = st.builds(
        lambda n, m, c, value, base, people: CohortResult(
            id=f"r{n}", measure=m, cohort=c, value=value, comparison=base, people=people, comparison_people=people
        ),
        st.integers(0, 3), st.sampled_from(["reoffending", "days", "cost"]), st.integers(1, 4),
        st.integers(0, 100).map(lambda n: D(n) / 100), st.none() | st.integers(0, 100).map(lambda n: D(n) / 100), st.integers(1, 5000),
    )  # fmt: skip
    return Evidence(
        outcomes=tuple(
            outcome(n, f"p{n % 3}", code, observed_on=when, verified_on=when, band=band)
            for n, (code, when, band) in enumerate(
                draw(st.lists(st.tuples(IDS, day, st.sampled_from([None, "low", "high"])), max_size=8))
            )
        ),
        effects=draw(
            st.dictionaries(st.sampled_from(["reoffending", "reoffending@2"]), st.floats(-9, 9).map(effect), max_size=1)
        ),
        results=tuple(draw(st.lists(result, max_size=2))),
        starts=tuple(start(n, when) for n, when in enumerate(draw(st.lists(day, max_size=4)))),
        counts=tuple(
            OutcomeCount(id=f"c{n}", outcome=code, number=number, counted_on=date(2024, 5, 1))
            for n, (code, number) in enumerate(
                draw(st.lists(st.tuples(IDS, st.none() | st.integers(0, 50)), max_size=2))
            )
        ),
        volumes=tuple(
            VolumeCount(id=f"v{n}", starts_on=when, number=9) for n, when in enumerate(draw(st.lists(day, max_size=2)))
        ),
        levels=tuple(
            LevelReading(id=f"l{n}", service_level="x", starts_on=w, value=D(80))
            for n, w in enumerate(draw(st.lists(day, max_size=1)))
        ),
        spending=tuple(
            Spending(id=f"s{n}", payment=p, spent_on=when, amount=a, person="p")
            for n, (p, when, a) in enumerate(
                draw(st.lists(st.tuples(st.sampled_from(["fee", "tariff"]), day, amount), max_size=2))
            )
        ),
    )


def try_out(tree, given_evidence, at):
    """Read, check and settle: a contract is refused, or its statement balances; evidence is refused, or counted."""
    try:
        agreed = Contract.model_validate(tree)
    except ValidationError:
        return None
    if list(faults(agreed)):
        return None
    list(cautions(agreed))
    try:
        statement = settle(agreed, given_evidence, at)
        again = settle(agreed, given_evidence, at, statement)
    except BadInput as refused:
        assert refused.problems[0].rule
        return None
    assert again.lines == statement.lines
    assert statement.total == sum(statement.by_payer.values()) == sum(statement.by_payee.values())
    assert all(line.amount == line.amount.quantize(D("0.01")) for line in statement.lines)
    assert len({line.id for line in statement.lines}) == len(statement.lines)
    assert explain(statement)
    assert explain(statement, "public")
    return statement


AT = st.integers(0, 420).map(lambda n: date(2024, 1, 1) + timedelta(days=n))


@given(trees(), evidence(), AT)
def test_random_contracts_never_crash(tree, given_evidence, at):
    try_out(tree, given_evidence, at)


@pytest.mark.slow
@settings(max_examples=5000)
@given(trees(), evidence(), AT)
def test_many_more_random_contracts_never_crash(tree, given_evidence, at):
    try_out(tree, given_evidence, at)


def test_the_draw_is_not_idle():
    """Enough of the drawn contracts are sound that settling is really tried."""
    from hypothesis import HealthCheck, seed

    sound = []

    @seed(7)
    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    @given(trees())
    def look(tree):
        sound.append(try_out(tree, Evidence(), date(2024, 12, 31)) is not None)

    look()
    assert sum(sound) >= 6, sum(sound)


ATOMS = st.sampled_from(
    ["1", "2.5", "a", "b", "x", "(", ")", "+", "-", "*", "/", ",", "min", "max", "round", " ", ".", "__", "'", "lambda"]
)


@given(st.lists(ATOMS, max_size=25).map("".join) | st.text(max_size=30))
def test_formulas_have_a_value_or_a_fault(text):
    value_of = parameter_values({"a": "=b * 2", "b": 3, "x": "=x"})
    try:
        found = worked_out(text, value_of)
    except Formulaless as fault:
        assert fault.rule
        assert fault.do
    else:
        assert found.is_finite()


@given(
    st.recursive(
        st.integers(0, 99).map(str) | st.sampled_from(["a", "b"]),
        lambda inner: (
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")
            | inner.map(lambda x: f"-{x}")
        ),
        max_leaves=8,
    )
)
def test_sound_formulas_agree_with_python(text):
    value_of = parameter_values({"a": 7, "b": "=a + 1"})
    try:
        assert worked_out(text, value_of) == eval(text, {"a": D(7), "b": D(8)})
    except Formulaless as fault:
        assert "nested" in fault.rule or "usable" in fault.rule


@given(st.text(max_size=60))
def test_any_text_as_a_place_of_a_variation(place):
    text = (
        BASE
        + '[[payments]]\nid = "fee"\nkind = "fee"\namount = 1\n[[variations]]\neffective = 2024-07-01\nreason = "x"\n'
    )
    written = place.encode("unicode_escape").decode().replace("\\", "").replace('"', "")
    try:
        parse_contract(text + f'changes = {{ "{written}" = 1 }}\n')
    except BadInput as refused:
        assert refused.problems[0].do

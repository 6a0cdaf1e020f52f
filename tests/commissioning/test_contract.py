import tomllib
from pathlib import Path

import pytest
from contract_kit import (
    BASE,
    FEE,
    GOOD,
    HEAD,
    MEASURES,
    PARTIES,
    PERIOD,
    POPULATION,
    RATE,
    SPLIT,
    TARIFF,
    TIERS,
    rate_with,
)
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import Contract, check_contract, parse_contract, read_contract
from resettle.commissioning.language.reference_page import contract_reference
from resettle.errors import BadInput

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/contracts"
LIMITS = '\n[limits]\ncap = "10.00"\n'


def line_with(text: str, marked: str) -> int:
    """The line on which a fragment stands (the last one), counting from 1."""
    return max(n for n, line in enumerate(text.splitlines(), start=1) if marked in line)


# What is broken, the line that must be named (a fragment of it), and the one message.
BROKEN = {
    "tier gap": (BASE + TIERS.replace("from = 3", "from = 4"), "from = 4", "gap between tiers: nothing is said of results"),
    "tier overlap": (BASE + TIERS.replace("from = 3", "from = 2"), "from = 2", "tiers overlap"),
    "open tier": (BASE + TIERS.replace("to = 3\n", ""), "from = 3", "tiers overlap: the tier before is open at the top"),
    "tier order": (BASE + TIERS.replace("from = 6.5", "from = 0.5"), "from = 0.5", "tiers are out of order"),
    "tier empty": (BASE + TIERS.replace("to = 6.5", "to = 3.0"), "to = 3.0", "the tier ends where it starts"),
    "tier key": (BASE + TIERS.replace("from = 3", "form = 3"), "[[payments.tiers]]", None),
    "cap below floor": (BASE + FEE + LIMITS + 'floor = "11.00"\n', "cap =", "the cap lies below the floor of £11.00"),
    "three decimals": (BASE + FEE.replace("1000.00", "1000.005"), "1000.005", "money has more than two decimals"),
    "three decimals in a table": (BASE + TARIFF.replace("333.33", "333.333"), "333.333", "money has more than two decimals"),
    "three decimals as a number": (BASE + FEE.replace('"1000.00"', "1000.005"), "1000.005", "money has more than two decimals"),
    "not money": (BASE + FEE.replace("1000.00", "a thousand"), "a thousand", "not an amount of money"),
    "negative money": (BASE + FEE.replace("1000.00", "-1000.00"), "-1000.00", "money is negative"),
    "infinite money": (BASE + FEE.replace('"1000.00"', "inf"), "amount = inf", "not a usable number"),
    "money not a number": (BASE + FEE.replace('"1000.00"', "nan"), "amount = nan", "not a usable number"),
    "true money": (BASE + FEE.replace('"1000.00"', "true"), "amount = true", "not an amount of money"),
    "negative floor": (BASE + FEE + '\n[limits]\nfloor = "-1.00"\n', "floor =", "money is negative"),
    "unknown measure": (BASE + RATE.replace('"reoffending"', '"reofending"'), "reofending", "unknown measure"),
    "unknown hurdle": (BASE + rate_with(hurdle='"custody"'), "hurdle", "hurdle on an unknown measure"),
    "unknown clock": (BASE.replace('"moj-2017"', '"moj-2018"') + RATE, "moj-2018", "no such clock"),
    "split not 1": (BASE + FEE + SPLIT.replace("0.40", "0.41"), "payers", "the payers' shares do not add up to 1"),
    "split over 1": (BASE + FEE + SPLIT.replace("0.40", "1.40"), "payers", "not a share between 0 and 1"),
    "unknown payer": (BASE + FEE + SPLIT.replace("moj", "mod"), "payers", "unknown party"),
    "unknown payee": (BASE + FEE + 'payee = "mentor"\n', "payee", "unknown party"),
    "no provider": ((BASE + FEE).replace('"provider"', '"verifier"'), "[[payments]]", None),
    "no commissioner": ((BASE + FEE).replace('"commissioner"', '"co-payer"'), "[[parties]]", None),
    "unknown role": ((BASE + FEE).replace('"commissioner"', '"boss"'), "boss", "not one of the known values"),
    "period reversed": ((BASE + FEE).replace("2024-12-31", "2023-12-31"), "2023-12-31", "the period ends before it starts"),
    "window reversed": (
        BASE + "index = { start = 2024-02-01, end = 2024-01-01 }\n" + FEE,
        None,
        None,
    ),
    "31 April": ((BASE + FEE).replace("2024-12-31", "2024-04-31"), "2024-04-31", None),
    "period beyond all": ((BASE + FEE).replace("2024-12-31", "9999-12-31"), "9999-12-31", None),
    "payment twice": (BASE + FEE + FEE, None, "an id is used twice"),
    "service twice": ((BASE + FEE).replace('["peer"]', '["peer", "peer"]'), "services", "a service is named twice"),
    "no services": ((BASE + FEE).replace('["peer"]', "[]"), "services", None),
    "no payments": (BASE, None, "missing key"),
    "unknown payment kind": (BASE + FEE.replace('kind = "fee"', 'kind = "bonus"'), 'kind = "bonus"', "not one of the known values"),
    "missing amount": (BASE + FEE.replace('amount = "1000.00"\n', "") + FEE.replace('"fee"\nk', '"b"\nk'), None, "missing key"),
    "unknown key": (BASE + FEE + 'evry = "month"\n', "evry", "unknown key"),
    "unknown key at the top": ("ccy = 1\n" + BASE + FEE, "ccy", "unknown key"),
    "price and tiers": (BASE + TIERS.replace("dead_zone", 'price = "1.00"\ndead_zone'), None, "needs either a price or tiers"),
    "no price": (BASE + rate_with(price=""), None, "needs either a price or tiers"),
    "threshold and tiers": (BASE + TIERS.replace("dead_zone", "threshold_points = 1\ndead_zone"), None, "both say where"),
    "dead zone in words": (BASE + rate_with(dead_zone='"wide"'), "wide", "not a dead zone"),
    "points over 100": (BASE + rate_with(threshold_points="101"), "101", "not between 0 and 100 percentage points"),
    "cap on nothing": (BASE + FEE + "\n[limits.cap_payment]\nfees = 10\n", "fees", "cap on an unknown payment"),
    "two currencies": (BASE.replace("title", 'currency = "GBP, USD"\ntitle', 1) + FEE, "currency", None),
    "verification by hearsay": (BASE + TARIFF.replace("[payments.p", 'verification = ["hearsay"]\n[payments.p'), "hearsay", None),
    "band unknown": (BASE + TARIFF.replace("medium", "middling"), None, None),
    "no prices": (BASE + TARIFF.split("home")[0], "prices", None),
    "none per person": (BASE + TARIFF.replace("[payments.p", "max_per_person = 0\n[payments.p"), "max_per_person", None),
    "not TOML": (BASE + FEE + "amount =", None, "not valid TOML"),
    "id with a space": (GOOD.replace('"lot-1"', '"lot 1"'), "lot 1", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_has_one_error_with_its_line(name, tmp_path):
    text, marked, message = BROKEN[name]
    file = tmp_path / "contract.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        read_contract(file)
    if name not in ("tier key", "band unknown"):  # a misspelt key is both unknown and missing
        assert len(caught.value.problems) == 1, [str(p) for p in caught.value.problems]
    problem = caught.value.problems[0]
    assert problem.file == str(file)
    assert problem.do
    assert message is None or message in problem.rule
    if marked:
        assert marked in text.splitlines()[problem.row - 1], (problem.row, str(problem))
    found = check_contract(file)
    assert [f.severity for f in found] == ["error"] * len(found)
    assert found[0].line == problem.row


def test_the_three_named_faults_in_full(tmp_path):
    gap = BASE + TIERS.replace("from = 3", "from = 4")
    with pytest.raises(BadInput) as caught:
        parse_contract(gap, Path("c.toml"))
    assert str(caught.value) == (
        f"c.toml, line {line_with(gap, 'from = 4')}, payments.1.tiers.2.from: gap between tiers: nothing is said of results from 3 "
        "to 4 points (found '4'). Let each tier start where the one before it ends."
    )
    cap = BASE + FEE + LIMITS + 'floor = "11.00"\n'
    with pytest.raises(BadInput) as caught:
        parse_contract(cap, Path("c.toml"))
    assert str(caught.value) == (
        f"c.toml, line {line_with(cap, 'cap =')}, limits.cap: the cap lies below the floor of £11.00 (found '£10.00'). "
        "Raise the cap or lower the floor."
    )
    money = BASE + FEE.replace("1000.00", "1000.005")
    with pytest.raises(BadInput) as caught:
        parse_contract(money, Path("c.toml"))
    assert str(caught.value) == (
        f"c.toml, line {line_with(money, '1000.005')}, payments.1.amount: money has more than two decimals (found '1000.005'). "
        "Round it to whole pence."
    )


def test_a_fault_in_the_second_payment_names_its_own_line():
    text = BASE + FEE + FEE.replace('"fee"\nkind', '"later"\nkind').replace('amount = "1000.00"\n', "")
    with pytest.raises(BadInput) as caught:
        parse_contract(text)
    assert caught.value.problems[0].row == line_with(text, "[[payments]]")
    text = BASE + FEE.replace('amount = "1000.00"\n', "") + FEE.replace('"fee"\nkind', '"later"\nkind')
    with pytest.raises(BadInput) as caught:
        parse_contract(text)
    assert caught.value.problems[0].row == text.splitlines().index("[[payments]]") + 1


def test_did_you_mean_knows_the_kind_of_payment():
    with pytest.raises(BadInput, match="Did you mean 'every'"):
        parse_contract(BASE + FEE + 'evry = "month"\n')
    with pytest.raises(BadInput) as caught:
        parse_contract(BASE + TIERS.replace("from = 3", "fromm = 3"))
    assert [p.do for p in caught.value.problems] == ["Add `from`.", "Did you mean 'from'?"]


def test_a_missing_file():
    with pytest.raises(BadInput, match="no such file"):
        read_contract("nowhere.toml")
    (finding,) = check_contract("nowhere.toml")
    assert finding.severity == "error"


@pytest.mark.parametrize("amount", ["12500", '"12500.00"', "12500.0", '"£12,500.00"', '"12,500"'])
def test_money_may_be_written_in_these_ways(amount):
    agreed = parse_contract(BASE + FEE.replace('"1000.00"', amount))
    assert str(agreed.payments[0].amount) == "12500.00"


# Warnings: settled all the same.
DOUBTFUL = {
    "dead zone": (BASE + TIERS.replace('"none"', "2"), "the dead zone is wider than where tiers start"),
    "chance": (BASE + rate_with(dead_zone='"none"'), "about one time in two"),
    "zero price": (BASE + RATE.replace("1000.00", "0"), "the price is zero"),
    "own word": (BASE + TARIFF.replace("[payments.p", 'verification = ["self"]\n[payments.p'), "own word is accepted"),
    "without limit": (
        BASE + TARIFF.replace("[payments.p", "once_per_person = false\n[payments.p"),
        "paid without limit",
    ),
    "less for more": (BASE + TIERS.replace('"30.00"', '"15.00"'), "a better result pays less"),
    "end of tiers": (BASE + TIERS + "to = 50\n", "results beyond the last tier pay nothing"),
    "part month": (BASE.replace("2024-12-31", "2024-12-20") + FEE, "the last 20 days are not a whole month"),
    "idle measure": (BASE + RATE, "no payment depends on this measure"),
    "idle cap": (BASE + FEE + LIMITS + "[limits.cap_payment]\nfee = 20\n", "above the cap of the contract"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_doubtful_contract_is_read_and_warned_of(name, tmp_path):
    text, rule = DOUBTFUL[name]
    file = tmp_path / "contract.toml"
    file.write_text(text, "utf-8")
    read_contract(file)
    found = check_contract(file)
    assert {f.severity for f in found} == {"warning"}
    assert any(rule in f.rule for f in found), [f.rule for f in found]
    assert all(f.line and f.why and f.do for f in found)


def test_chance_is_computed_where_the_cohort_is_known(tmp_path):
    sized = BASE.replace('services = ["peer"]', 'services = ["peer"]\nsize = 700').replace(
        'clock = "moj-2017"', 'clock = "moj-2017"\nbaseline_rate = 0.5'
    )
    file = tmp_path / "c.toml"
    file.write_text(sized + rate_with(dead_zone="2"), "utf-8")
    # 1 - Phi(2 / 1.8898) = 0.145
    assert any("about 14 times in 100" in f.rule for f in check_contract(file))
    file.write_text(sized + rate_with(dead_zone="3.7"), "utf-8")
    assert not any("chance" in f.rule for f in check_contract(file))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda f: f.stem)
def test_the_examples_have_nothing_to_say_against_them(file):
    assert check_contract(file) == []
    agreed = read_contract(file)
    assert "invented" in agreed.note
    assert Contract.model_validate_json(agreed.model_dump_json(by_alias=True)) == agreed


def test_the_good_contract_is_good():
    agreed = parse_contract(GOOD)
    assert [p.kind for p in agreed.payments] == ["fee", "unit_tariff", "outcome_rate", "outcome_rate"]
    assert Contract.model_validate_json(agreed.model_dump_json(by_alias=True)) == agreed
    assert HEAD + PERIOD + PARTIES + POPULATION + MEASURES == BASE


def test_the_reference_page_is_current():
    page = Path(__file__).resolve().parents[2] / "docs/reference/contract.md"
    assert page.read_text("utf-8") == contract_reference()


def test_the_explanation_runs_and_prints_what_it_says(monkeypatch, capsys):
    root = Path(__file__).resolve().parents[2]
    monkeypatch.chdir(root)
    page = (root / "docs/explanation/how-a-contract-pays.md").read_text("utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    exec(compile(code, "how-a-contract-pays.md", "exec"), {})
    assert capsys.readouterr().out.strip() == code.strip().splitlines()[-1].removeprefix("# ")


def test_every_key_has_a_meaning():
    assert "None |" not in contract_reference()


PIECES = st.sampled_from(
    [
        "=",
        '"',
        "[",
        "]]",
        "{",
        "}",
        "\n",
        "0",
        "-1",
        "1e999",
        "nan",
        "9999-12-31",
        "'",
        ".",
        "[[payments]]\n",
        "true",
        "\x00",
        "é",
    ]
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), PIECES | st.text(max_size=5)), min_size=1, max_size=3
    )
)
def test_mutations_of_a_good_contract_never_crash(tmp_path_factory, changes):
    text = GOOD
    for place, cut, new in changes:
        text = text[:place] + new + text[place + cut :]
    file = tmp_path_factory.mktemp("fuzz") / "contract.toml"
    file.write_bytes(text.encode("utf-8", "replace"))
    settled_or_refused(file)


TREE = tomllib.loads(GOOD)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


def paths(node, here=()):
    """Every place in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield (*here, key)
        yield from paths(inner, (*here, key))


@given(st.sampled_from(list(paths(TREE))), VALUES)
def test_any_value_in_any_place_never_crashes(place, new):
    import copy

    from pydantic import ValidationError

    tree = copy.deepcopy(TREE)
    node = tree
    for key in place[:-1]:
        node = node[key]
    if new is None:
        del node[place[-1]]
    else:
        node[place[-1]] = new
    from resettle.commissioning.language.cautions import cautions
    from resettle.commissioning.language.faults import faults

    try:
        agreed = Contract.model_validate(tree)
    except ValidationError:
        return
    if not list(faults(agreed)):
        list(cautions(agreed))


def settled_or_refused(file):
    """A contract file is read and settled, or refused; nothing else."""
    from resettle.commissioning import Evidence, settle

    check_contract(file)
    try:
        agreed = read_contract(file)
    except BadInput:
        return
    statement = settle(agreed, Evidence(), agreed.period.end)
    assert statement.total >= 0

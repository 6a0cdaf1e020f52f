from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.goodlives.budget import Budget, Line, balance, ledger_faults, post, reversal
from resettle.goodlives.records import Goal, Step
from resettle.goodlives.spending import Request, amount_of, proof_is_overdue, read_budget_rules, request_facts

DAY = date(2026, 6, 1)
BUDGET = Budget(id="b", person_id="p", indicative=Decimal("300.00"), agreed=Decimal("250.00"), begins=DAY)
GOAL = Goal(id="g", own_words="I will", goods=("work",), state="active", steps=(Step(id="s", by="Sam"),))
RULES = """
name = "enabling fund"
automatic_limit = 50
two_approvers_over = 200
proof_within_days = 14
[categories.tools]
label = "Tools for work"
most_each = 120
most_in_all = 150
[categories.phone]
label = "A phone"
rules_out = ["internet_devices"]
[categories.alcohol]
label = "Alcohol"
allowed = false
"""


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "fund.toml").write_text(RULES)
    return read_budget_rules(tmp_path / "fund.toml")


def line(id, kind, amount, request_id=None, **more):
    return Line(id=id, kind=kind, amount=Decimal(amount), on=DAY, by="c", request_id=request_id, **more)


def ledger(*lines):
    found = ()
    for one in lines:
        found = post(BUDGET, found, one)
    return found


def request(**given):
    return Request(
        **{
            "id": "q",
            "budget_id": "b",
            "goal_id": "g",
            "good": "work",
            "category": "tools",
            "amount": Decimal("20.00"),
            "asked_by": "sam",
            **given,
        }
    )


def test_a_ledger_from_first_to_last():
    lines = ledger(line("1", "allocate", "200.00"), line("2", "commit", "80.00", "q"))
    assert (balance(lines).left, balance(lines).committed) == (Decimal("120.00"), Decimal("80.00"))
    lines = post(BUDGET, lines, line("3", "spend", "72.50", "q"))
    lines = post(BUDGET, lines, line("4", "release", "7.50", "q"))
    assert str(balance(lines)) == "£127.50 left of £200.00: £72.50 spent, £0.00 set apart"
    lines = post(BUDGET, lines, line("5", "refund", "12.50", "q"))
    lines = post(BUDGET, lines, line("6", "return", "140.00"))
    assert balance(lines).model_dump() == {
        "allocated": Decimal("60.00"),
        "committed": Decimal("0.00"),
        "spent": Decimal("60.00"),
    }
    assert balance(lines).left == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (line("9", "commit", "170.01", "r"), "more is set apart and spent than was put in"),
        (line("9", "allocate", "50.01"), "than was agreed"),
        (line("9", "spend", "30.01", "q"), "more is paid or released for request q than was set apart"),
        (line("9", "spend", "10.00", "other"), "for request other"),
        (line("9", "release", "30.01", "q"), "than was set apart"),
        (line("9", "refund", "0.01", "q"), "more came back"),
        (line("9", "return", "170.01"), "than was put in"),
        (line("1", "allocate", "1.00"), "of this name already"),
        (line("9", "commit", "1.00"), "for a request"),
        (line("9", "allocate", "1.00", "q"), "for a request"),
        (line("9", "allocate", "0.00"), "above nothing"),
        (line("9", "allocate", "-5.00"), "above nothing"),
        (line("9", "allocate", "1.005"), "whole pence"),
        (line("9", "commit", "30.00", "q", reverses="none", why="x"), "undoes an earlier line"),
        (line("9", "commit", "29.00", "q", reverses="2", why="x"), "has the kind, amount and request"),
        (line("9", "commit", "30.00", "q", reverses="2"), "and a reason"),
    ],
)
def test_a_line_that_breaks_the_books_is_not_written(wrong, words):
    lines = ledger(line("1", "allocate", "200.00"), line("2", "commit", "30.00", "q"))
    with pytest.raises(BadInput, match=words):
        post(BUDGET, lines, wrong)


def test_a_line_is_reversed_once_and_never_rubbed_out():
    lines = ledger(line("1", "allocate", "200.00"), line("2", "commit", "30.00", "q"))
    undone = post(BUDGET, lines, reversal(lines, "2", "3", DAY, "c", "wrong shop"))
    assert undone[:2] == lines
    assert balance(undone) == balance(lines[:1])
    for again in ("2", "3"):
        with pytest.raises(BadInput, match="revers"):
            post(BUDGET, undone, reversal(undone, again, "4", DAY, "c", "again"))
    with pytest.raises(BadInput, match="no such line"):
        reversal(lines, "7", "8", DAY, "c", "x")


def test_money_that_was_spent_cannot_be_undone_under_it():
    lines = ledger(line("1", "allocate", "200.00"), line("2", "commit", "30.00", "q"), line("3", "spend", "30.00", "q"))
    for under in ("1", "2"):
        with pytest.raises(BadInput):
            post(BUDGET, lines, reversal(lines, under, "4", DAY, "c", "x"))
    assert balance(post(BUDGET, lines, reversal(lines, "3", "4", DAY, "c", "x"))).committed == Decimal("30.00")


amounts = st.decimals(min_value="0.01", max_value="260", places=2)
kinds = st.sampled_from(["allocate", "commit", "spend", "release", "refund", "return"])


@given(st.lists(st.tuples(kinds, amounts, st.sampled_from("qr"), st.booleans()), max_size=25))
def test_no_order_of_lines_takes_anything_below_zero(wanted):
    lines = ()
    for number, (kind, amount, request_id, undo) in enumerate(wanted):
        new = line(str(number), kind, amount, request_id if kind in ("commit", "spend", "release", "refund") else None)
        if undo and lines:
            new = reversal(lines, lines[len(lines) // 2].id, str(number), DAY, "c", "x")
        before = lines
        try:
            lines = post(BUDGET, lines, new)
        except BadInput:
            continue
        assert lines[:-1] == before
        assert not ledger_faults(BUDGET, lines)
        # An oracle of its own: pence in three boxes.
        boxes = {"in": 0, "apart": 0, "out": 0}
        moves = {
            "allocate": {"in": 1},
            "return": {"in": -1},
            "commit": {"apart": 1},
            "spend": {"apart": -1, "out": 1},
            "release": {"apart": -1},
            "refund": {"out": -1},
        }
        for one in lines:
            for box, sign in moves[one.kind].items():
                boxes[box] += sign * (-1 if one.reverses else 1) * int(one.amount * 100)
        assert int(balance(lines).left * 100) == boxes["in"] - boxes["apart"] - boxes["out"] >= 0
        assert min(boxes.values()) >= 0
        assert boxes["in"] <= 25000


def test_limits_by_request_and_in_all(rules):
    lines = ledger(line("1", "allocate", "250.00"))
    before = [
        request(id="old", amount=Decimal("100.00"), state="paid"),
        request(id="no", amount=Decimal("90.00"), state="declined"),
    ]
    fits = [
        amount
        for amount in ("50.00", "50.01", "120.01")
        if "fits_the_limits" in request_facts(request(amount=Decimal(amount)), rules, lines, GOAL, before)
    ]
    assert fits == ["50.00"]
    assert "fits_the_limits" not in request_facts(request(amount=Decimal("120.01")), rules, lines, GOAL)
    assert "fits_the_limits" in request_facts(request(amount=Decimal("120.00")), rules, lines, GOAL)


@pytest.mark.parametrize(
    ("conditions", "checked", "holds"),
    [
        (None, "", True),
        ((), "", False),
        ((), "worker", True),
        (("curfew",), "worker", True),
        (("internet_devices",), "worker", False),
    ],
)
def test_licence_conditions(rules, conditions, checked, holds):
    found = request_facts(
        request(category="phone", licence_checked_by=checked), rules, (), GOAL, licence_conditions=conditions
    )
    assert ("licence_conditions_allow" in found) is holds


@pytest.mark.parametrize(
    ("amount", "automatic", "one"),
    [("50.00", True, True), ("50.01", False, True), ("200.00", False, True), ("200.01", False, False)],
)
def test_who_approves(rules, amount, automatic, one):
    found = request_facts(request(amount=Decimal(amount)), rules, (), GOAL)
    assert ("is_under_the_automatic_limit" in found) is automatic
    assert ("one_approval_is_enough" in found) is one


def test_whoever_asked_or_approved_first_cannot_decide(rules):
    asked = request(first_approver="ann")
    assert "approver_did_not_ask" not in request_facts(asked, rules, (), GOAL, actor_id="sam")
    assert {"approver_did_not_ask", "approver_is_not_the_first"} <= request_facts(asked, rules, (), GOAL, actor_id="bo")
    assert "approver_is_not_the_first" not in request_facts(asked, rules, (), GOAL, actor_id="ann")
    assert "approver_did_not_ask" not in request_facts(asked, rules, (), GOAL)


def test_categories_cash_and_goals(rules):
    assert "category_is_allowed" in request_facts(request(), rules, (), GOAL)
    assert "category_is_allowed" not in request_facts(request(category="alcohol"), rules, (), GOAL)
    assert "category_is_allowed" not in request_facts(request(category="horse"), rules, (), GOAL)
    assert "category_is_allowed" not in request_facts(request(cash=True), rules, (), GOAL)
    assert "names_a_goal_and_a_good" not in request_facts(request(good="play"), rules, (), GOAL)


def test_proof_is_due_within_the_days_of_the_rules(rules):
    paid = request(state="paid", paid_on=DAY)
    assert not proof_is_overdue(paid, rules, date(2026, 6, 15))
    assert proof_is_overdue(paid, rules, date(2026, 6, 16))
    assert not proof_is_overdue(request(state="evidenced", paid_on=DAY), rules, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("automatic_limit = 50", "automatic_limit = 201", "automatic limit is above"),
        ("automatic_limit = 50", "automatic_limit = 50.005", "decimal"),
        ("proof_within_days = 14", "proof_within_days = 0", "proof_within_days"),
        ("most_each", "most_eech", "Did you mean 'most_each'"),
        ("two_approvers_over = 200", "two_approvers_over = nan", "not a usable number"),
    ],
)
def test_bad_rules_are_told_with_their_line(tmp_path, old, new, words):
    (tmp_path / "fund.toml").write_text(RULES.replace(old, new))
    with pytest.raises(BadInput, match=words):
        read_budget_rules(tmp_path / "fund.toml")


@pytest.mark.parametrize(("text", "amount"), [("£24.50", "24.50"), ("1,024", "1024.00")])
def test_amounts_as_people_write_them(text, amount):
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["0", "-3", "24.505", "twenty", "NaN", "1e99", ""])
def test_amounts_that_are_none(text):
    with pytest.raises(BadInput):
        amount_of(text)

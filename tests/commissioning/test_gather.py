from datetime import date
from decimal import Decimal

import pytest
from contract_kit import FEE, TARIFF, contract, effect

from resettle.commissioning import gather, settle
from resettle.errors import BadInput

AT = date(2024, 6, 30)


@pytest.fixture
def area(make_area):
    def out(number, service="peer", observed="2024-03-01", verified="2024-03-10", **more):
        given = {
            "outcome_id": number,
            "person_id": 1,
            "service_id": service,
            "outcome": "home",
            "observed_on": observed,
        }
        return given | {"verification": "document", "verified_on": verified, "band": ""} | more

    def joined(number, service="peer", started="2024-02-01", **more):
        return {"participation_id": number, "person_id": number, "service_id": service, "started_on": started} | more

    return make_area(
        {
            "person": [{"person_id": n} for n in range(1, 7)],
            "service": [
                {"service_id": "peer", "name": "Peer", "contract_id": "lot-1"},
                {"service_id": "work", "name": "Work", "contract_id": "lot-2"},
                {"service_id": "free", "name": "Free", "contract_id": ""},
            ],
            "outcome": [
                out(1),
                out(2, service="work"),
                out(3, observed="2023-12-31"),
                out(4, observed="2024-07-01", verified=""),
                out(5, verified="2024-07-05"),
                out(6, service="free"),
            ],
            "programme": [
                joined(1, arm="treated", index_id="e1"),
                joined(2, arm="comparison", index_id="e2"),
                joined(3, started="", index_id="e3"),
                joined(4, started="2024-07-01", index_id="e4"),
                joined(5, service="work", index_id="e5"),
                joined(6, index_id="e6"),
            ],
            "index_event": [
                {
                    "index_id": f"e{n}",
                    "person_id": n,
                    "index_date": f"{2023 if n == 6 else 2024}-01-15",
                    "disposal": "custody",
                }
                for n in range(1, 7)
            ],
        }
    )


def test_only_the_contracts_services_in_its_period_as_known_on_the_day(area):
    found = gather(area, contract(FEE, TARIFF), AT)
    assert [(o.evidence_id, o.lot, o.verified_on) for o in found.outcomes] == [
        ("1", "lot-1", date(2024, 3, 10)),
        ("5", "lot-1", None),
    ]
    assert [s.participation for s in found.starts] == ["1", "6"]
    assert any("invented" in note for note in found.notes)
    assert "small/tables/outcome.csv" in found.provenance.inputs


def test_an_index_window_limits_starts(area):
    from contract_kit import BASE

    from resettle.commissioning import parse_contract

    text = BASE.replace('["peer"]', '["peer"]\nindex = { start = 2024-01-01, end = 2024-03-31 }') + FEE
    assert [s.participation for s in gather(area, parse_contract(text), AT).starts] == ["1"]


def test_a_service_without_a_contract_is_in_this_one_and_another_lot_is_set_aside(area):
    from contract_kit import BASE

    from resettle.commissioning import parse_contract

    agreed = parse_contract(BASE.replace('["peer"]', '["peer", "work", "free"]') + TARIFF)
    found = gather(area, agreed, AT)
    assert [(o.evidence_id, o.lot) for o in found.outcomes] == [
        ("1", "lot-1"),
        ("2", "lot-2"),
        ("5", "lot-1"),
        ("6", "lot-1"),
    ]
    statement = settle(agreed, found, AT)
    assert any("evidence for another lot (lot-2)" in note for note in statement.notes)


def test_later_evidence_is_known_later(area):
    agreed = contract(TARIFF)
    assert [o.evidence_id for o in gather(area, agreed, date(2024, 7, 31)).outcomes] == ["1", "4", "5"]
    early, late = (settle(agreed, gather(area, agreed, at), at) for at in (AT, date(2024, 7, 31)))
    assert early.total == late.total == 400  # one person, once
    assert any("not verified" in note for note in early.notes)


def test_an_unknown_service(area):
    from contract_kit import BASE

    from resettle.commissioning import parse_contract

    with pytest.raises(BadInput, match=r"no such service.*Did you mean 'peer'"):
        gather(area, parse_contract(BASE.replace('["peer"]', '["pear"]') + FEE), AT)


def test_effects_are_passed_on(area):
    assert gather(area, contract(FEE), AT, {"reoffending": effect(3)}).effects == {"reoffending": effect(3)}


def test_an_area_without_outcomes(make_area):
    bare = make_area({"service": [{"service_id": "peer", "name": "Peer"}]}, name="bare")
    assert gather(bare, contract(FEE, TARIFF), AT).outcomes == ()


BUDGET = """
[[payments]]
id = "budgets"
kind = "personal_budget"
amounts = { high = "500.00", any = "200.00" }
"""


@pytest.fixture
def spent(make_area):
    def row(number, person, amount, on="2024-03-01", kind="spend", **more):
        given = {"spend_id": number, "person_id": person, "kind": kind, "spent_on": on, "amount": amount}
        return given | {"category": "tools", "good": "work"} | more

    return make_area(
        {
            "person": [{"person_id": n} for n in range(1, 5)],
            "service": [
                {"service_id": "peer", "name": "Peer", "contract_id": "lot-1"},
                {"service_id": "work", "name": "Work", "contract_id": "lot-2"},
            ],
            "programme": [
                {"participation_id": 1, "person_id": 1, "service_id": "peer", "started_on": "2024-02-01"},
                {"participation_id": 2, "person_id": 2, "service_id": "peer", "started_on": "2024-02-01"},
                {"participation_id": 3, "person_id": 3, "service_id": "work", "started_on": "2024-02-01"},
                {"participation_id": 4, "person_id": 4, "service_id": "peer", "started_on": "2024-02-01", "arm": "comparison"},
            ],
            "outcome": [
                {"outcome_id": n, "person_id": 2, "service_id": "peer", "outcome": "home", "observed_on": on,
                 "verification": "document", "verified_on": on, "band": band}
                for n, on, band in ((1, "2024-02-10", "low"), (2, "2024-03-10", "high"))
            ],
            "spend": [
                row(1, 1, "150.00"),
                row(2, 1, "30.50", "2024-03-05", "refund"),
                row(3, 1, "120.00", "2024-04-01"),
                row(4, 2, "450.00"),
                row(5, 3, "99.00"),
                row(6, 4, "99.00"),
                row(7, 1, "99.00", "2024-01-15"),
                row(8, 2, "99.00", "2024-07-01"),
            ],
        }
    )  # fmt: skip


def test_personal_budgets_settle_from_what_an_area_says_was_spent(spent):
    """Person 1: 150.00 less 30.50 and 120.00 are 239.50, of which the budget bears 200.00. Person 2 is in the high band: 450.00."""
    agreed = contract(BUDGET)
    found = gather(spent, agreed, AT)
    assert [(s.id, s.person, s.amount, s.band) for s in found.spending] == [
        ("1", "1", 150, None),
        ("4", "2", 450, "high"),
        ("2", "1", Decimal("-30.50"), None),
        ("3", "1", 120, None),
    ]
    assert "small/tables/spend.csv" in found.provenance.inputs
    statement = settle(agreed, found, AT)
    assert statement.total == Decimal("650.00")
    assert {"spend:1", "spend:4"} <= {e for line in statement.lines for e in line.evidence}
    assert any("39.50 was spent beyond" in note for note in statement.notes)
    earlier = settle(agreed, gather(spent, agreed, date(2024, 3, 31)), date(2024, 3, 31))
    assert earlier.total == Decimal("569.50")


def test_what_was_spent_is_read_for_budgets_alone(spent):
    assert gather(spent, contract(FEE), AT).spending == ()
    two = gather(spent, contract(BUDGET, BUDGET.replace('"budgets"', '"more"')), AT)
    assert two.spending == () and any("which of the contract's personal budgets" in note for note in two.notes)

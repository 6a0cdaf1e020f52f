from datetime import date

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

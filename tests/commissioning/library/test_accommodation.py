"""Greater Manchester's accommodation lot: the volume risk that came true, and what a band would have cost, by hand."""

import pytest

from resettle.commissioning.compare import compare
from resettle.commissioning.contract import parse_contract
from resettle.commissioning.library import deal, hindsight

PRICE, STAYS, EACH, TENDERED = 3_291_287, 36 * 20_000, 400, 36 * 170


def with_band():
    text = (deal("gm-accommodation").folder / "contract.toml").read_text("utf-8")
    lines = [
        'cap = "4500000.00"'
        if line.startswith("cap = ")
        else 'id = "band"'
        if line == 'id = "gm-accommodation"'
        else line
        for line in text.splitlines()
    ]
    fee = next(n for n, line in enumerate(lines) if line.startswith("amount = "))
    lines.insert(fee + 1, 'volume = { expected = 2040, low = 1836, high = 2244, marginal = "0.75" }')
    return parse_contract("\n".join(lines))


def test_the_stress_test_shows_what_came_true():
    found = hindsight(deal("gm-accommodation"), 500)
    at = {a.volume: a for a in found.volumes}
    for volume, point in at.items():
        came = TENDERED * volume
        assert point.margin == pytest.approx(PRICE - STAYS - EACH * came, rel=0.002)
        assert point.served == pytest.approx(min(1, (PRICE - STAYS) / (EACH * came)), rel=0.002)
    assert at[1.0].served == 1 and at[1.25].served == pytest.approx(0.8403, abs=0.001)
    assert "serves 84 of every 100 people" in found.sentence and "caseloads 19% above plan" in found.sentence


def test_deals_that_survive_more_people_say_nothing_of_caseloads():
    assert "caseloads" not in hindsight(deal("commissioned-rehabilitative-services"), 200).sentence


@pytest.mark.parametrize(("over", "more"), [(1.0, 0.0), (1.25, 0.75 * 0.15), (1.5, 0.75 * 0.40), (0.8, -0.75 * 0.10)])
def test_what_a_band_costs_at_a_known_volume(over, more):
    """Outside a tenth of plan, three quarters of the fee follow: at a quarter more, 11.25% of it."""
    found = deal("gm-accommodation")
    beliefs = found.beliefs.model_copy(update={"volume_mean": over, "volume_sd": 0.0})
    beside = compare([found.contract(), with_band()], beliefs, 2000)
    assert beside.differences[1].mean == pytest.approx(more * PRICE, abs=0.004 * PRICE)


def test_a_band_halves_what_the_provider_must_find():
    found = deal("gm-accommodation")
    fixed, band = compare([found.contract(), with_band()], found.beliefs, 2000).valuations
    assert band.cash.peak.p90 < 0.6 * fixed.cash.peak.p90 and band.total.mean > fixed.total.mean

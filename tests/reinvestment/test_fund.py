"""A revolving fund: by hand, year by year in a plain loop, and the chance of running dry in closed form."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from resettle.cli import main
from resettle.errors import BadInput
from resettle.reinvestment.rounds.fund import Fund, normal_returns, revolve


def test_two_draws_by_hand():
    found = revolve(Decimal(100), [Decimal(60), Decimal(60)], np.array([[70.0, 30.0], [10.0, 500.0]]))
    # First draw: 100-60+70 = 110, then 110-60+30 = 80. Second: 100-60+10 = 50, which cannot pay 60: dry, whatever came later.
    assert [one.dry for one in found.years] == [0.0, 0.5]
    assert [one.balance for one in found.years] == [Decimal("80.00"), Decimal("40.00")]
    assert found.years[-1].more_needed == 10
    assert "runs dry in 50.0% of draws" in found.sentence and "£10 more at the start" in found.sentence
    assert Fund.from_json(found.to_json()) == found


def test_the_chance_of_running_dry_is_that_of_the_normal():
    # It spends 100 a year; year 2 can be paid if 150 - 100 + R1 >= 100, that is R1 >= 50, with R1 ~ N(80, 20).
    returns = normal_returns([Decimal(80), Decimal(200)], [Decimal(20), Decimal(0)], draws=40_000, seed=3)
    found = revolve(Decimal(150), [Decimal(100), Decimal(100)], returns)
    assert found.dry == pytest.approx(norm.cdf(-1.5), abs=4 * found.dry_error)


def test_years_that_share_their_luck_make_a_fund_less_safe_than_chance_alone():
    means, sds = [Decimal(100), Decimal(100), Decimal(0)], [Decimal(30)] * 2 + [Decimal(0)]
    spends = [Decimal(100)] * 3

    def dry(together):
        return revolve(Decimal(130), spends, normal_returns(means, sds, 40_000, 5, together))

    # Dry unless R1 >= 70 and R1 + R2 >= 170: a probability of two normal variables that go together.
    for together in (0.0, 0.6):
        cov = 900 * np.array([[1, 1 + together], [1 + together, 2 + 2 * together]])
        lasts = multivariate_normal(mean=[-100, -200], cov=cov).cdf([-70, -170])
        found = dry(together)
        assert found.dry == pytest.approx(1 - lasts, abs=4 * found.dry_error)


money = st.integers(0, 200)


@given(
    money, st.lists(st.tuples(money, st.lists(st.integers(-100, 200), min_size=3, max_size=3)), min_size=1, max_size=5)
)
def test_balances_are_those_of_a_plain_loop_and_more_at_the_start_makes_it_last(opening, plan):
    spends, returns = [Decimal(one) for one, _ in plan], np.array([draws for _, draws in plan], dtype=float).T
    found = revolve(Decimal(opening), spends, returns, certainty=0.99)
    for n in range(len(plan)):
        held = [loop(opening, spends[: n + 1], row) for row in returns]
        assert float(found.years[n].balance) == pytest.approx(sum(one or 0 for one in held) / 3, abs=0.01)
        assert found.years[n].dry == pytest.approx(sum(one is None for one in held) / 3)
    enough = revolve(Decimal(opening) + found.years[-1].more_needed, spends, returns)
    assert enough.dry == 0
    assert all(a.dry <= b.dry for a, b in zip(found.years, found.years[1:], strict=False))


def loop(held, spends, returns):
    """What is held at the end; None once what is due cannot be paid."""
    for out, back in zip(spends, returns, strict=False):
        held -= float(out)
        if held < 0:
            return None
        held += back
        if held < 0:
            return None
    return held


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"opening": Decimal(-1)}, "a fund starts with 0 pounds or more"),
        ({"spends": [Decimal(-1)]}, "row 1, spends: a year spends"),
        ({"spends": [], "returns": np.zeros((2, 0))}, "lasts 1 to 50 years"),
        ({"returns": np.zeros((2, 3))}, "returns are draws by years"),
        ({"returns": np.array([[np.nan]])}, "returns are draws by years"),
        ({"certainty": 1.0}, "certainty lies between"),
    ],
)
def test_what_is_no_fund_is_refused(change, rule):
    given = {"opening": Decimal(1), "spends": [Decimal(1)], "returns": np.zeros((2, 1)), **change}
    with pytest.raises(BadInput, match=rule):
        revolve(given["opening"], given["spends"], given["returns"], certainty=given.get("certainty", 0.8))


def test_returns_without_sense_are_refused():
    for wrong in ({"sds": [Decimal(-1)]}, {"sds": []}, {"together": 2.0}):
        with pytest.raises(BadInput, match="not usable as returns"):
            normal_returns(**{"means": [Decimal(1)], "sds": [Decimal(1)], **wrong})


def test_the_command_reads_years_and_refuses_what_is_no_year(capsys):
    with pytest.raises(SystemExit):
        main(["fund", "150000", "100000=80000+-20000", "100000=200000+-0", "--together", "0"])
    assert "A fund of £150,000 over 2 years runs dry in" in capsys.readouterr().out
    for wrong in ("100000", "100000=80000", "x=1+-2"):
        with pytest.raises(SystemExit):
            main(["fund", "150000", wrong])
        assert "Error:" in capsys.readouterr().err

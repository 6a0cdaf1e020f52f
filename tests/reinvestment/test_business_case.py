"""Business cases: identities with the savings and appraisals beside them, closed forms, contracts draw by draw, and bad input."""

from decimal import Decimal

import numpy as np
import pytest
from case_kit import CASE, PAYS, TERMS, effect, without, write_case

from resettle.cli import main
from resettle.commissioning.beliefs import read_beliefs
from resettle.commissioning.contract import read_contract
from resettle.commissioning.value import valued, world_of
from resettle.errors import BadInput
from resettle.reference.discounting import discount_factor
from resettle.reinvestment.appraisal import read_appraisal
from resettle.reinvestment.appraise import appraise_programme
from resettle.reinvestment.business_case.case import BusinessCase, appraise_case
from resettle.reinvestment.business_case.file import read_case
from resettle.reinvestment.business_case.reached import combined
from resettle.reinvestment.business_case.reading import prepare_case
from resettle.reinvestment.business_case.sample_information import told
from resettle.report.charts import draw

SECOND = '[[programme]]\nid = "{0}"\neffect = "{0}.json"\npeople_a_month = {1}\n'
CONTRACT = """[[contract]]
file = "contract.toml"
beliefs = "beliefs.toml"
{}
"""
TERMS_OF_PAYMENT = """id = "c"
title = "Mentoring by results"
price_base_year = 2024
[period]
start = 2024-01-01
end = 2025-12-31
[[parties]]
id = "pcc"
name = "Commissioner"
role = "commissioner"
[[parties]]
id = "p"
name = "Provider"
role = "provider"
[population]
services = ["s"]
[population.intake]
every = "year"
cohorts = 2
[[measures]]
id = "rate"
kind = "binary"
clock = "moj-2017"
label = "proven reoffending"
[[payments]]
id = "result"
kind = "outcome_rate"
label = "Result"
measure = "rate"
price = "3000.00"
per = "point"
dead_zone = "none"
[split]
payers = { pcc = "1" }
"""
BELIEFS = """people = 1200
[rates.rate]
n = 600
comparison_n = 600
baseline = 0.36
effect_mean = 3.0
effect_sd = 4.0
"""


def case_of(tmp_path, **given):
    return appraise_case(write_case(tmp_path / "case", **given))


def test_one_programme_is_worth_what_its_savings_are(tmp_path):
    path = write_case(tmp_path)
    found = appraise_case(path)
    costs, pays = read_appraisal(tmp_path / "appraisal.toml"), {"council": [Decimal(10_000)] * 3}
    for view in found.views:
        alone = appraise_programme(
            effect(), costs, 200, pays, optimism=0, perspective=view.perspective, draws=2000, seed=1
        )
        # Two reoffences each: as much as twice the people with one, where worth is per reoffence.
        assert view.cost == alone.cost
        if view.perspective == "agencies":
            assert view.benefit == pytest.approx(alone.benefit, abs=Decimal("0.05"))
    by_sector = {one.sector: one.amount for one in found.sectors}
    assert by_sector["together"] == pytest.approx(
        sum(v for k, v in by_sector.items() if k != "together"), abs=Decimal("0.05")
    )
    assert BusinessCase.from_json(found.to_json()) == found


def test_dead_weight_displacement_and_optimism_by_hand(tmp_path):
    sure = (effect(se=1e-12),)
    plain = case_of(tmp_path, effects=sure)
    cut = case_of(tmp_path, effects=sure, more="dead_weight = 0.2\ndisplacement = 0.5")
    assert cut.views[1].benefit == pytest.approx(plain.views[1].benefit * Decimal("0.4"), abs=Decimal("0.05"))
    assert "may count twice" in " ".join(cut.notes)
    text = CASE.replace("optimism = 0", "optimism = 0.25")
    dear = case_of(tmp_path, effects=sure, case=text)
    assert dear.views[1].cost == pytest.approx(plain.views[1].cost * Decimal("1.25"), abs=Decimal("0.05"))
    a_month = 6 * 2 * 1000.0
    by_hand = sum(a_month * min((t + 1) / 12, 1) * discount_factor((t + 0.5) / 12) for t in range(36))
    assert float(plain.views[1].benefit) == pytest.approx(by_hand, rel=1e-6)


def test_an_effect_whose_interval_covers_nothing_gives_a_chance_of_loss(tmp_path):
    found = case_of(tmp_path, effects=(effect(estimate=-0.01, se=0.02),))
    assert all(0.25 < one.chance_of_loss < 0.4 for one in found.sectors)
    assert found.headline.interval.low < 0 and "may be nothing, or a loss" in " ".join(found.notes)


def test_two_programmes_on_the_same_people_do_not_add_up_twice(tmp_path):
    both = (effect(se=1e-12), effect(se=1e-12, name="housing"))
    together = '[[together]]\nprogrammes = ["mentoring", "housing"]\npeople_a_month = {}\ndiscount = {}\n'

    def benefit(people, discount):
        blocks = SECOND.format("housing", 100) + together.format(people, discount) + PAYS
        return float(case_of(tmp_path, effects=both, blocks=blocks).views[1].benefit)

    one = float(case_of(tmp_path, effects=both[:1]).views[1].benefit)
    assert benefit(0, 0) == pytest.approx(2 * one)
    # The ratio is 0.30 / 0.36 twice: 0.36 x (1 - (5/6)^2) = 0.11 of 100, not 0.12.
    assert benefit(100, 0) == pytest.approx(one * 0.11 / 0.06)
    assert benefit(100, 1) == pytest.approx(one)
    assert one < benefit(100, 0.5) < benefit(100, 0) < benefit(50, 0) < 2 * one


def test_nobody_is_saved_more_than_once_however_many_programmes():
    drawn = np.random.default_rng(1).normal(-0.2, 0.1, (6, 500))
    saved = combined(list(drawn), [0.36] * 6, 0.0)
    assert saved.max() <= 0.36


def written(tmp_path, link="", **given):
    path = write_case(tmp_path, blocks=PAYS + CONTRACT.format(link), **given)
    (tmp_path / "contract.toml").write_text(TERMS_OF_PAYMENT, "utf-8")
    (tmp_path / "beliefs.toml").write_text(BELIEFS, "utf-8")
    return path


LINK = 'programme = "mentoring"\nmeasure = "rate"\nagencies = { pcc = "council" }'


def test_payments_of_a_contract_are_those_of_its_valuation_draw_by_draw(tmp_path):
    path = written(tmp_path)
    case, _ = prepare_case(read_case(path), path, None, {})
    contract, beliefs = read_contract(tmp_path / "contract.toml"), read_beliefs(tmp_path / "beliefs.toml")
    total = valued(contract, world_of([contract], beliefs, 2000, 1))[1]
    assert case.contracts[0].total == pytest.approx(total) and total.std() > 0
    found = appraise_case(path)
    assert "Mentoring by results ends on 31 December 2025" in " ".join(found.notes)
    payer = next(one for one in found.headline.agencies if one.agency == "Commissioner" and one.year == 0)
    assert 0 < float(payer.pays) < total.mean()
    assert any(bar.name.startswith("chance in Mentoring") for bar in found.tornado.bars)


def test_a_contract_linked_to_the_effect_pays_more_in_draws_that_save_more(tmp_path):
    path = written(tmp_path, LINK, effects=(effect(estimate=-0.03, se=0.04),))
    case, _ = prepare_case(read_case(path), path, None, {})
    worked = case.worked(case.drawn())
    saved = worked.found.fewer
    assert np.corrcoef(saved, case.contracts[0].total)[0, 1] > 0.6
    assert set(worked.costs) == {"council"}
    # Sampled for sensitivity, the payments have the mean and spread of the draws and still follow the effect.
    random = np.random.default_rng(2)
    values = {one.name: one.at(random.uniform(1e-6, 1 - 1e-6, 4000)) for one in case.inputs()}
    again = case.worked(values)
    before, after = worked.costs["council"].sum(axis=1), again.costs["council"].sum(axis=1)
    assert after.mean() == pytest.approx(before.mean(), rel=0.06)
    assert after.std() == pytest.approx(before.std(), rel=0.06)
    assert np.corrcoef(again.found.fewer, after)[0, 1] > 0.6


def test_personal_budgets_are_a_cost_by_hand(tmp_path):
    blocks = '[[budgets]]\nagency = "pcc"\nprogramme = "mentoring"\nshare = 0.5\na_person = 300\nprice_year = 2024\nsource = "made"\n'
    found = case_of(tmp_path, blocks=blocks)
    by_hand = sum(1200 * 0.5 * 300 * discount_factor(y + 0.5) for y in range(3))
    assert float(found.headline.cost) == pytest.approx(by_hand, abs=0.02)


def test_what_a_trial_is_worth_is_that_of_trying_it_many_times(tmp_path):
    trial = '[[trial]]\npeople = 400\ncost_a_person = "1.00"\n'
    terms, evaluated = TERMS.split("[[steps]]")[0], effect(estimate=-0.02, se=0.02)
    blocks = PAYS.replace("10000.00", "45000.00") + trial
    path = write_case(
        tmp_path, blocks=blocks, effects=(evaluated,), terms=terms, draws=20_000, more='view = "agencies"'
    )
    found = {one.name: float(one.worth) for one in appraise_case(path).information}
    everything, alone, tried = found.values()
    assert tried < alone == pytest.approx(everything, rel=0.03)
    # By simulation: a truth, a trial of it, the estimate after it, and the better choice on that estimate.
    random, slope = (
        np.random.default_rng(3),
        -2 * 100 * 1000 * sum(min((t + 1) / 12, 1) * discount_factor((t + 0.5) / 12) for t in range(36)),
    )
    cost = sum(45_000 * discount_factor(y + 0.5) for y in range(3))
    error = np.sqrt((0.36 * 0.64 + 0.34 * 0.66) / 400)
    truth = random.normal(-0.02, 0.02, 400_000)
    seen = truth + random.normal(0, error, truth.size)
    weight = 0.02**2 / (0.02**2 + error**2)
    after = slope * (-0.02 + weight * (seen + 0.02)) - cost
    by_hand = np.maximum(after, 0).mean() - max(0.0, slope * -0.02 - cost)
    assert tried == pytest.approx(by_hand, rel=0.05)
    assert told(evaluated, 2) < 0.1 < 0.99 < told(evaluated, 10_000_000)


@pytest.mark.slow
def test_the_synthetic_case_has_a_contract_budgets_of_the_area_and_a_pool(examples, tmp_path):
    from resettle.area.generate import generate_area

    with generate_area(tmp_path / "area", 5000, 11) as area:
        found = appraise_case(examples / "cases" / "greater-manchester-peer-support.toml", area, draws=1000)
    budgets = next(one for one in found.assumptions if one.name.startswith("Personal budgets"))
    assert "spend of" in budgets.source and budgets.low < budgets.value < budgets.high
    assert [one.place for one in found.cash.steps[0].pool.places] == ["bolton", "rochdale", "wigan"]
    payer = [one for one in found.headline.agencies if one.agency == "combined authority" and one.year]
    assert all(one.pays > 0 for one in payer) and not any("looks better" in note for note in found.notes)
    # Personal budgets are certain to a penny or two a year beside the contract, whose payments vary with the effect.
    assert payer[-1].interval.high - payer[-1].interval.low > 1000


def test_every_number_has_a_source_and_says_whether_it_was_overridden(examples, maryland):
    path = examples / "cases" / "maryland-aid.toml"
    found = appraise_case(path, maryland, own={"court.crown.case": 2000.0}, draws=400)
    assert len(found.assumptions) > 40 and all(one.source for one in found.assumptions)
    held = {one.name: one for one in found.assumptions}
    crown = next(one for name, one in held.items() if "court.crown.case" in name and "share of" not in name)
    assert (crown.value, crown.overridden_by) == (2000.0, "your own figures")
    assert sum(one.overridden_by is not None for one in found.assumptions) == 1
    assert any("2011" in one.year for one in found.assumptions if "prices.cpi" in one.name)


def test_the_tornado_of_a_case_is_the_case_run_again(tmp_path):
    more = "displacement = { value = 0.1, low = 0.02, high = 0.3 }"
    found = case_of(tmp_path, more=more)
    bar = next(one for one in found.tornado.bars if one.name == "displacement")
    for share, answer in ((0.02, bar.at_low), (0.3, bar.at_high)):
        alone = case_of(tmp_path, more=f"displacement = {share}", effects=(effect(se=1e-12),))
        assert answer == pytest.approx(float(alone.headline.value), abs=1.0)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"blocks": PAYS.replace("price_year = 2024\n", "")}, "missing key"),
        ({"blocks": PAYS.replace("10000.00", "-1.00")}, "must not be negative"),
        ({"blocks": PAYS.replace('amount = "10000.00"', 'amounts = ["1.00"]')}, "an amount for each of 3 years"),
        ({"blocks": ""}, "nobody pays anything"),
        ({"blocks": SECOND.format("mentoring", 1) + PAYS}, "same id"),
        ({"blocks": SECOND.format("housing", 1) + PAYS}, "not said whom they reach together"),
        ({"more": "dead_weight = 1.5"}, r"dead_weight: a share is at most 1 \(found '1.5'\)"),
        (
            {"more": "displacement = { value = 0.1, low = 0.0, high = 10 }"},
            r"displacement: a share is at most 1 \(found '10'",
        ),
        (
            {"case": CASE.replace("optimism = 0", "optimism = 15 #")},
            r"optimism: .* at most 5 \(found '15'\)\. Write 40 % as",
        ),
        (
            {"blocks": PAYS.replace('agency = "council"', 'agency = "polise"')},
            r"pays.agency: an agency is spelt almost like another \(found 'polise'\)\. Did you mean 'police'",
        ),
        ({"case": CASE.replace("people_a_month = 100", "people_a_month = 0")}, "greater than 0"),
        ({"case": CASE.replace('effect = "mentoring.json"', "estimate = -0.1")}, "unknown key"),
        ({"case": CASE.replace('effect = "mentoring.json"', "")}, "never typed as a bare number"),
        ({"effects": (effect(rate=0.0),)}, "nobody reoffends without"),
        (
            {"blocks": PAYS + '[[unsure]]\nagency = "polce"\nlabel = "work"\ntimes = 1\n'},
            r"no such agency.*Did you mean 'police, work'",
        ),
        (
            {"blocks": PAYS + '[[budgets]]\nagency = "a"\nprogramme = "x"\nprice_year = 2024\nsource = "s"\n'},
            r"budgets.1: no programme of this case has this name \(found 'x'\)",
        ),
        (
            {"blocks": PAYS + '[[budgets]]\nagency = "a"\nprogramme = "mentoring"\nprice_year = 2024\nsource = "s"\n'},
            "need a_person or an area",
        ),
        ({"case": CASE.replace('effect = "mentoring.json"', 'study = "s.toml"')}, "none was given"),
        (
            {"blocks": PAYS + "[places]\nbolton = 100\nbury = 0\n"},
            r"line \d+, places.bury: a place with no people \(found '0.0'\)",
        ),
        ({"blocks": PAYS + "[places]\nbolton = 60\nbury = 60\n"}, "must add up to the 100 a month"),
    ],
)
def test_bad_input_is_one_clear_error(tmp_path, change, rule):
    with pytest.raises(BadInput, match=rule):
        case_of(tmp_path, **change)


def test_an_effect_without_an_interval_is_refused(tmp_path):
    path = write_case(tmp_path)
    without(tmp_path / "mentoring.json", "interval")
    with pytest.raises(BadInput, match="the effect has no interval"):
        appraise_case(path)


def test_a_place_that_the_area_does_not_have_is_refused(tmp_path, maryland):
    path = write_case(tmp_path, blocks=PAYS + "[places]\nMD = 50\nMC = 50\n")
    with pytest.raises(BadInput, match=r"the area has no such place \(found 'MC'\)"):
        appraise_case(path, maryland)
    assert appraise_case(path).cash.steps[0].pool.places[0].place == "MD"


def test_dates_and_names_of_a_contract_that_do_not_fit_are_refused(tmp_path):
    path = written(tmp_path)
    held = tmp_path / "contract.toml"
    held.write_text(TERMS_OF_PAYMENT.replace("2024-01-01", "2023-12-01"), "utf-8")
    with pytest.raises(BadInput, match=r"starts before the appraisal.*Appraise from December 2023"):
        appraise_case(path)
    held.write_text(TERMS_OF_PAYMENT.replace("2025-12-31", "2023-12-31"), "utf-8")
    with pytest.raises(BadInput):
        appraise_case(path)
    written(tmp_path, LINK.replace('"rate"', '"rat"'))
    with pytest.raises(BadInput, match="Did you mean 'rate'"):
        appraise_case(path)
    written(tmp_path, LINK.replace("pcc", "pc"))
    with pytest.raises(BadInput, match="Did you mean 'pcc'"):
        appraise_case(path)


def test_the_command_prints_the_answer_and_writes_the_page(tmp_path, capsys):
    path = write_case(tmp_path, more="displacement = { value = 0.1, low = 0.02, high = 0.3 }\nworth_of_one = [0, 500]")
    with pytest.raises(SystemExit) as done:
        main(["appraise", str(path), "--out", str(tmp_path / "out"), "--draws", "400"])
    out = capsys.readouterr().out
    assert done.value.code in (0, None) and "Who pays and who gains" in out and "Every figure" in out
    assert "never added together" in draw(appraise_case(path)).svg()
    page = (tmp_path / "out" / "business-case.html").read_text("utf-8")
    assert "Every figure, with its source" in page and page.count("<svg") >= 8
    with pytest.raises(SystemExit):
        main(["appraise", str(path), "--json"])
    assert BusinessCase.from_json(capsys.readouterr().out).draws == 2000

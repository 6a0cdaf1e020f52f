"""What ships equals what its source prints: typed here a second time from the source named, and identities between figures."""

from decimal import Decimal

import pytest

from resettle.reference.figures import figure, published


def series(name: str) -> dict[str, float]:
    return {f.period: f.value for f in published()[name]}


# Ministry of Justice, Proven reoffending statistics, main points of the editions of 29 October 2020, 29 July 2021, 24 April 2025.
@pytest.mark.parametrize(
    ("name", "q4_2018", "q3_2019", "q2_2023"),
    [
        ("all", 28.1, 26.0, 27.5),
        ("adults", 27.5, 25.6, 27.3),
        ("juveniles", 37.3, 33.0, 31.6),
        ("custody_or_court_order", 35.7, 33.4, 35.2),
        ("custody_under_12_months", 61.0, 59.7, 59.2),
        ("custody_up_to_6_months", 63.6, 62.0, 62.3),
    ],
)
def test_proven_reoffending(name, q4_2018, q3_2019, q2_2023):
    found = series(f"reoffending.{name}")
    assert (found["2018 Q4"], found["2019 Q3"], found["2023 Q2"]) == (q4_2018, q3_2019, q2_2023)


# Ministry of Justice, Proven reoffending statistics, July 2010 to June 2011 and July 2011 to June 2012.
def test_twelve_month_cohorts():
    begins = "reoffending.twelve_month_cohort"
    assert series(begins)["July 2011 to June 2012"] == 26.2
    assert figure(f"{begins}.11_or_more_previous_offences").value == 47
    assert figure(f"{begins}.no_previous_offences").value == 10.5
    for period in ("July 2010 to June 2011", "July 2011 to June 2012"):
        people, reoffences = series(f"{begins}.offenders")[period], series(f"{begins}.reoffences")[period]
        each = series(f"{begins}.reoffences_per_reoffender")[period]
        assert people * series(begins)[period] / 100 * each == pytest.approx(reoffences, rel=0.02)


# Ministry of Justice, payment by results statistics.
def test_probation_results():
    assert series("reoffending.national_probation_service") == {"2019 Q4": 34.2, "2020 Q1": 34.1}
    assert series("reoffending.national_probation_service.reoffences_per_reoffender") == {
        "2019 Q4": 3.97,
        "2020 Q1": 3.93,
    }
    assert figure("reoffending.community_rehabilitation_companies").value == 45.6
    assert figure("reoffending.community_rehabilitation_companies.baseline").value == 47.5


# Home Office Research Report 99, as printed in the South Wales Echo, 2 August 2019. Pounds a crime, 2015/16 prices.
@pytest.mark.parametrize(
    ("name", "pounds"),
    [
        ("homicide.total", 3_200_000),
        ("rape.total", 39_360),
        ("other_sexual.total", 6_520),
        ("violence_with_injury.total", 14_050),
        ("robbery.total", 11_320),
        ("theft_of_vehicle.total", 10_290),
        ("theft_from_vehicle.total", 870),
        ("arson.total", 8_420),
        ("other_criminal_damage.total", 1_350),
        ("cyber.total", 550),
        ("homicide.police", 11_960),
        ("rape.police", 6_360),
        ("theft_of_vehicle.police", 2_030),
        ("homicide.justice", 800_980),
        ("homicide.prison", 318_240),
    ],
)
def test_unit_costs_of_crime(name, pounds):
    one = figure(f"crime.{name}")
    assert (one.value, one.price_year, one.unit) == (pounds, 2015, "£ a crime")


def test_parts_of_a_crime_cost_no_more_than_the_whole():
    kinds = {name.split(".")[1] for name in published() if name.startswith("crime.")}
    for kind in kinds:
        parts = [figure(f"crime.{kind}.{p}").value for p in ("police", "justice") if f"crime.{kind}.{p}" in published()]
        assert sum(parts) < figure(f"crime.{kind}.total").value
    assert figure("crime.homicide.prison").value < figure("crime.homicide.justice").value


# Newton, May, Eames and Ahmad, Economic and social costs of reoffending, Ministry of Justice 2019.
def test_cost_of_reoffending():
    cost = {name: figure(f"reoffending_cost.{name}").value / 1e9 for name in (
        "all", "adults", "adults.theft", "adults.violence", "adults.after_court_order", "adults.after_custody")}  # fmt: skip
    assert cost == {
        "all": 18.1, "adults": 16.7, "adults.theft": 9.3, "adults.violence": 4.2,
        "adults.after_court_order": 6.5, "adults.after_custody": 6.0,
    }  # fmt: skip
    assert figure("reoffending_cost.all").price_year == 2017
    assert round(100 * cost["adults"] / cost["all"], 1) == 92.3
    assert round(100 * cost["adults.theft"] / cost["all"], 1) == 51.4


# Council of State Governments Justice Center: saved against a projection, of which more than half was reinvested.
def test_texas():
    saved, reinvested, projected, rejected = (
        figure(f"reinvestment.texas.{n}").value for n in ("saved", "reinvested", "projected_cost", "build_rejected")
    )
    assert round(100 * reinvested / saved, 1) == 54.4
    assert round(100 * saved / projected) == 22
    assert saved < rejected < projected


# Ministry of Justice, Costs per place and costs per prisoner, 2022/23 and 2016/17.
def test_prison_identities():
    overall, direct = figure("prison.overall.total"), figure("prison.direct.total")
    assert (overall.amount, direct.amount) == (Decimal(4_181_725_178), Decimal(2_751_481_717))
    assert round(100 * direct.value / overall.value, 1) == 65.8
    prisoners = overall.value / figure("prison.overall.per_prisoner").value
    assert round(prisoners) == 80_847
    assert prisoners == pytest.approx(series("flows.prison_population")["30 June 2022"], rel=0.01)
    earlier = {
        n: series(f"prison.{n}.total")["2016/17"] / series(f"prison.{n}.per_prisoner")["2016/17"]
        for n in ("overall", "direct")
    }
    assert earlier["overall"] == pytest.approx(earlier["direct"], rel=1e-4)


@pytest.mark.parametrize(
    ("name", "period", "pounds"),
    [
        ("overall.per_prisoner", "2007-08", 39_000),
        ("overall.per_prisoner", "2016/17", 35_371),
        ("overall.per_prisoner", "2022/23", 51_724),
        ("overall.per_place", "2014/15", 36_237),
        ("overall.per_place", "2016/17", 38_042),
        ("direct.per_place", "2016/17", 24_664),
        ("direct.per_prisoner", "2016/17", 22_933),
        ("male_open.per_place", "2022/23", 22_205),
        ("male_young_offender.per_place", "2022/23", 82_566),
        ("male_young_offender.per_prisoner", "2022/23", 178_970),
        ("oakwood.per_prisoner", "2022/23", 17_006),
    ],
)
def test_prison_costs(name, period, pounds):
    assert series(f"prison.{name}")[period] == pounds


# Hansard, 25 March 2010; Fox, Fox and Marsh in Criminal Justice Matters.
def test_probation_costs():
    assert figure("probation.supervision_requirement").value == 652
    assert figure("probation.approved_premises.per_bed").value == 26_600
    assert figure("probation.approved_premises.stay").value == 74.7
    assert [figure(f"{n}").value for n in ("prison.prisoner_year", "prison.new_place", "probation.community_sentence")] == [
        45_000, 170_000, 4_200,
    ]  # fmt: skip
    assert [figure(f"reconviction.{n}").value for n in ("custody", "custody_under_12_months", "community_order")] == [
        46.8,
        56.8,
        36.8,
    ]


# Home Office, written answer 200339, Hansard, 25 April 2008, table A; Ministry of Justice, written answer, 5 December 2023.
def test_police_and_court_costs():
    kinds = ("violence", "sexual", "robbery", "fraud", "drugs", "damage", "other")
    assert [figure(f"police.incident.{k}").value for k in kinds] == [976, 5110, 2421, 919, 1838, 215, 667]
    assert list(series("court.crown.sitting_day").values()) == [2719, 3215, 3562, 3027, 3036]


# Ministry of Justice, written answers to Jim McMahon MP; contract notices DN545698 and DN547952.
def test_greater_manchester():
    assert [v / 1e6 for v in series("gm.probation_spend").values()] == [44.5, 58.8, 66.7, 72.1]
    assert [v / 1e6 for v in series("gm.probation_spend.oldham").values()] == [1.8, 2.2, 2.5, 2.7]
    assert [v / 1e6 for v in series("gm.unpaid_work_spend").values()] == [1.40, 3.93, 4.70, 4.46]
    assert figure("gm.contract.accommodation").amount == Decimal(3_291_287)
    assert figure("gm.contract.women").amount == Decimal(2_975_000)
    assert figure("gm.contract.accommodation.referrals").value == 170
    boroughs = [n for n in published() if n.startswith("gm.population.")]
    assert len(boroughs) == 10
    assert sum(figure(n).value for n in boroughs) == pytest.approx(2_681_735, abs=20)  # the county, in the same list


# Ministry of Justice, Offender management statistics quarterly.
def test_flows():
    assert series("flows.first_receptions")["2025 Q2"] == 18_912
    assert series("flows.releases")["2025 Q2"] == 14_946
    assert series("flows.recalls")["2025 Q2"] == 11_041
    remand = [figure(f"flows.remand{part}").value for part in ("", ".untried", ".unsentenced")]
    assert remand == [17_023, 11_195, 5_828] and remand[0] == remand[1] + remand[2]
    assert 100 * (series("flows.recalls")["2025 Q1"] / series("flows.recalls")["2024 Q1"] - 1) == pytest.approx(
        36, abs=0.5
    )
    assert 100 * (
        series("flows.first_receptions")["2025 Q1"] / series("flows.first_receptions")["2024 Q1"] - 1
    ) == pytest.approx(3, abs=0.5)


def test_littles_law_of_the_sentenced():
    """Mean time served is the sentenced in custody over the releases of a month: 13.6 to 14.0 months, to 2 %."""
    months = figure("flows.sentenced").value / (series("flows.releases")["2025 Q2"] / 3)
    assert 13.6 * 0.98 <= months <= 14.0 * 1.02


# Ministry of Justice: Offender accommodation and employment outcomes; Identified needs of offenders, 31 October 2024.
def test_needs():
    assert series("needs.housed_on_release") == {"2022/23": 86.3, "2023/24": 85.7, "2024/25": 84.0}
    assert series("needs.settled_3_months_after_release")["2023/24"] == 73.5
    assert series("needs.employed_6_weeks_after_release")["2023/24"] == 19.3
    assert series("needs.employed_6_months_after_release")["2023/24"] == 31.1
    assert [figure(f"needs.accommodation.{w}").value for w in ("custody", "community")] == [68, 39]
    change = "needs.choose_change."
    assert [
        figure(change + n).value for n in ("no_address_on_release", "no_fixed_abode", "unemployed_before_custody")
    ] == [67, 37, 85]

"""Designs that compare times: difference in differences and interrupted time series, against statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from resettle.errors import BadInput
from resettle.evidence.before_after import Cohorts, difference_in_differences
from resettle.evidence.estimating import periods_from
from resettle.evidence.evaluate import evaluate, evaluate_outcomes
from resettle.evidence.series import interrupted_series, lags
from resettle.evidence.study import Change, Study, read_study


def cohorts(seed=1, places=(4, 8), n=60, effect=-0.1, drift=0.0):
    """`n` index events a place, half of them after; places differ, and the first ones have the programme."""
    random = np.random.default_rng(seed)
    place = np.repeat(np.arange(sum(places)), n)
    period = np.tile(np.arange(n) % 8 - 4, sum(places))
    group, after = (place < places[0]).astype(float), (period >= 0).astype(float)
    level = 0.45 + random.normal(size=sum(places))[place] * 0.05 + 0.04 * after + drift * group * period
    y = (random.random(len(place)) < level + effect * group * after).astype(float)
    return y, Cohorts(group, after, period, place, np.arange(len(place)))


def test_four_means_and_errors_as_in_statsmodels():
    y, some = cohorts()
    found = difference_in_differences(y, some)
    means = {(g, a): y[(some.group == g) & (some.after == a)].mean() for g in (0, 1) for a in (0, 1)}
    assert found.estimate == pytest.approx(means[1, 1] - means[1, 0] - means[0, 1] + means[0, 0])
    columns = np.column_stack([np.ones(len(y)), some.group, some.after, some.group * some.after])
    other = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": some.place}, use_t=True)
    errors = {e.name: e.se for e in found.errors}
    assert errors["by place (CR1)"] == pytest.approx(other.bse[3], rel=1e-9)
    assert {t.name: t.p for t in found.tests}["difference (by place (CR1))"] == pytest.approx(
        other.pvalues[3], rel=1e-6
    )
    assert found.errors[0].name == "by place, for few places (CR2)"
    persons = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": some.person})
    assert errors["by person"] == pytest.approx(persons.bse[3], rel=1e-9)
    assert (found.members[0].sum(), found.members[1].sum()) == (
        (some.group * some.after).sum(),
        ((1 - some.group) * some.after).sum(),
    )


def test_covariates_are_allowed_for():
    y, some = cohorts(2)
    x = np.random.default_rng(5).normal(size=(len(y), 2))
    found = difference_in_differences(y + x[:, 0], some, x, ("a", "b"))
    columns = np.column_stack([np.ones(len(y)), some.group, some.after, some.group * some.after, x])
    assert found.estimate == pytest.approx(sm.OLS(y + x[:, 0], columns).fit().params[3])


def test_places_count_once_in_the_test_of_changes():
    """Places of equal size: the test of their changes is the difference in differences by Student's t."""
    y, some = cohorts(3)
    change = np.array(
        [
            y[(some.place == p) & (some.after == 1)].mean() - y[(some.place == p) & (some.after == 0)].mean()
            for p in range(12)
        ]
    )
    from scipy.stats import ttest_ind

    test = next(t for t in difference_in_differences(y, some).tests if t.name.startswith("changes of places"))
    expected = ttest_ind(change[:4], change[4:])
    assert (test.statistic, test.p) == pytest.approx((expected.statistic, expected.pvalue))


def test_trends_that_differed_before_are_red():
    y, some = cohorts(4, places=(10, 30), n=160, drift=0.05)
    flags = {c.name: c.flag for c in difference_in_differences(y, some).checks}
    assert flags == {"places": "green", "trends before the programme": "red"}
    y, some = cohorts(4, places=(10, 30), n=160)
    assert {c.name: c.flag for c in difference_in_differences(y, some).checks}["trends before the programme"] == "green"


def test_the_trend_before_equals_statsmodels():
    y, some = cohorts(6)
    early = some.after == 0
    data = pd.DataFrame({"y": y[early], "g": some.group[early], "t": some.period[early]})
    fit = smf.ols("y ~ g + g:t + C(t)", data).fit()
    check = next(c for c in difference_in_differences(y, some).checks if c.name.startswith("trends"))
    assert f"{fit.params['g:t']:+.4f}" in check.words


def test_one_place_on_a_side_is_told_and_red():
    y, some = cohorts(7, places=(1, 6))
    found = difference_in_differences(y, some)
    assert found.errors[0].name == "by person"
    assert {c.name: c.flag for c in found.checks}["places"] == "red"


def test_one_period_before_says_nothing_of_trends():
    y, some = cohorts(8)
    keep = (some.period >= 0) | (some.period == -1)
    check = next(c for c in difference_in_differences(y[keep], some.of(keep)).checks if c.name.startswith("trends"))
    assert check.value is None


def test_an_empty_cell_is_refused():
    y, some = cohorts(9)
    keep = ~((some.group == 1) & (some.after == 0))
    with pytest.raises(
        BadInput, match=r"change\.began: there must be at least two index events in places with the programme before"
    ):
        difference_in_differences(y[keep], some.of(keep))


def series(seed=1, periods=32, n=50, step=-0.08, season=0.0):
    random = np.random.default_rng(seed)
    period = np.repeat(np.arange(periods) - periods // 2, n + np.arange(periods) % 5)
    chance = 0.4 + 0.002 * period + (period >= 0) * (step - 0.003 * period) + season * (period % 4 == 0)
    return (random.random(len(period)) < chance).astype(float), period


def test_segmented_regression_equals_statsmodels():
    """Weighted least squares of the periods' means with Newey and West's errors, and the contrast by hand."""
    y, period = series()
    found = interrupted_series(y, period)
    periods = np.unique(period)
    people = np.array([(period == p).sum() for p in periods])
    mean = np.array([y[period == p].mean() for p in periods])
    after = (periods >= 0) * 1.0
    columns = np.column_stack([np.ones(32), periods, after, after * periods])
    contrast = np.array([0, 0, 1, (after * people) @ periods / (after @ people)])
    weights = people / people.mean()
    plain = sm.WLS(mean, columns, weights).fit()
    hac = plain.get_robustcov_results("HAC", maxlags=lags(32), use_correction=True)
    errors = {e.name: e.se for e in found.errors}
    assert found.estimate == pytest.approx(contrast @ plain.params)
    assert errors["independent periods"] == pytest.approx(np.sqrt(contrast @ plain.cov_params() @ contrast), rel=1e-9)
    assert errors["Newey and West"] == pytest.approx(np.sqrt(contrast @ hac.cov_params() @ contrast), rel=1e-9)
    assert found.se == max(errors.values())
    observed = (after * people) @ mean / (after @ people)
    assert (found.treated_rate, found.comparison_rate) == pytest.approx((observed, observed - found.estimate))
    tests = {t.name: t.statistic for t in found.tests}
    assert np.sign(tests["step"]) == np.sign(plain.params[2])


def test_a_yearly_pattern_is_seen():
    y, period = series(2, 40, 300, season=0.1)
    flags = {c.name: c.flag for c in interrupted_series(y, period).checks}
    assert flags["a yearly pattern"] == "red"
    assert flags["periods"] == "green"
    y, period = series(2, 40, 300)
    assert {c.name: c.flag for c in interrupted_series(y, period).checks}["a yearly pattern"] == "green"


@pytest.mark.parametrize(("periods", "shift"), [(7, 0), (12, 4)])
def test_a_short_series_is_refused(periods, shift):
    y, period = series(3, periods)
    with pytest.raises(BadInput, match="at least 8 periods, and 3 on each side"):
        interrupted_series(y, period - shift)


@pytest.mark.parametrize(
    ("began", "day", "size", "period"),
    [
        ("2020-01-01", "2020-01-01", "month", 0), ("2020-01-01", "2019-12-31", "month", -1), ("2020-01-15", "2020-02-14", "month", 0),
        ("2020-01-15", "2020-02-15", "month", 1), ("2020-01-15", "2019-12-15", "month", -1), ("2020-01-15", "2019-12-14", "month", -2),
        ("2020-01-15", "2020-04-14", "quarter", 0), ("2020-01-15", "2020-04-15", "quarter", 1), ("2020-01-15", "2019-10-15", "quarter", -1),
        ("2020-01-15", "2019-10-14", "quarter", -2),
    ],
)  # fmt: skip
def test_no_period_holds_the_day_of_the_change(began, day, size, period):
    change = Change.model_validate({"began": began, "period": size})
    assert periods_from(change, np.array([day], dtype="datetime64[D]")).tolist() == [period]


@pytest.fixture
def places(make_area):
    """Six places, a man released each week of three years; from 2015 fewer are arrested in the first three places."""
    weeks = [(p, w, f"P{p}-{w:03}") for p in range(6) for w in range(156)]
    day = {w: np.datetime64("2013-07-01") + 7 * w for _, w, _ in weeks}
    return make_area(
        {
            "place": [{"place_id": f"Q{p}", "name": f"Q{p}", "kind": "local_authority"} for p in range(6)],
            "person": [{"person_id": i, "place_id": f"Q{p}"} for p, _, i in weeks],
            "service": [{"service_id": "hub", "name": "hub", "strand": "other"}],
            "programme": [],
            "offence": [
                {"offence_id": f"o{i}", "person_id": i, "offence_date": str(day[w] + 50), "outcome": "arrest"}
                for p, w, i in weeks
                if (w * 7 + p * 5) % (6 if p < 3 and w >= 79 else 3) == 0
            ],
            "index_event": [
                {
                    "index_id": f"i{i}",
                    "person_id": i,
                    "index_date": str(day[w]),
                    "disposal": "custody",
                    "age": 20 + w % 30,
                }
                for _, w, i in weeks
            ],
        }
    )


BASE = {
    "id": "hub", "question": "q", "clock": "rearrest-52-weeks", "programme": {"services": ["hub"], "label": "the hub"},
    "comparison": {"label": "other places"},
}  # fmt: skip


def test_a_difference_in_differences_from_a_study_file(places):
    asked = {
        **BASE,
        "design": "difference_in_differences",
        "change": {"began": "2015-01-01", "places": ["Q0", "Q1", "Q2"]},
    }
    found, often = evaluate_outcomes(places, Study.model_validate({**asked, "outcomes": ["rate", "frequency"]}))
    assert found.estimate == pytest.approx(-1 / 6, abs=0.05)
    assert found.verdict == "fewer"
    assert found.comparison.label == "other places"
    assert (found.treated.n, found.comparison.n) == (3 * 77, 3 * 77)
    assert found.grade.maryland == 3
    assert often.estimate == pytest.approx(found.estimate)
    assert often.id == "hub-frequency"
    only = Study.model_validate({**asked, "change": {**asked["change"], "others": ["Q3", "Q5"]}, "covariates": ["age"]})
    assert evaluate(places, only).comparison.n == 2 * 77
    nowhere = Study.model_validate({**asked, "change": {**asked["change"], "places": ["Q9"]}})
    with pytest.raises(
        BadInput, match=r"change.places: nobody in the places where the programme began .* \(found 'Q9'\)"
    ):
        evaluate(places, nowhere)


def test_an_interrupted_time_series_from_a_study_file(places):
    change = {"began": "2015-01-01", "places": ["Q0", "Q1", "Q2"]}
    found = evaluate(places, Study.model_validate({**BASE, "design": "interrupted_time_series", "change": change}))
    assert found.estimate == pytest.approx(-1 / 6, abs=0.06)
    assert (found.treated.n, found.comparison.n) == (3 * 77, 3 * 79)
    assert found.grade.maryland == 2
    assert {c.name for c in found.diagnostics} >= {"periods", "periods go together", "a yearly pattern"}
    whole = Study.model_validate(
        {**BASE, "design": "interrupted_time_series", "change": {"began": "2015-01-01", "period": "month"}}
    )
    assert evaluate(places, whole).n == 6 * 156


@pytest.mark.parametrize(
    ("design", "change", "message"),
    [
        ("difference_in_differences", "began = 2015-01-01", "needs the places in which the programme began"),
        ("difference_in_differences", "began = 2015-01-01\nplaces=['a']\nothers=['a']", "cannot be on both sides: a"),
        ("interrupted_time_series", "began = 2015-01-01\nothers=['a']", "others is no part of interrupted_time_series"),
        ("interrupted_time_series", "places=['a']", "change.began"),
        ("randomised", "began = 2015-01-01", "[change] is no part of randomised"),
    ],
)
def test_faults_of_the_block_of_change(tmp_path, design, change, message):
    file = tmp_path / "study.toml"
    file.write_text(
        f"id='s'\nquestion='q'\nclock='moj-2017'\ndesign='{design}'\nprogramme={{services=['a'], label='a'}}\n[change]\n{change}\n"
    )
    with pytest.raises(BadInput) as caught:
        read_study(file)
    assert message in " ".join(str(p) for p in caught.value.problems)


def test_a_change_without_its_day_is_refused():
    with pytest.raises(ValueError, match=r"needs \[change\]: the day on which the programme began"):
        Study.model_validate({**BASE, "design": "difference_in_differences"})

"""Trials: adjusted, stratified, by cluster and on compliers, against statsmodels, R, brute force and by hand."""

import json
import subprocess

import numpy as np
import pytest
import statsmodels.api as sm
from causaldata import nsw_mixtape
from statsmodels.sandbox.regression.gmm import IV2SLS
from statsmodels.stats.contingency_tables import StratifiedTable

from resettle.errors import BadInput
from resettle.evidence.complier import complier_effect
from resettle.evidence.evaluate import evaluate
from resettle.evidence.linear import bias_reduced, cluster_robust, least_squares, newey_west, robust
from resettle.evidence.randomised import difference_of_means
from resettle.evidence.stratified import block_table, sato, stratified
from resettle.evidence.study import Study, read_study
from resettle.evidence.trial import adjusted, clustered_difference


def errors(found):
    return {one.name: one.se for one in found.errors}


def trial(n=300, seed=1, clusters=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    cluster = np.arange(n) % clusters if clusters else None
    treated = (cluster % 2 if clusters else random.random(n) < 0.4).astype(float)
    shock = random.normal(size=clusters)[cluster] * 0.5 if clusters else 0.0
    return x, treated, cluster, x[:, 0] + 0.5 * x[:, 1] * treated - 0.4 * treated + shock + random.normal(size=n)


def test_nsw_as_published():
    """Dehejia and Wahba (1999): 1,794.3 dollars; standard error 632.9 pooled and 671.0 by group; adjusted 1,676."""
    nsw = nsw_mixtape.load_pandas().data
    earned, treated = nsw.re78.to_numpy(float), nsw.treat.to_numpy(float)
    found = difference_of_means(earned, treated)
    assert found.estimate == pytest.approx(1794.3, abs=0.05)
    assert errors(found)["equal variances"] == pytest.approx(632.9, abs=0.05)
    assert errors(found)["unequal variances (Welch)"] == pytest.approx(671.0, abs=0.05)
    covariates = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
    x = sm.add_constant(np.column_stack([treated, nsw[covariates].to_numpy(float)]))
    assert least_squares(x, earned, tuple("abcdefghij")).beta[1] == pytest.approx(1676, abs=0.5)


def test_welch_equals_statsmodels():
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    _, treated, _, y = trial(80)
    found = difference_of_means(y, treated)
    other = CompareMeans(DescrStatsW(y[treated == 1]), DescrStatsW(y[treated == 0]))
    assert (found.interval.low, found.interval.high) == pytest.approx(other.tconfint_diff(usevar="unequal"))
    assert found.tests[0].p == pytest.approx(other.ttest_ind(usevar="unequal")[1])
    assert found.tests[1].p == pytest.approx(other.ttest_ind(usevar="pooled")[1])


def test_the_adjusted_difference_equals_statsmodels():
    x, treated, _, y = trial()
    found = adjusted(y, treated, x, ("a", "b"))
    centred = x - x.mean(axis=0)
    fit = sm.OLS(y, np.column_stack([np.ones(300), treated, centred, centred * treated[:, None]]))
    hc2, plain = fit.fit(cov_type="HC2", use_t=True), fit.fit()
    assert found.estimate == pytest.approx(hc2.params[1], rel=1e-10)
    assert errors(found) == pytest.approx({"robust (HC2)": hc2.bse[1], "classical": plain.bse[1]}, rel=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx(hc2.conf_int()[1], rel=1e-9)
    assert found.tests[0].p == pytest.approx(hc2.pvalues[1], rel=1e-7)
    assert found.treated_rate - found.comparison_rate == pytest.approx(found.estimate)


def test_adjusting_makes_a_trial_more_exact_and_keeps_the_estimate_near():
    x, treated, _, y = trial(2000, 4)
    plain, better = difference_of_means(y, treated), adjusted(y, treated, x, ("a", "b"))
    assert better.se < 0.85 * plain.se
    assert abs(better.estimate - plain.estimate) < 2 * plain.se


def test_cluster_errors_equal_statsmodels():
    x, treated, cluster, y = trial(clusters=12)
    columns = np.column_stack([np.ones(300), treated, x])
    fit = least_squares(columns, y, ("1", "t", "a", "b"))
    other = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    assert cluster_robust(fit, np.array([0.0, 1, 0, 0]), cluster) == pytest.approx(other.bse[1], rel=1e-9)


def root(m):
    values, vectors = np.linalg.eigh(m)
    return vectors @ np.diag(np.where(values > 1e-10, np.maximum(values, 1e-10) ** -0.5, 0)) @ vectors.T


@pytest.mark.parametrize("clusters", [4, 6, 15])
def test_the_error_for_few_clusters_by_its_definition(clusters):
    """Bell and McCaffrey: every matrix written out, for people and clusters of unequal size."""
    x, treated, cluster, y = trial(90, 3, clusters)
    keep = np.random.default_rng(2).random(90) < 0.8
    x, treated, cluster, y = x[keep], treated[keep], cluster[keep], y[keep]
    n = len(y)
    columns = np.column_stack([np.ones(n), treated, x])
    fit, contrast = least_squares(columns, y, ("1", "t", "a", "b")), np.array([0.0, 1, 0, 0])
    hat = np.eye(n) - columns @ fit.inverse @ columns.T
    vectors = []
    for g in range(clusters):
        rows = np.flatnonzero(cluster == g)
        vectors.append(hat[:, rows] @ root(hat[np.ix_(rows, rows)]) @ columns[rows] @ fit.inverse @ contrast)
    parts = [float(v @ y) for v in vectors]
    gram = np.array([[a @ b for a in vectors] for b in vectors])
    se, freedom = bias_reduced(fit, contrast, cluster)
    assert se == pytest.approx(np.sqrt(np.sum(np.square(parts))), rel=1e-9)
    assert freedom == pytest.approx(np.trace(gram) ** 2 / np.sum(gram**2), rel=1e-8)


def test_equal_clusters_have_the_freedom_of_their_means():
    """With clusters of one size the corrected error is that of Student's test on their means, on G - 2 degrees of freedom."""
    _, treated, cluster, y = trial(240, 8, 10)
    found = clustered_difference(y, treated, cluster)
    means = [t for t in found.tests if t.name.startswith("means of clusters")]
    assert found.tests[0].statistic == pytest.approx(means[0].statistic, rel=1e-9)
    assert found.tests[0].p == pytest.approx(means[0].p, rel=1e-6)
    assert "8.0 degrees of freedom" in found.method
    assert found.checks[0].flag == "amber"


def test_people_of_a_cluster_count_together():
    _, treated, cluster, y = trial(400, 5, 20)
    assert clustered_difference(y, treated, cluster).se > 1.5 * difference_of_means(y, treated).se


@pytest.mark.parametrize(
    ("treated", "cluster", "message"),
    [
        ([1, 0, 1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 2, 2, 3, 3], "on both sides"),
        ([1, 1, 1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 2, 2, 3, 3], "at least two clusters on each side"),
    ],
)
def test_clusters_that_were_not_assigned_are_refused(treated, cluster, message):
    with pytest.raises(BadInput, match=message):
        clustered_difference(np.arange(8.0), np.array(treated, float), np.array(cluster))


def test_newey_west_equals_statsmodels():
    random = np.random.default_rng(9)
    noise = np.convolve(random.normal(size=63), [1, 0.6, 0.3], "valid")
    columns = np.column_stack([np.ones(61), np.arange(61), np.arange(61) > 30]).astype(float)
    y = columns @ [1, 0.05, -0.7] + noise
    fit = least_squares(columns, y, ("1", "t", "after"))
    for lag in (0, 1, 4, 80):
        other = sm.OLS(y, columns).fit(cov_type="HAC", cov_kwds={"maxlags": min(lag, 60), "use_correction": True})
        if lag < 80:
            assert newey_west(fit, np.array([0, 0, 1.0]), lag) == pytest.approx(other.bse[2], rel=1e-9)
    assert newey_west(fit, np.array([0, 0, 1.0]), 0) == pytest.approx(
        sm.OLS(y, columns).fit(cov_type="HC1").bse[2], rel=1e-9
    )
    assert robust(fit, np.array([0, 0, 1.0])) == pytest.approx(sm.OLS(y, columns).fit(cov_type="HC2").bse[2], rel=1e-9)


def blocks(n=500, seed=2, many=8):
    random = np.random.default_rng(seed)
    block = random.integers(0, many, n)
    treated = random.random(n) < 0.3 + 0.05 * block
    return (random.random(n) < 0.2 + 0.06 * block - 0.08 * treated).astype(float), treated, block


def test_mantel_haenszel_by_hand():
    y, treated, block = blocks()
    found = stratified(y, treated, block, "mantel_haenszel")
    total, weight, p, q = 0.0, 0.0, 0.0, 0.0
    for b in range(8):
        a, n1 = y[treated & (block == b)].sum(), (treated & (block == b)).sum()
        c, n0 = y[~treated & (block == b)].sum(), (~treated & (block == b)).sum()
        n = n1 + n0
        total += (a * n0 - c * n1) / n
        weight += n1 * n0 / n
        p += (n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2
        q += (a * (n0 - c) + c * (n1 - a)) / (2 * n)
    assert found.estimate == pytest.approx(total / weight)
    assert found.se == pytest.approx(np.sqrt((total / weight * p + q) / weight**2))
    assert found.errors[0].name == "Sato"
    dummies = np.column_stack([treated, *(block == b for b in range(8))]).astype(float)
    assert sm.OLS(y, dummies).fit().params[0] == pytest.approx(found.estimate)


def test_one_block_is_the_plain_difference():
    y, treated, _ = blocks()
    found = stratified(y, treated, np.zeros(500, int), "mantel_haenszel")
    assert found.estimate == pytest.approx(y[treated].mean() - y[~treated].mean())
    assert found.se == pytest.approx(difference_of_means(y, treated.astype(float)).se, rel=0.01)
    assert len(found.errors) == 2


def test_the_direction_of_a_stratified_table_agrees_with_statsmodels():
    y, treated, block = blocks()
    tables = [
        [[((y == o) & (treated == t) & (block == b)).sum() for o in (1, 0)] for t in (True, False)] for b in range(8)
    ]
    common = StratifiedTable(np.moveaxis(np.array(tables), 0, 2).astype(float))
    found = stratified(y, treated, block, "mantel_haenszel")
    assert np.sign(found.estimate) == np.sign(common.logodds_pooled)
    assert abs(found.tests[0].p - common.test_null_odds().pvalue) < 0.02


def test_weights_by_precision_by_hand():
    y, treated, block = blocks()
    found = stratified(y, treated, block, "precision", binary=False)
    d, v = [], []
    for b in range(8):
        one, other = y[treated & (block == b)], y[~treated & (block == b)]
        d.append(one.mean() - other.mean())
        v.append(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    w = 1 / np.array(v)
    assert found.estimate == pytest.approx(w @ d / w.sum())
    assert found.se == pytest.approx(w.sum() ** -0.5)


def test_blocks_with_one_side_are_set_aside_and_told():
    y, treated, block = blocks()
    treated = treated & (block != 3)
    found = stratified(y, treated, block, "mantel_haenszel")
    kept = block != 3
    assert found.estimate == pytest.approx(stratified(y[kept], treated[kept], block[kept], "mantel_haenszel").estimate)
    assert f"{(block == 3).sum()} people" in found.notes[0]
    with pytest.raises(BadInput, match="no block has people on both sides"):
        stratified(y, block < 4, block, "mantel_haenszel")


def test_many_pairs_have_the_error_of_pairs():
    """A block a pair: Sato's error is then near that of McNemar's table."""
    random = np.random.default_rng(6)
    base = random.random(4000)
    y = np.concatenate([random.random(4000) < 0.8 * base, random.random(4000) < base]).astype(float)
    treated, block = np.arange(8000) < 4000, np.tile(np.arange(4000), 2)
    pairs = y[:4000] - y[4000:]
    assert stratified(y, treated, block, "mantel_haenszel").se == pytest.approx(pairs.std() / np.sqrt(4000), rel=1e-9)


def compliance(n=600, seed=3, weak=0.5):
    random = np.random.default_rng(seed)
    assigned = (random.random(n) < 0.5).astype(float)
    keen = random.normal(size=n)
    started = (random.random(n) < 0.2 + weak * assigned).astype(float)
    return (random.random(n) < 0.5 + 0.1 * (keen > 0) - 0.2 * started).astype(float), assigned, started


def test_the_complier_effect_equals_two_stage_least_squares():
    y, assigned, started = compliance()
    found = complier_effect(y, assigned, started)
    other = IV2SLS(y, sm.add_constant(started), sm.add_constant(assigned)).fit()
    assert found.estimate == pytest.approx(other.params[1], rel=1e-9)
    rest = y - sm.add_constant(started) @ other.params
    z = assigned - assigned.mean()
    assert found.se == pytest.approx(np.sqrt((z * rest) @ (z * rest) * 600 / 598) / abs(z @ started), rel=1e-9)
    assert found.errors[0].name == "two-stage least squares, robust"


def test_the_interval_holds_the_effects_that_assignment_cannot_tell_from_nil():
    """At each end the outcome less the effect times the start differs by assignment by exactly 1.96 standard errors."""
    y, assigned, started = compliance(200, 5, 0.25)
    found = complier_effect(y, assigned, started)
    for end in (found.interval.low, found.interval.high):
        rest = difference_of_means(y - end * started, assigned)
        assert abs(rest.estimate / rest.se) == pytest.approx(1.959964, rel=1e-6)
    assert found.checks[0].flag in ("red", "amber")
    assert found.tests[0].p == pytest.approx(difference_of_means(y, assigned).tests[0].p)


def test_everyone_as_assigned_is_the_plain_difference():
    y, assigned, _ = compliance()
    found = complier_effect(y, assigned, assigned)
    assert found.estimate == pytest.approx(difference_of_means(y, assigned).estimate)
    assert found.errors[1].se == pytest.approx(difference_of_means(y, assigned).se)


def test_an_assignment_without_starts_is_refused():
    y, assigned, _ = compliance()
    with pytest.raises(BadInput, match="too little difference to who started"):
        complier_effect(y, assigned, np.tile([0.0, 1.0], 300))


def trial_study(examples, **changes):
    asked = read_study(examples / "studies/maryland-aid.toml").model_dump()
    return Study.model_validate({**asked, "id": "t", **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trial": {"estimate": "adjusted"}, "covariates": ["age", "previous_convictions"]}, "Lin 2013"),
        ({"trial": {"estimate": "stratified", "blocks": ["age_band", "assessment.black"]}}, "Mantel-Haenszel"),
        ({"trial": {"estimate": "stratified", "blocks": ["age_band"], "weights": "precision"}}, "weights by precision"),
        ({"trial": {"estimate": "complier"}}, "compliers"),
    ],
)
def test_every_analysis_of_a_trial_runs_from_a_study_file(maryland, examples, changes, words):
    """Aid, however it is analysed: about 8 points fewer."""
    found = evaluate(maryland, trial_study(examples, **changes))
    assert found.estimate == pytest.approx(-0.083, abs=0.015)
    assert words in found.method
    assert len(found.errors) >= 2
    assert found.errors[0].headline
    assert found.errors[0].se == found.se
    assert found.grade.maryland == 5
    assert found.interval.low < found.estimate < found.interval.high


def test_a_trial_of_clusters_from_a_study_file(make_area):
    """Ten places by lot, four people each."""
    people = [(f"P{p}", f"Q{p // 4}") for p in range(40)]
    area = make_area(
        {
            "person": [{"person_id": p, "place_id": q} for p, q in people],
            "place": [{"place_id": f"Q{i}", "name": f"Q{i}", "kind": "local_authority"} for i in range(10)],
            "service": [{"service_id": "aid", "name": "aid", "strand": "other"}],
            "offence": [
                {"offence_id": f"o{i}", "person_id": p, "offence_date": "2020-03-01", "outcome": "arrest"}
                for i, (p, q) in enumerate(people)
                if (i + int(q[1:]) // 3) % (3 if int(q[1:]) % 2 else 2) == 0
            ],
            "index_event": [
                {"index_id": f"i{p}", "person_id": p, "index_date": "2020-01-01", "disposal": "custody", "age": 30}
                for p, _ in people
            ],
            "programme": [
                {
                    "participation_id": f"g{p}",
                    "person_id": p,
                    "service_id": "aid",
                    "arm": "treated" if int(q[1:]) % 2 else "comparison",
                }
                for p, q in people
            ],
        }
    )
    base = {
        "id": "c", "question": "q", "clock": "rearrest-52-weeks", "design": "randomised",
        "programme": {"services": ["aid"], "label": "aid"},
    }  # fmt: skip
    found = evaluate(area, Study.model_validate({**base, "trial": {"cluster": "place"}}))
    assert found.errors[0].name == "by cluster, for few clusters (CR2)"
    assert "8.0 degrees of freedom" in found.method
    assert {c.name: c.flag for c in found.diagnostics}["clusters"] == "amber"
    with pytest.raises(
        BadInput, match=r"trial.cluster = sex: the cluster of some people is not recorded \(found '40 of 40"
    ):
        evaluate(area, Study.model_validate({**base, "trial": {"cluster": "sex"}}))


@pytest.mark.parametrize(
    ("design", "block", "message"),
    [
        ("randomised", "estimate = 'adjusted'", "needs covariates"),
        ("randomised", "estimate = 'stratified'", "blocks and estimate"),
        ("randomised", "blocks = ['age_band']", "blocks and estimate"),
        ("randomised", "estimate = 'complier'\ncluster = 'place'", "cluster is no part of estimate = 'complier'"),
        ("randomised", "cluster = 'plaice'", "Did you mean 'place'"),
        ("radius_matching", "estimate = 'difference'", "[trial] is no part of radius_matching"),
    ],
)
def test_faults_of_the_trial_block(tmp_path, design, block, message):
    file = tmp_path / "study.toml"
    covariates = "" if design == "randomised" else "covariates=['age']\n"
    file.write_text(
        f"id='s'\nquestion='q'\nclock='moj-2017'\ndesign='{design}'\n{covariates}"
        f"programme={{services=['a'], label='a'}}\n[trial]\n{block}\n"
    )
    with pytest.raises(BadInput) as caught:
        read_study(file)
    assert message in " ".join(str(p) for p in caught.value.problems)


@pytest.mark.oracle_r
def test_cluster_errors_equal_r_sandwich(tmp_path):
    x, treated, cluster, y = trial(200, 7, 9)
    rows = tmp_path / "d.csv"
    np.savetxt(rows, np.column_stack([y, treated, x, cluster]), delimiter=",", header="y,t,a,b,g", comments="")
    script = (
        f"d <- read.csv('{rows}'); m <- lm(y ~ t + a + b, d); library(sandwich); options(digits=15);"
        "cat(sqrt(vcovCL(m, ~g, type='HC1')[2,2]), sqrt(vcovCL(m, ~g, type='HC2')[2,2]),"
        "sqrt(vcovHC(m, type='HC2')[2,2]), sqrt(NeweyWest(m, lag=3, prewhite=FALSE, adjust=TRUE)[2,2]))"
    )
    out = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    fit, on = (
        least_squares(np.column_stack([np.ones(200), treated, x]), y, ("1", "t", "a", "b")),
        np.array([0.0, 1, 0, 0]),
    )
    ours = (
        cluster_robust(fit, on, cluster),
        bias_reduced(fit, on, cluster)[0],
        robust(fit, on),
        newey_west(fit, on, 3),
    )
    assert ours == pytest.approx(json.loads(f"[{','.join(out.split())}]"), rel=1e-9)


def test_the_table_of_blocks():
    y, treated, block = blocks()
    table = block_table(y, treated, block)
    assert table.n.sum() == 500
    assert sato(table, 0.0) > 0

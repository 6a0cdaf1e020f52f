"""Survival designs from a study file: aid and work on the hazard scale, starts after release, and work that comes and goes."""

import numpy as np
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi

from resettle.errors import BadInput
from resettle.evidence.effect import Effect
from resettle.evidence.evaluate import evaluate
from resettle.evidence.study import Study, read_study


def study(examples, name, **changes):
    asked = read_study(examples / f"studies/{name}.toml").model_dump()
    return Study.model_validate({**asked, "id": "t", **changes})


def test_aid_on_the_scale_of_hazards(maryland, examples):
    """The trial as Cox regression of aid alone equals lifelines; weeks are days here, which changes no order."""
    programme = {"services": ["aid"], "label": "financial aid", "by_arm": True}
    found = evaluate(maryland, study(examples, "maryland-aid", design="cox_regression", programme=programme))
    other = CoxPHFitter().fit(load_rossi()[["week", "arrest", "fin"]], "week", "arrest")
    assert found.scale == "hazard"
    assert found.estimate == pytest.approx(np.exp(other.params_["fin"]), abs=1e-6)
    assert found.se == pytest.approx(other.standard_errors_["fin"], rel=1e-5)
    assert found.interval.low == pytest.approx(np.exp(other.confidence_intervals_.loc["fin"].iloc[0]), rel=1e-6)
    assert found.grade.maryland == 5
    assert found.treated.rate == pytest.approx(48 / 216)
    assert "hazard ratio 0.69 (95% interval 0.48 to 1.00" in found.sentence
    assert "was not shown" in found.sentence
    assert Effect.from_json(found.to_json()) == found
    assert found.rows()[2]["group"] == "hazard ratio"


def test_work_as_a_ratio_of_times(north_carolina, examples):
    found = evaluate(north_carolina, study(examples, "north-carolina-work", design="accelerated_failure_time"))
    assert found.scale == "ratio"
    assert "time ratio" in found.sentence
    assert "was not shown" in found.sentence
    assert not found.lower_is_better
    assert found.estimate == pytest.approx(np.exp(-0.06), abs=0.1)
    assert len(found.errors) == 2
    assert found.grade.maryland == 2


def test_work_with_what_is_known_of_the_men(north_carolina, examples):
    found = evaluate(north_carolina, study(examples, "north-carolina-work", design="cox_regression"))
    assert 0.8 < found.estimate < 1.4
    assert {"proportional hazards: the programme", "proportional hazards: everything"} <= {
        c.name for c in found.diagnostics
    }


@pytest.fixture
def late(make_area):
    """Sixty men released on one day; half of them start mentoring 40 days later, if they were not arrested before; work is
    noted each 30 days."""
    people = [f"P{i:02}" for i in range(60)]
    arrests = {p: 10 + 5 * i for i, p in enumerate(people) if i % 3 == 0}
    return make_area(
        {
            "person": [{"person_id": p} for p in people],
            "service": [{"service_id": "mentor", "name": "mentoring", "strand": "other"}],
            "offence": [
                {"offence_id": f"o{p}", "person_id": p, "offence_date": str(np.datetime64("2020-01-01") + d), "outcome": "arrest"}
                for p, d in arrests.items()
            ],
            "index_event": [
                {"index_id": f"i{p}", "person_id": p, "index_date": "2020-01-01", "disposal": "custody", "age": 20 + i % 9}
                for i, p in enumerate(people)
            ],
            "programme": [
                {
                    "participation_id": f"g{p}", "person_id": p, "service_id": "mentor", "index_id": f"i{p}",
                    "started_on": "2020-02-10",
                }
                for i, p in enumerate(people)
                if i % 2 and arrests.get(p, 99) > 40
            ],
            "assessment": [
                {"person_id": p, "assessed_on": str(np.datetime64("2019-12-31") + 30 * m), "item": "work", "score": (i + m) % 2}
                for i, p in enumerate(people)
                for m in range(12)
                if i < 50
            ],
        }
    )  # fmt: skip


BASE = {
    "id": "m", "question": "q", "clock": "rearrest-52-weeks", "design": "cox_regression",
    "programme": {"services": ["mentor"], "label": "mentoring"}, "covariates": ["age"],
}  # fmt: skip


def test_time_before_the_start_is_not_credited_to_the_programme(late):
    """Men who start had to stay free for 40 days: counted from release that looks like an effect."""
    naive = evaluate(late, Study.model_validate(BASE))
    honest = evaluate(late, Study.model_validate({**BASE, "survival": {"from_start": True}}))
    assert naive.estimate < honest.estimate
    assert {c.name: c.flag for c in naive.diagnostics}["time before the start"] == "red"
    assert "time before the start" not in {c.name for c in honest.diagnostics}


def test_covariates_that_change_are_followed(late):
    found = evaluate(
        late, Study.model_validate({**BASE, "survival": {"varying": ["assessment.work"], "from_start": True}})
    )
    assert np.isfinite(found.se)
    with pytest.raises(BadInput, match=r"survival.varying: nobody has such an assessment \(found 'sleep'\)"):
        evaluate(late, Study.model_validate({**BASE, "survival": {"varying": ["assessment.sleep"]}}))


@pytest.mark.parametrize(
    ("design", "block", "message"),
    [
        ("cox_regression", "distribution = 'weibull'", "distribution is no part of cox_regression"),
        ("accelerated_failure_time", "from_start = true", "has no covariates that change"),
        ("cox_regression", "varying = ['age']", "only assessment.ITEM can be followed over time, not age"),
        ("weighting", "from_start = true", "[survival] is no part of weighting"),
    ],
)
def test_faults_of_the_survival_block(tmp_path, design, block, message):
    file = tmp_path / "study.toml"
    file.write_text(
        f"id='s'\nquestion='q'\nclock='moj-2017'\ndesign='{design}'\ncovariates=['age']\n"
        f"programme={{services=['a'], label='a'}}\n[survival]\n{block}\n"
    )
    with pytest.raises(BadInput) as caught:
        read_study(file)
    assert message in " ".join(str(p) for p in caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcomes": ["frequency"]}, "is of the time to the first event"),
        (
            {"programme": {"services": ["a"], "label": "a", "by_arm": True}, "survival": {"from_start": True}},
            "not both",
        ),
    ],
)
def test_studies_of_time_that_contradict_themselves_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        Study.model_validate({**BASE, **changes})


@pytest.mark.parametrize("change", [{"measure": "frequency", "unit": "events"}, {"scale": "hazard"}])
def test_only_a_difference_of_rates_is_projected(maryland, examples, change):
    """A number of events, or a ratio, is not taken for a share of people further along the thread."""
    from resettle.reinvestment.programme import draw

    effect = evaluate(maryland, examples / "studies/maryland-aid.toml").model_copy(update=change)
    with pytest.raises(BadInput, match="only an effect on the difference of rates can be projected"):
        draw(effect, None, 10.0, 12, 10, 1)

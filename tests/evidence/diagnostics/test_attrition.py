"""The waterfall on an area made by hand, one participation for each reason."""

from datetime import date, timedelta

from resettle.evidence.clock import read_clock
from resettle.evidence.diagnostics.attrition import REASONS, attrition
from resettle.evidence.people import study_steps
from resettle.evidence.study import Study

STUDY = {
    "id": "s", "question": "q", "clock": "moj-2017", "design": "radius_matching", "covariates": ["age"],
    "programme": {"services": ["mentor"], "label": "mentoring"}, "start": "2015-01-01", "end": "2015-12-31",
}  # fmt: skip
DAY = date(2015, 2, 1)


def person(id):
    return {"person_id": id, "birth_date": "1980-01-01", "sex": "M"}


def index(id, person, day=DAY, until=""):
    return {
        "index_id": id,
        "person_id": person,
        "index_date": day,
        "disposal": "custody",
        "previous_convictions": 3,
        "observed_until": until,
    }


def part(id, person, started=DAY, index_id="", service="mentor"):
    referred = DAY - timedelta(30)
    return {
        "participation_id": id, "person_id": person, "service_id": service, "index_id": index_id, "referred_on": referred,
        "started_on": started or "",
    }  # fmt: skip


def test_each_participation_is_lost_for_the_first_reason_that_holds(make_area):
    people = [f"P{i}" for i in range(1, 10)]
    events = [
        index("I1", "P1"),
        index("I2", "P2"),
        index("I4", "P4", date(2014, 6, 1)),
        index("I5", "P5", until="2015-03-01"),
        index("I6", "P6"),
        index("I6b", "P6", DAY + timedelta(10)),
        index("I7", "P7"),
        index("I8", "P8"),
        index("I9", "P9"),
    ]
    programme = [
        part("T1", "P1", index_id="I1"),  # analysed
        part("T2", "P2", started=None),  # never started
        part("T3", "P3"),  # no index event
        part("T4", "P4", started=date(2014, 6, 2), index_id="I4"),  # outside the study's dates
        part("T5", "P5", index_id="I5"),  # not observed to the end
        part("T6", "P6", index_id="I6b", started=DAY + timedelta(11)),  # another index event counts
        part("T7", "P7", index_id="I7"),  # analysed
        part("T7b", "P7", index_id="I7"),  # the same follow-up again
        part("T8", "P8", index_id="I8"),  # nobody comparable
    ]
    area = make_area(
        {
            "person": [person(p) for p in people],
            "index_event": events,
            "programme": programme,
            "offence": [],
            "service": [{"service_id": "mentor", "name": "m", "provider_id": "x"}],
        }
    )
    study = Study.model_validate(STUDY)
    found = attrition(area, study, study_steps(area, study, read_clock("moj-2017")), {"I1", "I7"})
    lost = {step.reason: step.lost for step in found.steps}
    assert found.submitted == 9 and found.analysed == 2
    assert lost == dict.fromkeys((*REASONS[:6], REASONS[7]), 1)
    left = [step.left for step in found.steps]
    assert left == [8, 7, 6, 5, 4, 3, 2]
    assert found.sentence == "Of 9 referred to the programme, 2 were analysed."

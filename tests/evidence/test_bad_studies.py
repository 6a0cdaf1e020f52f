"""`resettle evaluate` and `measure` under attack: hostile study files and spoilt areas, each with one clear error and no traceback."""

import contextlib
import io

import pytest
from test_refusals import tables

from resettle.cli import main
from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate
from resettle.evidence.study import Study, read_study

GOOD = """id = "s"
question = "q"
clock = "rearrest-52-weeks"
design = "radius_matching"
covariates = ["age", "assessment.work"]
[programme]
services = ["aid"]
label = "aid"
"""


def run(*arguments):
    """A command in this process: exit status, what it printed, what it complained of. Never a traceback."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as ended:
            code = ended.code
    said = err.getvalue()
    assert "Traceback" not in out.getvalue() + said and "A fault in Resettle" not in said
    return code or 0, out.getvalue(), said


BAD_FILES = {
    "empty": ("", "missing key"),
    "binary": (b"\x00\xff\xfe", "not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), "not UTF-8"),
    "not TOML": ("id = ", "not valid TOML"),
    "unknown key": (GOOD.replace("covariates", "covariats"), "Did you mean 'covariates'"),
    "unknown covariate": (GOOD.replace('"age"', '"agee"'), "Did you mean 'age'"),
    "outcome as covariate": (GOOD.replace('"age"', '"reoffences"'), "unknown covariate reoffences"),
    "SQL as covariate": (GOOD.replace('"age"', '"age); DROP TABLE x --"'), "unknown covariate"),
    "covariate twice": (GOOD.replace('"assessment.work"', '"age"'), "named twice"),
    "covariates a number": (GOOD.replace('["age", "assessment.work"]', "7"), "covariates"),
    "caliper below nil": (GOOD + "[matching]\ncaliper_sd = -1\n", "greater than 0"),
    "caliper not a number": (GOOD + "[matching]\ncaliper_sd = nan\n", "not a usable number"),
    "caliper without end": (GOOD + "[matching]\ncaliper_sd = inf\n", "not a usable number"),
    "ends before it starts": ("start = 2024-01-01\nend = 2020-01-01\n" + GOOD, "ends before it starts"),
    "31 April": ("start = 2024-04-31\n" + GOOD, "Invalid date"),
    "clock that is not there": (GOOD.replace("rearrest-52-weeks", "none.toml"), "none.toml: no such file"),
    "id that is a path": (GOOD.replace('"s"', '"../../x"', 1), "pattern"),
    "no services": (GOOD.replace('["aid"]', "[]"), "programme.services"),
    "a window of a million years": (GOOD + "days_before = 1000000000\n", "3660"),
    "threshold of nil": (GOOD + "[publication]\nthreshold = 0\n", "greater than or equal to 10"),
    "unknown subgroup": (GOOD + '[subgroups]\nby = ["hair"]\n', "unknown grouping"),
    "figure without a source": (GOOD + '[published]\nprogramme = "p"\n[[published.figures]]\nid = "a"\nwords = "w"\n', "source"),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD_FILES)
def test_a_bad_study_file_is_one_clear_error_that_names_it(tmp_path, how):
    text, message = BAD_FILES[how]
    file = tmp_path / "bad.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput) as caught:
        study = read_study(file)
        evaluate(None, study)  # a clock that is not there is told before the area is looked at
    said = " ".join(str(problem) for problem in caught.value.problems)
    assert message in said and ("bad.toml" in said or "none.toml" in said)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b""], ids=["BOM", "CRLF"])
def test_what_an_editor_adds_to_a_study_file_does_no_harm(tmp_path, before):
    file = tmp_path / "study.toml"
    file.write_bytes(before + GOOD.replace("\n", "\r\n").encode())
    assert read_study(file).id == "s"


def spoilt(table, column, value):
    """The tables with one cell of the first row spoilt."""

    def make():
        made = tables()
        made[table][0][column] = value
        return made

    return make


def without(table):
    """The tables without one of them."""
    return lambda: {name: rows for name, rows in tables().items() if name != table}


def twice(table):
    """The tables with a row that stands twice."""
    return lambda: {name: rows + rows[:1] if name == table else rows for name, rows in tables().items()}


BROKEN = "broken in tables that this needs"
BAD_AREAS = {
    "age of 1e300": (spoilt("index_event", "age", "1e300"), BROKEN),
    "age that is no number": (spoilt("index_event", "age", "NaN"), BROKEN),
    "age below nil": (spoilt("index_event", "age", "-5"), BROKEN),
    "record below nil": (spoilt("index_event", "previous_convictions", "-1"), BROKEN),
    "score without end": (spoilt("assessment", "score", "-inf"), BROKEN),
    "no index date": (spoilt("index_event", "index_date", ""), BROKEN),
    "index date of 31 April": (spoilt("index_event", "index_date", "2020-04-31"), BROKEN),
    "index date in 9999": (spoilt("index_event", "index_date", "9999-12-31"), BROKEN),
    "offence without a date": (spoilt("offence", "offence_date", ""), BROKEN),
    "offence with an unknown result": (spoilt("offence", "outcome", "guilty"), BROKEN),
    "treatment that is neither": (spoilt("programme", "arm", "maybe"), BROKEN),
    "part in an unknown service": (spoilt("programme", "service_id", "bus"), BROKEN),
    "part by an unknown person": (spoilt("programme", "person_id", "ZZ"), BROKEN),
    "observed until before the start": (spoilt("index_event", "observed_until", "2019-01-01"), BROKEN),
    "index event twice": (twice("index_event"), BROKEN),
    "person twice": (twice("person"), BROKEN),
    "no table of offences": (without("offence"), "the area has no table offence"),
    "no table of taking part": (without("programme"), "the area has no table programme"),
    "no table of index events": (without("index_event"), "the area has no table index_event"),
    "no assessments": (without("assessment"), "It is recorded of nobody: check its name."),
}


@pytest.mark.parametrize("how", BAD_AREAS)
def test_a_spoilt_area_is_one_clear_error(make_area, tmp_path, how):
    make, message = BAD_AREAS[how]
    area = make_area(make())
    file = tmp_path / "study.toml"
    file.write_text(GOOD)
    code, out, err = run("evaluate", area.path, file)
    assert code == 2 and out == "" and message in err and "Error: " in err


@pytest.mark.parametrize(
    "how", ["age of 1e300", "index date in 9999", "observed until before the start", "no table of offences"]
)
def test_measures_of_a_spoilt_area_are_refused_too(make_area, how):
    make, message = BAD_AREAS[how]
    code, out, err = run("measure", make_area(make()).path, "--clock", "rearrest-52-weeks", "--by", "age_band")
    assert code == 2 and out == "" and message in err


def test_words_of_a_study_file_cannot_become_markup_of_its_report(make_area, tmp_path):
    area = make_area(tables())
    file = tmp_path / "study.toml"
    file.write_text(GOOD.replace('label = "aid"', 'label = "<script>alert(1)</script>"').replace('"q"', '"<b>q</b>"'))
    code, _, _ = run("evaluate", area.path, file, "--out", tmp_path / "out")
    html = (tmp_path / "out/index.html").read_text("utf-8")
    assert code == 0 and "<script>" not in html and "<b>q" not in html and "&lt;script&gt;" in html


def test_a_report_is_not_written_over_what_is_not_a_report(make_area, tmp_path):
    area, mine = make_area(tables()), tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    file = tmp_path / "study.toml"
    file.write_text(GOOD)
    code, _, err = run("evaluate", area.path, file, "--out", mine)
    assert code == 2 and "mine" in err and [f.name for f in mine.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("event", [lambda i: None, lambda i: 30 + i % 50], ids=["nobody", "everybody"])
@pytest.mark.parametrize("design", ["radius_matching", "weighting", "entropy_balancing", "subclassification"])
def test_an_outcome_that_all_share_has_an_interval_that_is_not_nil(make_area, design, event):
    study = Study.model_validate(
        {
            "id": "s", "question": "q", "clock": "rearrest-52-weeks", "design": design, "covariates": ["age", "assessment.work"],
            "programme": {"services": ["aid"], "label": "aid"},
        }
    )  # fmt: skip
    found = evaluate(make_area(tables(event=event)), study)
    assert found.estimate == pytest.approx(0, abs=1e-12) and found.verdict == "not shown"
    assert found.interval.low < -0.02 and found.interval.high > 0.05 and "Newcombe" in found.interval.method


def test_sql_in_the_name_of_a_service_or_a_score_is_only_a_name(make_area, tmp_path):
    area = make_area(tables())
    file = tmp_path / "study.toml"
    file.write_text(GOOD.replace('["aid"]', '["aid\') OR 1=1 --"]'))
    code, _, err = run("evaluate", area.path, file)
    assert code == 2 and "nobody who took part in the programme" in err
    file.write_text(GOOD.replace("assessment.work", "assessment.work' OR '1'='1"))
    code, _, err = run("evaluate", area.path, file)
    assert code == 2 and "It is recorded of nobody" in err

"""The example studies of the evaluations from which the model grew: each runs, is marked as invented, and says what is not known."""

import re
import sys
import tomllib

import pytest

from resettle.area.check import check_area
from resettle.evidence.diagnostics.evaluate_study import evaluate_study
from resettle.evidence.evaluate import evaluate
from resettle.evidence.study import read_study
from resettle.report.study.chapters import chapters
from resettle.report.study.publish import publish
from resettle.report.study.published import published_chapter, value_of

NAMES = (
    "choose-change",
    "inside-out",
    "intensive-alternatives-to-custody",
    "london-mentoring-men",
    "london-mentoring-women",
    "my-square-mile",
)


@pytest.fixture(scope="module")
def maker(examples):
    sys.path.insert(0, str(examples / "studies"))
    try:
        import make_area
    finally:
        sys.path.pop(0)
    return make_area


@pytest.fixture(scope="module", params=NAMES)
def made(request, maker, examples, tmp_path_factory):
    """An area, its study, how it was made, and the effect that the study finds."""
    name = request.param
    area = maker.make_area(name, tmp_path_factory.mktemp("studies") / name)
    study = read_study(examples / f"studies/{name}.toml")
    shape = tomllib.loads((examples / f"studies/areas/{name}.toml").read_text("utf-8"))
    return area, study, shape, evaluate(area, study)


def test_every_study_of_the_folder_with_published_facts_is_tested(examples):
    held = {f.stem for f in (examples / "studies").glob("*.toml") if "[published]" in f.read_text("utf-8")}
    assert held == set(NAMES) == {f.stem for f in (examples / "studies/areas").glob("*.toml")}


def test_the_area_is_sound_and_says_that_it_is_invented(made):
    area, _, shape, _ = made
    assert area.info.records == "synthetic" and "invented" in area.info.caveat
    assert check_area(area.path).ok
    assert len(area.query("SELECT * FROM programme")) == shape["programme"]["referred"]


def test_the_area_is_made_to_what_was_published(made):
    area, _, shape, _ = made
    wanted = shape["programme"]
    took = area.query(
        "SELECT count(started_on) AS started, count(*) FILTER (completed) AS completed FROM programme"
    ).to_pylist()[0]
    assert took == {"started": wanted["started"], "completed": wanted["completed"]}
    true = area.query("SELECT * FROM truth").to_pylist()[0]
    assert true["without_service"] == pytest.approx(shape["outcome"]["without"], abs=1e-6)
    assert true["with_service"] == pytest.approx(shape["outcome"]["with"], abs=1e-6)
    for item, fact in shape["needs"].items():
        share = area.query(
            f"""SELECT avg(a.score) AS share, count(*) AS n FROM assessment a JOIN programme g ON g.person_id = a.person_id
            WHERE a.item = '{item}' AND g.started_on IS NOT NULL"""
        ).to_pylist()[0]
        assert abs(share["share"] - fact["share"]) < 4 * (fact["share"] * (1 - fact["share"]) / share["n"]) ** 0.5


def test_the_interval_holds_the_truth_that_was_put_in(made):
    area, _, _, effect = made
    true = area.query("SELECT effect FROM truth")["effect"][0].as_py()
    assert effect.interval.low <= true <= effect.interval.high
    assert all(one.flag != "red" for one in effect.balance)


@pytest.fixture(scope="module")
def findings(maker, examples, tmp_path_factory):
    """The published findings of one study with all its checks."""
    area = maker.make_area("my-square-mile", tmp_path_factory.mktemp("studies") / "msm")
    return publish(evaluate_study(area, examples / "studies/my-square-mile.toml"))


def test_the_report_of_a_study_has_the_chapter_of_what_was_published(findings):
    assert [c.id for c in chapters(findings)][:2] == ["impact", "published"]


@pytest.mark.parametrize("name", NAMES)
def test_the_report_says_what_is_published_what_is_invented_and_what_would_have_to_be_known(name, findings, examples):
    published = read_study(examples / f"studies/{name}.toml").published
    chapter = published_chapter(findings.model_copy(update={"published": published}))
    words = " ".join(str(part) for part in chapter.parts)
    assert "The records of this report are invented." in words and published.invented in words
    for one in published.figures:
        assert repr(one.words)[1:-1] in words and repr(one.source)[1:-1] in words and value_of(one) in words
    assert published.unknown and all(repr(one.what)[1:-1] in words for one in published.unknown)


def test_an_effect_is_put_in_only_where_one_was_published(made):
    _, study, shape, _ = made
    ids = {one.id: one.value for one in study.published.figures}
    if study.id == "choose-change":
        assert (shape["outcome"]["without"], shape["outcome"]["with"]) == (ids["rearrested_without"], ids["rearrested"])
        assert float(shape["service"]["unit_cost"]) == ids["cost"]
    else:
        assert shape["outcome"]["without"] == shape["outcome"]["with"]


def test_the_same_name_gives_the_same_bytes(maker, tmp_path):
    one, other = (maker.make_area("my-square-mile", tmp_path / n) for n in "ab")
    for table in sorted((one.path / "tables").iterdir()):
        assert table.read_bytes() == (other.path / "tables" / table.name).read_bytes()


def test_sources_are_named_and_no_figure_stands_alone(examples):
    for name in NAMES:
        study = read_study(examples / f"studies/{name}.toml")
        assert len({f.id for f in study.published.figures}) == len(study.published.figures)
        assert all(re.search(r"\d|www|mmuperu", f.source) for f in study.published.figures)

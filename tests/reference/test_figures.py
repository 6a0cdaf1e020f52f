from dataclasses import dataclass

import pytest

from resettle.errors import BadInput
from resettle.reference.figures import Figure, figure, figures_in, list_figures, published, read_figures, topics

EVERY = [f for all_periods in published().values() for f in all_periods]


@pytest.mark.parametrize("one", EVERY, ids=lambda f: f"{f.name} {f.period}")
def test_each_figure_says_what_it_is(one: Figure):
    for said in (one.label, one.unit, one.period, one.place, one.source):
        assert said.strip() and said == said.strip()
    assert one.unit.startswith("£") == (one.price_year is not None)
    if one.price_year:
        assert str(one.price_year) in one.period or one.period in {"2015/16", "2016/17", "2016 cohort"}
    assert one.overridden_by is None


@pytest.mark.parametrize("one", EVERY, ids=lambda f: f"{f.name} {f.period}")
def test_nothing_recalled_ships(one: Figure):
    said = f"{one.label} {one.source} {one.note}".lower()
    assert not any(word in said for word in ("recalled", "unverified", "from memory", "assum", "guess"))


@pytest.mark.parametrize("one", EVERY, ids=lambda f: f"{f.name} {f.period}")
def test_percentages_are_percentages(one: Figure):
    if one.unit.startswith("percent of"):
        assert 0 <= one.value <= 100


@pytest.mark.parametrize("one", EVERY, ids=lambda f: f"{f.name} {f.period}")
def test_a_figure_survives_json(one: Figure):
    assert Figure.from_json(one.to_json()) == one


def test_a_name_is_used_in_one_topic_and_once_a_period():
    homes = [(f.name, title) for title, figures in topics().items() for f in figures]
    assert len({name for name, _ in homes}) == len(set(homes))
    assert len({(f.name, f.period) for f in EVERY}) == len(EVERY)


def test_the_last_period_is_given_unless_another_is_named():
    assert figure("reoffending.all").period == "2023 Q2"
    assert figure("reoffending.all", "2018 Q4").value == 28.1
    assert "29 October 2020" in figure("reoffending.all", "2018 Q4").source
    assert "24 April 2025" in figure("reoffending.all").source


def test_money_of_its_own_time_has_the_price_year_of_its_period():
    assert [f.price_year for f in published()["prison.overall.per_prisoner"]] == [2007, 2016, 2022]
    assert figure("gm.probation_spend", "2024-25").price_year == 2024


def test_an_override_replaces_the_value_and_says_so():
    changed = figure("crime.robbery.total", overrides={"crime.robbery.total": 12000}, overridden_by="gm.toml")
    assert (changed.value, changed.overridden_by, changed.price_year) == (12000, "gm.toml", 2015)
    assert "set by gm.toml" in str(changed)
    assert Figure.from_json(changed.to_json()) == changed
    assert figure("crime.robbery.total").value == 11320


def test_figures_in_gives_each_with_its_overrides():
    found = figures_in(["crime.robbery.total", "crime.rape.total"], {"crime.rape.total": 1}, "a.toml")
    assert [(f.value, f.overridden_by) for f in found] == [(11320, None), (1, "a.toml")]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("crime.robery.total", "'crime.robbery.total'"),
        ("prison.overall.per_prisonner", "'prison.overall.per_prisoner'"),
    ],
)
def test_an_unknown_name_gets_the_closest(word, said):
    with pytest.raises(BadInput, match=f"no such figure.*Did you mean {said}"):
        figure(word)


def test_an_unknown_name_far_from_all_gets_the_topics_not_every_name():
    with pytest.raises(BadInput, match="Known: court, crime, discounting") as raised:
        figure("zzzz")
    assert "crime.robbery" not in str(raised.value)


def test_an_unknown_period_gets_the_closest():
    with pytest.raises(BadInput, match=r"has no such period.*Did you mean '2018 Q4'"):
        figure("reoffending.all", "2018 Q5")


def test_list_by_prefix_takes_whole_parts():
    assert list_figures() == EVERY
    assert {f.name for f in list_figures("crime.homicide")} == {
        "crime.homicide.total", "crime.homicide.police", "crime.homicide.justice", "crime.homicide.prison",
    }  # fmt: skip
    assert list_figures("crime.homicide.") == list_figures("crime.homicide")
    assert [f.period for f in list_figures("reoffending.all")] == ["2018 Q4", "2019 Q3", "2023 Q2"]


def test_a_prefix_that_finds_nothing_gets_the_closest():
    with pytest.raises(BadInput, match=r"Did you mean 'crime\.robbery'"):
        list_figures("crime.robery")


@dataclass(frozen=True)
class Case:
    document: dict
    said: list[tuple[str, str, float, int | None]]


SHARED = {"title": "t", "source": "s", "place": "p", "unit": "£"}


@pytest.mark.parametrize(
    "case",
    [
        Case(
            {"figures": {"a": {"label": "l", "value": 2, "period": "2020/21", "price_year": 2020}}},
            [("s", "2020/21", 2, 2020)],
        ),
        Case(
            {
                "price_year": "of the period",
                "sources": {"2021": "t"},
                "figures": {"a": {"label": "l", "values": {"2020": 1, "2021": 2}}},
            },
            [("s", "2020", 1, 2020), ("t", "2021", 2, 2021)],
        ),
        Case(
            {"sources": {"2021": "t"}, "figures": {"a": {"label": "l", "source": "own", "values": {"2021": 2}}}},
            [("own", "2021", 2, None)],
        ),
    ],
)
def test_reading_a_file_of_figures(case: Case):
    made = read_figures(SHARED | case.document)
    assert [(f.source, f.period, f.value, f.price_year) for f in made] == case.said

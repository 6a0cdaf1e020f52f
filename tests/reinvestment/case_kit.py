"""Small business cases made by hand, and the effects and appraisals that they name."""

import json

from resettle.evidence.effect import Effect, Grade, Group
from resettle.result import Interval

TERMS = """id = "a"
title = "A"
place = "Somewhere"
price_year = 2024
start = 2024-01-01
years = 3
certainty = 0.8
[[worth]]
agency = "police"
label = "work"
sector = "fiscal"
amount = "1000.00"
price_year = 2024
source = "made"
[[worth]]
agency = "economy"
label = "work not lost"
sector = "economic"
per = "reoffender"
amount = "100.00"
price_year = 2024
source = "made"
[[worth]]
agency = "victims"
label = "harm"
sector = "social"
amount = "500.00"
price_year = 2024
source = "made"
[[steps]]
id = "days"
agency = "courts"
label = "court days"
unit = "days"
units_each = 0.1
size = 5
saves = "6000.00"
notice_months = 3
source = "made"
"""

CASE = """id = "case"
title = "A case"
appraisal = "appraisal.toml"
optimism = 0
draws = {draws}
sobol = 0
reoffences_each = 2
{more}
[[programme]]
id = "mentoring"
effect = "mentoring.json"
people_a_month = 100
"""

PAYS = '[[pays]]\nagency = "council"\nlabel = "mentors"\namount = "10000.00"\nprice_year = 2024\nsource = "made"\n'


def effect(estimate=-0.06, se=0.01, name="mentoring", rate=0.36):
    low, high = estimate - 1.959964 * se, estimate + 1.959964 * se
    return Effect(
        id=name, programme=name, outcome="moj-2017 v1", outcome_label="proven reoffending", estimate=estimate, se=se,
        interval=Interval(low=low, high=high, method="made"), p=0.001 if high < 0 else 0.5, n=2000, design="randomised", method="made",
        treated=Group(label=name, n=1000, events=300, rate=rate + estimate),
        comparison=Group(label="none", n=1000, events=360, rate=rate),
        grade=Grade(maryland=5, nesta=3, why="made"), follow_up="12 months", people="Somewhere",
    )  # fmt: skip


def write_case(folder, *, more="", blocks=PAYS, draws=2000, effects=(), terms=TERMS, case=CASE):
    """A case in a folder: its file, its appraisal and its effects; gives the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "appraisal.toml").write_text(terms, "utf-8")
    for one in effects or (effect(),):
        (folder / f"{one.programme}.json").write_text(one.to_json(), "utf-8")
    (folder / "case.toml").write_text(case.format(draws=draws, more=more) + blocks, "utf-8")
    return folder / "case.toml"


def without(path, key):
    """Take one key out of a JSON file."""
    held = json.loads(path.read_text("utf-8"))
    held.pop(key)
    path.write_text(json.dumps(held), "utf-8")

"""A good contract in pieces, and evidence made by hand."""

from __future__ import annotations

import math
from datetime import date

from resettle.commissioning import Contract, OutcomeEvidence, Start, parse_contract
from resettle.evidence.effect import Effect, Grade, Group
from resettle.result import Interval

HEAD = """\
id = "lot-1"
title = "A contract"
price_base_year = 2024
"""
PERIOD = """
[period]
start = 2024-01-01
end = 2024-12-31
"""
PARTIES = """
[[parties]]
id = "gmca"
name = "The authority"
role = "commissioner"

[[parties]]
id = "moj"
name = "The ministry"
role = "co-payer"

[[parties]]
id = "mentors"
name = "The mentors"
role = "provider"
"""
POPULATION = """
[population]
services = ["peer"]
"""
MEASURES = """
[[measures]]
id = "reoffending"
clock = "moj-2017"

[[measures]]
id = "rearrest"
clock = "rearrest-52-weeks"
"""
FEE = """
[[payments]]
id = "fee"
kind = "fee"
amount = "1000.00"
every = "month"
"""
TARIFF = """
[[payments]]
id = "tariff"
kind = "unit_tariff"
[payments.prices]
home = "400.00"
work = { low = "100.00", medium = "200.00", high = "333.33" }
"""
RATE = """
[[payments]]
id = "rate"
kind = "outcome_rate"
measure = "reoffending"
price = "1000.00"
"""
TIERS = """
[[payments]]
id = "tiers"
kind = "outcome_rate"
measure = "reoffending"
dead_zone = "none"
[[payments.tiers]]
from = 1
to = 3
amount = "10.00"
[[payments.tiers]]
from = 3
to = 6.5
amount = "20.00"
[[payments.tiers]]
from = 6.5
amount = "30.00"
"""
SPLIT = """
[split]
payers = { gmca = "0.60", moj = "0.40" }
"""
BASE = HEAD + PERIOD + PARTIES + POPULATION + MEASURES
GOOD = BASE + FEE + TARIFF + RATE + TIERS + '\n[limits]\ncap = "50000.00"\nfloor = "100.00"\n' + SPLIT
END = date(2024, 12, 31)


def contract(*pieces: str) -> Contract:
    """The base with some pieces (payments, limits, split)."""
    return parse_contract(BASE + "".join(pieces))


def rate_with(**keys: str) -> str:
    """An outcome rate with some keys added or replaced, as TOML values."""
    given = {"id": '"rate"', "kind": '"outcome_rate"', "measure": '"reoffending"', "price": '"1000.00"'} | keys
    return "\n[[payments]]\n" + "".join(f"{k} = {v}\n" for k, v in given.items() if v)


def effect(points: float, se: float = 1.0, n: int = 1000, clock: str = "moj-2017", **changes: object) -> Effect:
    """An effect of so many percentage points better (positive is fewer reoffenders), with a standard error in points."""
    estimate, half = -points / 100, 1.959963984540054 * se / 100
    base = Effect(
        id="study",
        programme="mentoring",
        outcome=f"{clock} v1",
        outcome_label="proven reoffending",
        estimate=estimate,
        se=se / 100,
        interval=Interval(low=estimate - half, high=estimate + half, method="Wald"),
        p=math.erfc(abs(points / se) / math.sqrt(2)),
        treated=Group(label="with", n=n, events=round(n * 0.4), rate=0.4),
        comparison=Group(label="without", n=n, events=round(n * (0.4 - estimate)), rate=0.4 - estimate),
        n=2 * n,
        design="randomised",
        method="difference",
        grade=Grade(maryland=5, nesta=3, why="by lot"),
        follow_up="12 months",
        people="nobody",
    )
    return base.model_copy(update=changes)


def outcome(number: int, person: str = "", code: str = "home", **changes: object) -> OutcomeEvidence:
    """One verified outcome."""
    given = {
        "evidence_id": f"o{number}",
        "person": person or f"p{number}",
        "lot": "lot-1",
        "outcome": code,
        "observed_on": date(2024, 3, 1),
        "verification": "document",
        "verified_on": max(date(2024, 3, 15), changes.get("observed_on", date(2024, 3, 1))),
    }
    return OutcomeEvidence(**(given | changes))


def start(number: int, day: date = date(2024, 1, 10), service: str = "peer") -> Start:
    """One start."""
    return Start(participation=f"s{number}", person=f"p{number}", service=service, started_on=day)

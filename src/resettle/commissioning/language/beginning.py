"""`begin_contract`: the text of a new contract, with a comment at each choice, from a few answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.fields import read_money
from resettle.errors import bad, did_you_mean

ID = "abcdefghijklmnopqrstuvwxyz0123456789-"


@dataclass(frozen=True)
class Answers:
    """What is asked: who, whom, when, and how it pays."""

    title: str
    commissioner: str
    provider: str
    service: str
    start: date
    end: date
    people: int
    pays: tuple[str, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """An identifier made from the title."""
        words = "".join(c if c in ID else "-" for c in self.title.lower())
        return "-".join(part for part in words.split("-") if part)[:60] or "contract"


FEE = """
# A fee carries wages through the months before results are known. `volume` would make it follow the number of people.
[[payments]]
id = "service"
kind = "fee"
label = "The service"
amount = "{amount}"          # for each month delivered
every = "month"
"""
TARIFF = """
# A price for each outcome of one person. Who verifies must not be who is paid.
[[payments]]
id = "outcomes"
kind = "unit_tariff"
label = "Homes kept"
verification = ["document", "registry"]
once_per_person = true
ladders = [["home_found", "home_kept_3_months"]]   # the second is paid only after the first
[payments.prices]
home_found = "{half}"
home_kept_3_months = "{amount}"
"""
RATE = """
# The whole cohort against a comparison. With dead_zone = "interval" a result pays only if it is shown not to be chance.
[[payments]]
id = "reoffending"
kind = "outcome_rate"
label = "Less reoffending"
measure = "reoffending"
price = "{amount}"          # for each person kept from reoffending
per = "person"
dead_zone = "interval"
"""
BANDS = """
# A fixed price for each year, by how many people come. The end of the last band is the volume cap.
[[payments]]
id = "volume"
kind = "volume_bands"
label = "The service, by volume"
every = "year"
bands = [
  {{ from = 0, to = {few}, amount = "{amount}" }},
  {{ from = {more}, to = {many}, amount = "{double}" }},
]
"""
GRANT = """
# A grant is paid on agreed days, whatever the result.
[[payments]]
id = "grant"
kind = "grant"
label = "Grant"
instalments = [{{ on = {start}, amount = "{amount}" }}]
"""
BUDGET = """
# What people spend on their own goals, each within an amount of their own.
[[payments]]
id = "budgets"
kind = "personal_budget"
label = "Personal budgets"
amounts = {{ any = "{amount}" }}   # or by complexity band: low, medium, high
"""
KINDS: dict[str, tuple[str, str, str]] = {
    "fee": ("a fee for each month", "20000.00", FEE),
    "tariff": ("a price for each verified outcome of one person", "1000.00", TARIFF),
    "rate": ("a price for each person kept from reoffending", "2000.00", RATE),
    "volume": ("a fixed price a year, by band of volume", "200000.00", BANDS),
    "grant": ("a grant", "50000.00", GRANT),
    "budget": ("personal budgets", "500.00", BUDGET),
}
"""How a contract can pay: in words, the amount to begin with, and the text."""

MEASURES = """
# What the payment depends on: measured by somebody else, under a clock that says what counts and for how long.
[[measures]]
id = "reoffending"
kind = "binary"
clock = "moj-2017"
label = "proven reoffending within a year"
baseline_rate = 0.40      # your best guess: `resettle contract check` says from it how often chance would pay
"""


def begin_contract(answers: Answers) -> str:
    """The text of a contract file. A way to pay that there is not, and a period that ends before it starts, are a `BadInput`."""
    for kind in answers.pays:
        if kind not in KINDS:
            raise bad("no such way to pay", value=kind, do=did_you_mean(kind, KINDS))
    if answers.end < answers.start:
        raise bad(
            "the contract ends before it starts", value=answers.end, do=f"Choose a day on or after {answers.start}."
        )
    parts = [head(answers), *(MEASURES for _ in [0] if "rate" in answers.pays)]
    parts += [KINDS[kind][2].format(**values(answers, kind)) for kind in answers.pays]
    return "".join([*parts, TAIL])


def values(answers: Answers, kind: str) -> dict[str, object]:
    """What stands in the text of one payment."""
    amount = answers.amounts.get(kind, Decimal(KINDS[kind][1]))
    people = max(answers.people, 2)
    return {
        "amount": amount,
        "half": read_money(str((amount / 2).quantize(Decimal("0.01")))),
        "double": amount * 2,
        "few": people // 2,
        "more": people // 2 + 1,
        "many": people * 2,
        "start": answers.start,
    }


def quoted(text: str) -> str:
    """Text as TOML writes it."""
    import json

    return json.dumps(text, ensure_ascii=False)


def head(answers: Answers) -> str:
    """The beginning: who, when and whom."""
    sizes = f"size = {answers.people}          # people expected; `check` needs it to say what chance would do\n"
    return f"""# {answers.title}. Check it with `resettle contract check`; every key is in docs/reference/contract.md.
id = "{answers.id}"
title = {quoted(answers.title)}
currency = "GBP"
price_base_year = {answers.start.year}

[period]
start = {answers.start}
end = {answers.end}

[[parties]]
id = "commissioner"
name = {quoted(answers.commissioner)}
role = "commissioner"

[[parties]]
id = "provider"
name = {quoted(answers.provider)}
role = "provider"

[population]
services = [{quoted(answers.service)}]   # by service_id of your area
{sizes}comparison_size = {answers.people}   # leave it out where you compare with a fixed baseline
"""


TAIL = """
# Limits are optional: [limits] cap, floor, cap_year, cap_payment. So are [timing], [split], [[service_levels]], [capital],
# [evidence], [termination] and [[variations]].
"""

Ask = Callable[[str, str], str]


def asked(ask: Ask, given: dict[str, str | None]) -> Answers:
    """The answers: as given, or else asked for, with something to begin with. What cannot be read is a `BadInput`."""

    def answer(key: str, question: str, default: str) -> str:
        value = given.get(key)
        return value if value is not None else ask(question, default)

    title = answer("title", "What do people call it?", "Mentoring through the gate")
    pays = tuple(
        word.strip()
        for word in answer("pays", f"How does it pay? One or more of {', '.join(KINDS)}", "fee, tariff").split(",")
        if word.strip()
    )
    return Answers(
        title=title,
        commissioner=answer("commissioner", "Who pays?", "The commissioner"),
        provider=answer("provider", "Who provides?", "The provider"),
        service=answer("service", "Which service of your area (service_id)?", "mentoring"),
        start=day_of(answer("start", "First day (YYYY-MM-DD)?", f"{date.today().year + 1}-04-01"), "start"),
        end=day_of(answer("end", "Last day (YYYY-MM-DD)?", f"{date.today().year + 4}-03-31"), "end"),
        people=number_of(answer("people", "How many people are expected?", "400")),
        pays=pays,
    )


def day_of(text: str, key: str) -> date:
    """A date that a user wrote."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise bad("not a date", column=key, value=text, do="Write it as 2026-04-01.") from None


def number_of(text: str) -> int:
    """A number of people that a user wrote."""
    try:
        number = int(text.strip().replace(",", ""))
    except ValueError:
        number = 0
    if not 1 <= number <= 10_000_000:
        raise bad("not a number of people", column="people", value=text, do="Write a whole number, as in 400.")
    return number

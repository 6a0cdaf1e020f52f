"""The kinds of value that a contract is written in: money, percentage points, shares, dead zones, identifiers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from resettle.errors import BadInput
from resettle.money import MOST, pounds

Zone = Literal["none", "interval"]


def refuse(rule: str, do: str) -> PydanticCustomError:
    """A fault that `read_document` tells with its line; braces are not placeholders."""
    return PydanticCustomError("contract", "{rule}", {"rule": rule, "do": do})


def read_money(value: Any) -> Decimal:
    """An amount of money: whole number, or text such as "12500.00"; not negative, at most two decimals."""
    if isinstance(value, bool | dict | list):
        raise refuse("not an amount of money", "Write pounds and pence, as in 1234.50.")
    try:
        amount = pounds(value)
    except BadInput as error:
        fault = error.problems[0]
        raise refuse(fault.rule, fault.do or "Correct the value.") from None
    if amount < 0:
        raise refuse("money is negative", "Write an amount of zero or more.")
    return amount


def read_number(value: Any) -> Decimal:
    """A decimal number as the user wrote it: whole number, decimal number or text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise refuse("not a number", "Write a number, as in 2.5.")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation:
        raise refuse("not a number", "Write a number, as in 2.5.") from None
    if not number.is_finite() or abs(number) > MOST:
        raise refuse("not a usable number", "Write a finite number of a size that is used.")
    return number


def read_whole(value: Any) -> Any:
    """Anything but yes and no, which would count as 1 and 0."""
    if isinstance(value, bool):
        raise refuse("not a whole number", "Write it in digits.")
    return value


def read_words(value: str) -> str:
    """Words that a reader can see."""
    if not value.strip():
        raise refuse("blank", "Write it in words.")
    return value


def read_amount(value: Any) -> Decimal:
    """A number of zero or more."""
    number = read_number(value)
    if number < 0:
        raise refuse("a negative number", "Write a number of zero or more.")
    return number


def read_points(value: Any) -> Decimal:
    """Percentage points, from 0 to 100."""
    number = read_number(value)
    if not 0 <= number <= 100:
        raise refuse("not between 0 and 100 percentage points", "Write 5 for five percentage points.")
    return number


def read_share(value: Any) -> Decimal:
    """A share of a payment, from 0 to 1."""
    number = read_number(value)
    if not 0 <= number <= 1:
        raise refuse("not a share between 0 and 1", 'Write "0.60" for 60%.')
    return number


def read_zone(value: Any) -> Any:
    """A dead zone: "none", "interval", or a number of percentage points."""
    if value in ("none", "interval"):
        return value
    try:
        return read_points(value)
    except PydanticCustomError:
        raise refuse("not a dead zone", 'Write "none", "interval", or a number of percentage points.') from None


def read_prices(value: Any) -> Any:
    """One price for all complexity bands becomes a table with the key `any`."""
    return value if isinstance(value, dict) else {"any": value}


NUMBER = {"anyOf": [{"type": "number"}, {"type": "string"}]}
"""How a schema describes numbers: as such, as text, or as a formula (text that begins with `=`)."""


def shape(words: str) -> WithJsonSchema:
    """The JSON Schema of a number, with what it is."""
    return WithJsonSchema({**NUMBER, "title": words})


Money = Annotated[Decimal, BeforeValidator(read_money), shape("money")]
Points = Annotated[Decimal, BeforeValidator(read_points), shape("percentage points")]
Percent = Annotated[Decimal, BeforeValidator(read_points), shape("percent")]
Share = Annotated[Decimal, BeforeValidator(read_share), shape("share from 0 to 1")]
Number = Annotated[Decimal, BeforeValidator(read_number), shape("number")]
Whole = Annotated[int, BeforeValidator(read_whole)]
Words = Annotated[str, AfterValidator(read_words)]
Amount = Annotated[Decimal, BeforeValidator(read_amount), shape("number of zero or more")]
DeadZone = Annotated[Zone | Decimal, BeforeValidator(read_zone), shape("`none`, `interval` or percentage points")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=80)]
Band = Literal["any", "low", "medium", "high"]
Prices = Annotated[
    dict[Band, Money],
    BeforeValidator(read_prices),
    WithJsonSchema(
        {
            "title": "price, or table from band to price",
            "anyOf": [
                *NUMBER["anyOf"],
                {
                    "type": "object",
                    "properties": dict.fromkeys(get_args(Band), NUMBER),
                    "additionalProperties": False,
                },
            ],
        }
    ),
]
Verification = Literal["self", "worker", "document", "registry"]

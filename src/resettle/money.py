"""Money is exact: `Decimal`, to the penny, and never made from a binary float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from resettle.errors import bad

PENNY = Decimal("0.01")
MOST = Decimal("1e13")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
SIGNS = {"GBP": "£", "USD": "$", "EUR": "€"}


def pounds(value: object, *, file: object = None, column: str | None = None, row: int | None = None) -> Decimal:
    """Read an amount of money that a user wrote: text, whole number or `Decimal`.

    Accepts `1234.5`, `"1,234.50"` and `"£1,234.50"`. Refuses floats that are not whole pence, more than two decimals,
    NaN, infinity, and amounts beyond ten million million, with a `BadInput` that says where.
    """
    where = {"file": file, "column": column, "row": row, "value": value}
    text = repr(value) if isinstance(value, float) else str(value).strip().removeprefix("£")
    if "," in text:
        if not THOUSANDS.fullmatch(text):
            raise bad("a comma that separates no thousands", do="Write pounds and pence, as in 1,234.50.", **where)  # type: ignore[arg-type]
        text = text.replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise bad("not an amount of money", do="Write pounds and pence, as in 1234.50.", **where) from None  # type: ignore[arg-type]
    if not amount.is_finite() or abs(amount) > MOST:
        raise bad("not a usable amount of money", do="Write a finite number of pounds.", **where)  # type: ignore[arg-type]
    if amount != amount.quantize(PENNY):
        raise bad("money has more than two decimals", do="Round it to whole pence.", **where)  # type: ignore[arg-type]
    return amount.quantize(PENNY)


def to_pence(amount: Decimal) -> Decimal:
    """Round an exact amount to whole pence, halves away from zero (as invoices do)."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def exact(number: float | int | Decimal) -> Decimal:
    """The decimal number a float prints as (`0.1`, not `0.1000000000000000055...`): for rates that meet money."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def split(amount: Decimal, weights: Sequence[float | int | Decimal]) -> list[Decimal]:
    """Divide `amount` in proportion to `weights`, in whole pence that add up exactly, by largest remainder.

    Ties go to the earlier share. Weights must be finite, none negative, and not all zero (`ValueError`).
    """
    shares = [exact(w) for w in weights]
    if not shares or any(not s.is_finite() or s < 0 for s in shares) or sum(shares) == 0:
        raise ValueError("weights must be finite, none negative, and not all zero")
    pence = int((to_pence(amount) / PENNY).to_integral_value())
    sign, pence = (-1, -pence) if pence < 0 else (1, pence)
    total = sum(shares, Decimal(0))
    ideal = [Decimal(pence) * s / total for s in shares]
    whole = [int(i) for i in ideal]
    left = pence - sum(whole)
    order = sorted(range(len(shares)), key=lambda i: (whole[i] - ideal[i], i))
    for i in order[:left]:
        whole[i] += 1
    return [Decimal(sign * w) * PENNY for w in whole]


def show(amount: Decimal, currency: str = "GBP", *, pence: bool = True) -> str:
    """The amount as a reader sees it: `£1,234.50`, `-£3.00`; without pence, to the nearest pound."""
    rounded = to_pence(amount) if pence else amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    mark = SIGNS.get(currency, f"{currency} ")
    return f"{sign}{mark}{abs(rounded):,}"

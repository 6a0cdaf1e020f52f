"""Formulas of named parameters: a small language of its own, read by a hand-written parser. No code runs from a contract.

    formula := term (("+" | "-") term)*      term := factor (("*" | "/") factor)*
    factor  := number | name | "-" factor | "(" formula ")" | function "(" formula ("," formula)* ")"

Functions: `min`, `max`, `round(x, places)` (halves up), `floor`, `ceil`. Numbers are exact decimals of 28 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from resettle.errors import did_you_mean

LONGEST, DEEPEST, LARGEST = 500, 20, Decimal("1e15")
TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+*/(),]))")


class Formulaless(ValueError):
    """A formula that cannot be worked out: what is wrong, and what to do."""

    def __init__(self, rule: str, do: str = "Correct the formula.") -> None:
        super().__init__(rule)
        self.rule, self.do = rule, do


def rounded(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """`number` to so many decimal places (0 to 9), halves up."""
    if places != places.to_integral_value() or not 0 <= places <= 9:
        raise Formulaless("round takes 0 to 9 decimal places")
    return number.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)


FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int, int]] = {
    "min": (min, 1, 20),
    "max": (max, 1, 20),
    "round": (rounded, 1, 2),
    "floor": (lambda x: x.to_integral_value(ROUND_FLOOR), 1, 1),
    "ceil": (lambda x: x.to_integral_value(ROUND_CEILING), 1, 1),
}


@dataclass
class Reader:
    """The words of one formula, read from left to right; `value_of` gives the value of a name."""

    words: list[str]
    value_of: Callable[[str], Decimal]
    place: int = 0
    depth: int = 0

    @property
    def next(self) -> str:
        """The word that comes, or nothing at the end."""
        return self.words[self.place] if self.place < len(self.words) else ""

    def take(self, wanted: str = "") -> str:
        """The next word, which must be `wanted` where one is."""
        word = self.next
        if not word or (wanted and word != wanted):
            raise Formulaless(f"expected {wanted or 'a number or a name'}, found {word or 'the end'}")
        self.place += 1
        return word

    def formula(self) -> Decimal:
        """A sum."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Formulaless(f"nested more than {DEEPEST} deep", "Use more parameters, each with a shorter formula.")
        value = self.term()
        while self.next in ("+", "-"):
            value = value + self.term() if self.take() == "+" else value - self.term()
        self.depth -= 1
        return value

    def term(self) -> Decimal:
        """A product."""
        value = self.factor()
        while self.next in ("*", "/"):
            value = value * self.factor() if self.take() == "*" else value / self.factor()
        return value

    def factor(self) -> Decimal:
        """A number, a name, a function of formulas, or a formula in brackets, each with any minus signs before it."""
        sign = 1
        while self.next == "-":
            self.take()
            sign = -sign
        word = self.take()
        if word == "(":
            value = self.formula()
            self.take(")")
        elif word[0].isdigit() or word[0] == ".":
            value = Decimal(word)
        elif self.next == "(":
            value = self.called(word)
        elif word[0].isalpha() or word[0] == "_":
            value = self.value_of(word)
        else:
            raise Formulaless(f"expected a number or a name, found {word}")
        return sign * value

    def called(self, name: str) -> Decimal:
        """A function with its arguments."""
        if name not in FUNCTIONS:
            raise Formulaless(f"no such function: {name}", did_you_mean(name, FUNCTIONS))
        function, least, most = FUNCTIONS[name]
        self.take("(")
        given = [self.formula()]
        while self.next == ",":
            self.take()
            given.append(self.formula())
        self.take(")")
        if not least <= len(given) <= most:
            raise Formulaless(f"{name} takes {least} to {most} numbers, not {len(given)}")
        return function(*given)


def words_of(text: str) -> Iterator[str]:
    """The numbers, names and signs of a formula."""
    place, text = 0, text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found:
            raise Formulaless(
                f"a formula has no {text[place:].strip()[:1]!r}", "Use + - * / ( ) min max round floor ceil and names."
            )
        yield found.group().strip()
        place = found.end()


def worked_out(text: str, value_of: Callable[[str], Decimal]) -> Decimal:
    """The value of a formula (without its `=`); `Formulaless` where it has none."""
    if len(text) > LONGEST:
        raise Formulaless(f"longer than {LONGEST} characters", "Use more parameters, each with a shorter formula.")
    try:
        with localcontext(Context(prec=28)):
            reader = Reader(list(words_of(text)), value_of)
            value = reader.formula()
            if reader.next:
                raise Formulaless(f"nothing may follow here: {reader.next}")
    except DecimalException:
        raise Formulaless("divides by zero, or leaves the range of numbers") from None
    if not value.is_finite() or abs(value) > LARGEST:
        raise Formulaless("the result is not a usable number")
    return value


def parameter_values(given: Mapping[str, object]) -> Callable[[str], Decimal]:
    """The value of each parameter by name; formulas are worked out when asked for. A cycle is a `Formulaless`."""
    done: dict[str, Decimal] = {}
    underway: list[str] = []

    def value_of(name: str) -> Decimal:
        if name in done:
            return done[name]
        if name not in given:
            raise Formulaless(
                f"no such parameter: {name}", did_you_mean(name, given) if given else "Add it under `[parameters]`."
            )
        if name in underway:
            raise Formulaless(
                f"a cycle of formulas: {' -> '.join([*underway[underway.index(name) :], name])}",
                "Give one of them a number.",
            )
        if len(underway) >= DEEPEST:
            raise Formulaless(f"a chain of more than {DEEPEST} parameters", "Shorten it.")
        underway.append(name)
        done[name] = plain_value(given[name], value_of)
        underway.pop()
        return done[name]

    return value_of


def is_formula(value: object) -> bool:
    """Whether a value in a contract is a formula: text that begins with `=`."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def plain_value(value: object, value_of: Callable[[str], Decimal]) -> Decimal:
    """A parameter as a number: as written, or worked out."""
    if is_formula(value):
        return worked_out(str(value).strip()[1:], value_of)
    try:
        if isinstance(value, bool):
            raise DecimalException
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except DecimalException:
        raise Formulaless(
            "a parameter that is not a number", "Write a number, or a formula that begins with =."
        ) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise Formulaless("not a usable number", "Write a finite number.")
    return number

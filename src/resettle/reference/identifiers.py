"""Numbers that police, courts, prisons and probation know a person by: read, checked and written in one form each.

Rules: HMPPS person-record (PNCIdentifier, CROIdentifier) and community-support (PersonIdentifierValidator), MIT licensed
and public. The check letter finds any one wrong digit; it does not say whose number it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from resettle.errors import BadInput, bad

Kind = Literal["pnc", "cro", "crn", "prison_number"]

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
NAMES: dict[Kind, str] = {
    "pnc": "Police National Computer (PNC) identifier",
    "cro": "Criminal Records Office (CRO) number",
    "crn": "case reference number (CRN) of probation",
    "prison_number": "prison number",
}
SHAPES: dict[Kind, str] = {
    "pnc": "a year of 2 or 4 digits, up to 7 digits and a letter, as in 1979/0163001B",
    "cro": "up to 6 digits, a year of 2 digits and a letter, as in 065656/91H, or SF83/50058Z",
    "crn": "a letter and 6 digits, as in X123456",
    "prison_number": "a letter, 4 digits and 2 letters, as in A1234BC",
}

PNC = re.compile(r"(?:(\d{2}|\d{4})/(\d{1,7})|(\d{4})(\d{7})|(\d{2})(\d{1,7}))([A-Z])", re.ASCII)
CRO = re.compile(r"(\d{1,6})/?(\d{2})([A-Z])", re.ASCII)
CRO_SF = re.compile(r"SF(\d{2})/?(\d{1,6})([A-Z])", re.ASCII)
CRN = re.compile(r"[A-Z]\d{6}", re.ASCII)
PRISON_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{2}", re.ASCII)


def check_letter(digits: str) -> str:
    """The letter that follows these digits (the year's last two, then the serial): the number modulo 23.

    I, O and S are never used; 0 is Z.
    """
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]


def pnc(text: str, on: date) -> str:
    """A PNC identifier as it is stored, `YYYY/NNNNNNND`.

    The year may be written with 2 or 4 digits, the slash left out and the serial not padded. Years of two digits up to that
    of `on` (the day of reading) are of this century. Another shape or a wrong letter is a `BadInput`.
    """
    found = PNC.fullmatch(tidy(text))
    if not found:
        raise misshapen("pnc", text)
    year = found[1] or found[3] or found[5]
    serial = (found[2] or found[4] or found[6]).zfill(7)
    checked("pnc", text, year[-2:] + serial, found[7])
    if len(year) == 2:
        year = f"{20 if int(year) <= on.year % 100 else 19}{year}"
    return f"{year}/{serial}{found[7]}"


def cro(text: str) -> str:
    """A CRO number as it is stored: `NNNNNN/YYD`, or `SFYY/NND` for an SF number, whose serial is not padded.

    Another shape or a wrong letter is a `BadInput`.
    """
    tidied = tidy(text)
    if found := CRO_SF.fullmatch(tidied):
        year, serial, letter = found.groups()
        checked("cro", text, year + serial, letter)
        return f"SF{year}/{serial}{letter}"
    if not (found := CRO.fullmatch(tidied)):
        raise misshapen("cro", text)
    serial, year, letter = found[1].zfill(6), found[2], found[3]
    checked("cro", text, year + serial, letter)
    return f"{serial}/{year}{letter}"


def crn(text: str) -> str:
    """A CRN as it is stored: a letter and six digits. Another shape is a `BadInput`."""
    return shaped("crn", CRN, text)


def prison_number(text: str) -> str:
    """A prison (NOMS) number as it is stored, `A1234BC`: allocated once, kept for life. Another shape is a `BadInput`."""
    return shaped("prison_number", PRISON_NUMBER, text)


def identifier(kind: Kind, text: str, on: date) -> str:
    """An identifier of any kind as it is stored; `on` is the day of reading. A wrong one is a `BadInput`."""
    readers: dict[Kind, Callable[[], str]] = {
        "pnc": lambda: pnc(text, on),
        "cro": lambda: cro(text),
        "crn": lambda: crn(text),
        "prison_number": lambda: prison_number(text),
    }
    return readers[kind]()


def is_identifier(kind: Kind, text: str, on: date) -> bool:
    """Whether a text can be read as an identifier of this kind."""
    try:
        identifier(kind, text, on)
    except BadInput:
        return False
    return True


def invented(kind: Kind, number: int) -> str:
    """An identifier for a synthetic person, valid in form and from a range kept for invention; `number` from 0 to 99,999.

    CRNs start X9, prison numbers Z9; PNC and CRO numbers are of 1901, before either record began.
    """
    if not 0 <= number <= 99_999:
        raise bad("synthetic identifiers are numbered from 0 to 99,999", value=number)
    if kind == "crn":
        return f"X9{number:05}"
    if kind == "prison_number":
        block, rest = divmod(number, 1000)
        return f"Z9{rest:03}{chr(65 + block // 26)}{chr(65 + block % 26)}"
    if kind == "pnc":
        return f"1901/{number:07}{check_letter(f'01{number:07}')}"
    return f"{number:06}/01{check_letter(f'01{number:06}')}"


def tidy(text: str) -> str:
    """Capital letters, without the spaces that people and forms put in."""
    return "".join(text.split()).upper()


def shaped(kind: Kind, pattern: re.Pattern[str], text: str) -> str:
    """A text that must match a pattern, tidied."""
    if not pattern.fullmatch(tidied := tidy(text)):
        raise misshapen(kind, text)
    return tidied


def misshapen(kind: Kind, text: str) -> BadInput:
    """The problem of a text that has not the shape of its kind."""
    return bad(f"not a {NAMES[kind]}", column=kind, value=text, do=f"Write {SHAPES[kind]}.")


def checked(kind: Kind, text: str, digits: str, letter: str) -> None:
    """Refuse a number whose letter is not the one that its digits give."""
    if check_letter(digits) != letter:
        raise bad(
            f"the last letter does not fit the digits of this {NAMES[kind]}",
            column=kind,
            value=text,
            do="Copy it again from the record: a digit or the letter is wrong.",
        )

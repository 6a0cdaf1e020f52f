from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reference import identifiers as ids

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    "stored", ["1979/0163001B", "2000/0000223R", "2002/0073319Z", "2003/0000003Y", "1981/0000034U", "1967/9893091D"]
)
def test_published_pnc_numbers_are_read(stored):
    assert ids.pnc(stored, ON) == stored
    assert ids.pnc(stored.replace("/", ""), ON) == stored
    assert ids.pnc(stored[2:], ON) == stored
    assert ids.pnc(f" {stored[2:4]}/{stored[5:12].lstrip('0')}{stored[-1].lower()} ", ON) == stored


def test_a_short_pnc_number_is_padded():
    assert ids.pnc("79163001B", ON) == "1979/0163001B"


@pytest.mark.parametrize("wrong", ["2001/0171310S", "2003/0011985Z", "2012/0052494O", "2023/0583843N"])
def test_published_wrong_pnc_numbers_are_refused(wrong):
    with pytest.raises(BadInput, match="last letter does not fit"):
        ids.pnc(wrong, ON)


def test_the_right_letter_of_a_published_wrong_number():
    assert ids.pnc("2001/0171310W", ON) == "2001/0171310W"


def test_two_digit_years_turn_on_the_day_of_reading():
    letter = ids.check_letter("260000001")
    assert ids.pnc(f"26/1{letter}", date(2026, 1, 1)) == f"2026/0000001{letter}"
    assert ids.pnc(f"26/1{letter}", date(2025, 12, 31)) == f"1926/0000001{letter}"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("65656/91H", "065656/91H"),
        ("6565691h", "065656/91H"),
        ("SF05/482703J", "SF05/482703J"),
        ("sf8350058z", "SF83/50058Z"),
    ],
)
def test_published_cro_numbers_are_read(text, stored):
    assert ids.cro(text) == stored


def test_a_published_wrong_cro_number_is_refused():
    with pytest.raises(BadInput, match="last letter"):
        ids.cro("85227/65G")


def test_the_serial_of_an_sf_number_is_not_padded():
    assert ids.is_identifier("cro", "SF83/50058Z", ON)
    assert not ids.is_identifier("cro", "SF83/050058Z", ON)


@pytest.mark.parametrize("kind", ["pnc", "cro", "crn", "prison_number"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "A",
        "١٢٣٤٥٦٧",
        "1979/01630010B",
        "X12345",
        "X1234567",
        "A12345BC",
        "A123BC",
        "9/1Z",
        "A1234BC\x00",
        "—",
        "x" * 9999,
    ],
)
def test_other_shapes_are_refused_with_the_shape_to_write(kind, text):
    with pytest.raises(BadInput) as refused:
        ids.identifier(kind, text, ON)
    assert ids.SHAPES[kind] in str(refused.value)
    assert len(str(refused.value)) < 400


def test_crn_and_prison_number():
    assert ids.crn(" x320 741") == "X320741"
    assert ids.prison_number("a0001aa") == "A0001AA"


@given(st.integers(0, 99), st.integers(0, 9_999_999), st.data())
def test_one_wrong_digit_of_a_pnc_number_is_always_found(year, serial, data):
    """23 is prime, and no digit's place is worth a multiple of it: any single changed digit changes the letter."""
    digits = f"{year:02}{serial:07}"
    at = data.draw(st.integers(0, 8))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[at]]))
    changed = digits[:at] + other + digits[at + 1 :]
    letter = ids.check_letter(digits)
    assert ids.is_identifier("pnc", f"{digits[:2]}/{digits[2:]}{letter}", ON)
    assert not ids.is_identifier("pnc", f"{changed[:2]}/{changed[2:]}{letter}", ON)


@given(st.text(max_size=16))
def test_any_text_is_read_to_a_stable_form_or_refused(text):
    for kind in ids.NAMES:
        if ids.is_identifier(kind, text, ON):
            stored = ids.identifier(kind, text, ON)
            assert ids.identifier(kind, stored, ON) == stored


@pytest.mark.parametrize("kind", ["pnc", "cro", "crn", "prison_number"])
def test_invented_identifiers_are_valid_and_differ(kind):
    some = [ids.invented(kind, n) for n in (*range(3000), 99_999)]
    assert len(set(some)) == len(some)
    assert all(ids.identifier(kind, one, ON) == one for one in some)
    with pytest.raises(BadInput):
        ids.invented(kind, 100_000)

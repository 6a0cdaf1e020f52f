"""Coded extracts from CSV: what is read, what is refused and where; and the themes they make."""

import pytest

from resettle.errors import BadInput
from resettle.evidence.voices import Voices, find_themes, read_extracts

HEADER = "extract_id,source,person_id,role,circle,code,coder,text,consent,date\n"
GOOD = (
    HEADER + 'x1,interview 1,p1,mentee,micro,Trust,ann,"I trust her, now",yes,2024-05-01\n'
    'x1,interview 1,p1,mentee,micro,Trust > At the gate,ben,"I trust her, now",yes,2024-05-01\n'
    "x2,interview 2,p2,mentor,meso,Fee,ann,The fee came late,no,\n"
    "x3,interview 3,p3,mentee,micro,Trust,ann,She came back,yes,\n"
)


@pytest.fixture
def write(tmp_path):
    def made(text):
        path = tmp_path / "voices.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return made


def test_extracts_are_read(write):
    voices = read_extracts(write("\ufeff" + GOOD))
    first = voices.extracts[0]
    assert (first.id, first.person, first.circle, first.text, first.consent) == (
        "x1",
        "p1",
        "micro",
        "I trust her, now",
        True,
    )
    assert first.said_on.isoformat() == "2024-05-01"
    assert voices.sentence == "3 pieces of text from 3 sources, coded by 2 with 3 codes; 2 may be quoted."
    assert Voices.from_json(voices.to_json()) == voices


def test_rows_do_not_show_the_text(write):
    assert all("text" not in row for row in read_extracts(write(GOOD)).rows())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("circle", "cirkle"), "row 1, cirkle: unknown column.*'circle'"),
        (GOOD.replace(",consent", "").replace(",yes", "").replace(",no,", ","), "row 1, consent: missing column"),
        (GOOD.replace("role,circle", "role,role"), "row 1, role: column twice"),
        (GOOD.replace("meso", "middle"), "row 4, circle: no such circle"),
        (GOOD.replace(",no,", ",perhaps,"), "row 4, consent: neither yes nor no"),
        (GOOD.replace("2024-05-01", "01/05/2024"), "row 2, date: not a date"),
        (GOOD.replace("x3,", ","), "row 5, extract_id: must be filled"),
        (GOOD.replace('"I trust her, now"', "I trust her, now", 1), "row 2.*another number of cells"),
        (GOOD.replace("x2,interview 2", "x1,interview 1"), "extract_id: the rows of one extract differ in"),
        (GOOD + 'x4,"unclosed\n', "not valid CSV"),
        (HEADER, "no extracts"),
        ("", "missing column"),
        (GOOD.encode().replace(b"late", b"l\xe4te"), "row 4: not UTF-8"),
    ],
)
def test_faults_are_told_with_their_row(write, text, message):
    with pytest.raises(BadInput, match=message):
        read_extracts(write(text))


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_extracts(tmp_path)
    with pytest.raises(BadInput, match="no such file"):
        read_extracts(tmp_path / "none.csv")


def test_themes_by_circle_count_people_not_mentions(write):
    themes = find_themes(read_extracts(write(GOOD)))
    assert [(t.circle, t.code, t.people, t.of, t.pieces) for t in themes.themes] == [
        ("micro", "Trust", 2, 3, 2),
        ("micro", "Trust > At the gate", 1, 3, 1),
        ("meso", "Fee", 1, 3, 1),
    ]
    assert themes.theme("Trust").roles == {"mentee": 2}
    assert themes.theme("Trust").coders == 2
    assert themes.sentence == (
        "3 themes from 3 people. Most widespread in each circle: micro: Trust (2 of 3); meso: Fee (1 of 3)."
    )
    with pytest.raises(BadInput, match=r"no such theme.*'Trust'"):
        themes.theme("Trusst")


def test_codes_can_be_placed_in_circles(write):
    themes = find_themes(read_extracts(write(GOOD)), {"Trust": "meso", "Trust > At the gate": "macro"})
    assert [(t.code, t.circle) for t in themes.themes] == [
        ("Trust", "meso"),
        ("Fee", "meso"),
        ("Trust > At the gate", "macro"),
    ]


def test_sources_are_counted_where_people_are_not_known(write):
    assert find_themes(read_extracts(write(GOOD.replace("p2", "")))).counted == "sources"

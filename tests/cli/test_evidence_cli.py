"""`resettle process | theory | voices | economics`, as their users meet them: what they print, write, and refuse."""

import csv
import io
import json
import zipfile

import pytest
from test_cli import resettle

VOICES = """extract_id,source,person_id,role,circle,code,coder,text,consent,date
x1,interview 1,p1,mentee,micro,Trust,ann,she was there when I came out,yes,2024-05-01
x1,interview 1,p1,mentee,micro,Trust,ben,she was there when I came out,yes,2024-05-01
x2,interview 2,p2,mentee,micro,Trust,ann,then Danny rang me every week,yes,
x2,interview 2,p2,mentee,micro,Hope,ben,then Danny rang me every week,yes,
x3,interview 3,p3,mentor,meso,Fee,ann,=the fee came late again,no,
"""
NS = "urn:QDA-XML:project:1.0"
ECONOMICS = """id = "peer"
title = "Is it worth it?"
perspective = "public sector"
effect_unit = "people kept from reoffending"
thresholds = [10000, 20000]
price = 700
[cost]
estimate = 700
standard_error = 60
source = "invented"
[effect]
estimate = 0.05
standard_error = 0.02
source = "invented"
"""


@pytest.fixture
def voices(tmp_path):
    path = tmp_path / "voices.csv"
    path.write_text(VOICES, "utf-8")
    return path


def test_process_prints_what_was_recorded_and_says_what_was_not(capsys, examples, tmp_path):
    area = examples / "areas/maryland"
    code, out, err = resettle(capsys, "process", area, "--by", "age_band", "--out", tmp_path / "page")
    assert code == 0 and "0.5" in out and "Where people were lost:" in out
    assert "Nothing is held in custody.date_out" in out
    assert (tmp_path / "page/index.html").exists() and "Page:" in err
    code, out, _ = resettle(capsys, "process", area, "--json")
    assert code == 0 and json.loads(out)["measures"][0]["name"] == "reach"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--service", "aids"), "aid"),
        (("--by", "agebands"), "age_band"),
        (("--start", "2024-13-01"), "2024-13-01"),
    ],
)
def test_process_refuses_what_it_does_not_know(capsys, examples, more, said):
    code, _, err = resettle(capsys, "process", examples / "areas/maryland", *more)
    assert code == 2 and said in err


def test_a_theory_is_checked_and_drawn(capsys, examples, tmp_path):
    file = examples / "theories/greater-manchester-peer-support.toml"
    code, out, _ = resettle(
        capsys, "theory", "check", file, "--paid", "moj-2017", "--area", examples / "areas/maryland"
    )
    assert code == 0 and "arrow with no evidence" in out and "activity not in any service" in out
    code, _, err = resettle(capsys, "theory", "draw", file, "--out", tmp_path / "page")
    assert code == 0 and (tmp_path / "page/theory.svg").read_text("utf-8").startswith("<svg") and "index.html" in err


def test_a_theory_that_goes_round_in_a_circle_is_refused_with_its_line(capsys, tmp_path):
    file = tmp_path / "theory.toml"
    nodes = "".join(f'[node.{n}]\nkind = "mechanism"\nlabel = "{n}"\n' for n in "ab")
    arrows = '[[arrow]]\nfrom = "a"\nto = "b"\n[[arrow]]\nfrom = "b"\nto = "a"\n'
    file.write_text(f'id = "t"\ntitle = "T"\n{nodes}{arrows}')
    code, _, err = resettle(capsys, "theory", "check", file)
    assert code == 2 and "circle" in err and "line 12" in err


def test_themes_and_agreement_show_no_word_that_was_said(capsys, voices, tmp_path):
    for verb in ("themes", "agreement"):
        code, out, _ = resettle(capsys, "voices", verb, voices, "--out", tmp_path / verb)
        assert code == 0 and "Trust" in out
        held = "".join(f.read_text("utf-8") for f in (tmp_path / verb).iterdir())
        assert "rang me" not in out + held


def test_quotes_leave_only_after_a_person_has_looked(capsys, voices, tmp_path):
    sheet, names = tmp_path / "sheet.csv", tmp_path / "names.txt"
    names.write_text("Danny Okoro\n")
    code, _, err = resettle(capsys, "voices", "quotes", voices)
    assert code == 2 and "--sheet" in err
    code, out, _ = resettle(capsys, "voices", "quotes", voices, "--sheet", sheet, "--names", names)
    assert code == 0 and "2 pieces of text with consent; the screen found something in 1 of them" in out
    code, _, err = resettle(capsys, "voices", "quotes", voices, "--reviewed", sheet, "--names", names)
    assert code == 2 and "nobody has looked" in err
    fill(sheet, {"x1": ("use", ""), "x2": ("use", "")})
    code, _, err = resettle(capsys, "voices", "quotes", voices, "--reviewed", sheet, "--names", names)
    assert code == 2 and "the words hold: name" in err
    fill(sheet, {"x1": ("use", ""), "x2": ("change", "they rang me every week")})
    page = tmp_path / "page"
    code, out, _ = resettle(capsys, "voices", "quotes", voices, "--reviewed", sheet, "--names", names, "--out", page)
    assert code == 0 and "2 quotes" in out and "Danny" not in out
    assert "Danny" not in (page / "index.html").read_text("utf-8") + (page / "results.json").read_text("utf-8")


def fill(sheet, decisions):
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8"))))
    for row in rows:
        decision, text = decisions[row["extract_id"]]
        row |= {"decision": decision, "changed_text": text, "looked_by": "eve", "looked_on": "2024-06-01"}
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_extracts_that_were_imported_are_the_same_when_they_are_read_again(capsys, voices, tmp_path):
    from resettle.evidence.voices import read_voices

    code, out, _ = resettle(capsys, "voices", "import", voices, "--out", tmp_path / "kept.csv")
    assert code == 0 and "3 pieces of text" in out
    assert read_voices(tmp_path / "kept.csv").extracts == read_voices(voices).extracts
    assert "'=the fee" in (tmp_path / "kept.csv").read_text("utf-8")
    before = (tmp_path / "kept.csv").read_bytes()
    code, _, err = resettle(capsys, "voices", "import", voices, "--out", tmp_path / "kept.csv")
    assert code == 2 and "there is a file here already" in err and (tmp_path / "kept.csv").read_bytes() == before


def test_a_joint_display_puts_an_effect_beside_what_was_said(capsys, examples, voices, tmp_path):
    display = tmp_path / "display.toml"
    display.write_text(
        'id = "j"\ntitle = "Aid and voices"\n[[line]]\noutcome = "maryland-aid"\nthemes = ["Trust"]\nverdict = "extends"\n'
        'words = "People say why it mattered: somebody was there."\nby = "the evaluator"\n'
    )
    area, study = examples / "areas/maryland", examples / "studies/maryland-aid.toml"
    given = ("voices", "joint", voices, display, "--area", area, "--study", study)
    code, out, _ = resettle(capsys, *given, "--out", tmp_path / "page")
    assert code == 0 and "-8.33 percentage points" in out and "extends" in out
    assert "Trust (2 of 3)" in (tmp_path / "page/index.html").read_text("utf-8")
    display.write_text(display.read_text().replace('themes = ["Trust"]', 'themes = ["Truss"]'))
    code, _, err = resettle(capsys, *given)
    assert code == 2 and "no such theme" in err and "Trust" in err


def qdpx(path, project, extra=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", project)
        for name, data in extra:
            archive.writestr(name, data)
    return path


def project(selection, before=""):
    code, user, source = (f"00000000-0000-4000-8000-{n:012x}" for n in (1, 2, 3))
    return (
        f'<?xml version="1.0"?>{before}<Project xmlns="{NS}" name="P"><Users><User guid="{user}" name="Ann"/></Users>'
        f'<CodeBook><Codes><Code guid="{code}" name="Trust" isCodable="true"/></Codes></CodeBook><Sources><TextSource guid="{source}" '
        f'name="I"><PlainTextContent>short text</PlainTextContent><PlainTextSelection guid="{source[:-1]}9" {selection}>'
        f'<Coding guid="{source[:-1]}8" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection></TextSource>'
        "</Sources></Project>"
    )  # fmt: skip


GOOD = 'startPosition="0" endPosition="5"'
ENTITY = '<!DOCTYPE Project [<!ENTITY out SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: qdpx(p, project(GOOD), [("sources/big.txt", b"0" * 300_000_000)]), "unpack"),
        (lambda p: qdpx(p, project(GOOD, ENTITY)), "document type"),
        (lambda p: qdpx(p, project('startPosition="0" endPosition="500"')), "outside"),
        (lambda p: qdpx(p, project('startPosition="5" endPosition="1"')), "outside"),
        (lambda p: qdpx(p, project(GOOD), [("../../escape.txt", "x")]), "escape"),
        (lambda p: qdpx(p, project(GOOD)[:200]), "XML"),
        (lambda p: p.write_bytes(b"not a zip"), "zip"),
        (lambda p: p.write_bytes(b""), "zip"),
    ],
    ids=["bomb", "outside entity", "offsets outside", "offsets backwards", "path", "cut off", "no archive", "empty"],
)
def test_a_project_file_that_would_do_harm_is_one_clear_error(capsys, tmp_path, make, said):
    path = tmp_path / "project.qdpx"
    make(path)
    code, out, err = resettle(capsys, "voices", "import", path, "--out", tmp_path / "kept.csv")
    assert code == 2 and said.lower() in err.lower() and "project.qdpx" in err, err
    assert out == "" and not (tmp_path / "kept.csv").exists()


def test_a_good_project_is_imported(capsys, tmp_path):
    path = qdpx(tmp_path / "project.qdpx", project(GOOD))
    code, out, _ = resettle(capsys, "voices", "import", path, "--out", tmp_path / "kept.csv")
    assert code == 0 and "1 pieces of text from 1 sources" in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("yes,2024-05-01", "yes,01/05/2024", "not a date"),
        ("x1,interview 1,p1,mentee,micro,Trust,ben", "x1,interview 1,p9,mentee,micro,Trust,ben", "differ in person"),
        (",no,", ",perhaps,", "neither yes nor no"),
        ("extract_id", "id", "unknown column"),
        ("mentor,meso", "mentor,messo", "no such circle"),
    ],
)
def test_a_bad_file_of_extracts_is_told_with_its_row(capsys, voices, old, new, said):
    voices.write_text(VOICES.replace(old, new, 1), "utf-8")
    code, _, err = resettle(capsys, "voices", "themes", voices)
    assert code == 2 and said in err and "voices.csv" in err


def test_a_file_of_another_kind_is_refused(capsys, tmp_path):
    (tmp_path / "notes.docx").write_bytes(b"PK")
    code, _, err = resettle(capsys, "voices", "themes", tmp_path / "notes.docx")
    assert code == 2 and ".qdpx" in err


def test_economics_prints_where_it_breaks_even(capsys, tmp_path):
    file = tmp_path / "worth.toml"
    file.write_text(ECONOMICS)
    code, out, err = resettle(capsys, "economics", file, "--out", tmp_path / "page")
    assert code == 0 and "one costs £14,000" in out and "0.035" in out and "index.html" in err
    code, out, _ = resettle(capsys, "economics", file, "--json")
    assert json.loads(out)["curve"][1]["break_even_price"]["value"] == pytest.approx(1000)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("standard_error = 60", "standard_error = -1", "standard_error"),
        ("thresholds = [10000, 20000]", "thresholds = []", "thresholds"),
        ("thresholds = [10000, 20000]", "thresholds = [20000, 10000]", "rise"),
        ("estimate = 0.05", "estimate = nan", "estimate"),
        ("thresholds = [10000, 20000]", "thresholds = [10000, inf]", "thresholds"),
        ('perspective = "public sector"', 'perspective = "public"', "perspective"),
        ('source = "invented"\n', "", "source"),
    ],
)
def test_a_bad_economics_file_is_one_clear_error(capsys, tmp_path, old, new, said):
    file = tmp_path / "worth.toml"
    file.write_text(ECONOMICS.replace(old, new, 1))
    code, _, err = resettle(capsys, "economics", file)
    assert code == 2 and said in err and "worth.toml" in err

"""REFI-QDA projects and codebooks as two kinds of programs write them, and archives that mean harm."""

import io
import struct
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refi_kit import CLEAN, MICRO, MONEY, PIECES, SOURCE, TEXT, TRUST, flat, nested, packed, uid, utf16, values

from resettle.errors import BadInput
from resettle.evidence.voices import read_codebook, read_project
from resettle.evidence.voices.archive import MOST_FILES, parse_xml
from resettle.evidence.voices.offsets import bounds, clean, units


@pytest.fixture
def write(tmp_path):
    def made(data, name="p.qdpx"):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return made


def essence(voices):
    return [(e.id, e.text, e.coder, e.code.split(" > ")[-1], e.consent, e.role) for e in voices.extracts]


EXPECTED = [
    ("Interview 1:23-39", "I trust her now.", "Ann", "Trust", True, "mentee"),
    ("Interview 1:23-39", "I trust her now.", "Ben", "Trust", True, "mentee"),
    ("Interview 1:40-58", "The fee came late.", "Ben", "Money", True, "mentee"),
]


def test_nested_codes_with_texts_in_sources(write):
    voices = read_project(write(packed(nested())))
    assert essence(voices) == EXPECTED
    assert [e.code for e in voices.extracts] == ["Micro > Trust", "Micro > Trust", "Money"]
    assert [e.circle for e in voices.extracts] == ["micro", "micro", "unplaced"]
    assert {e.person for e in voices.extracts} == {"00000000"}
    assert voices.names == ("Daniel Okoro",)
    assert voices.warnings == ("Leaflet: a PDFSource is named, but what was coded in it is left out.",)


def test_flat_codes_with_texts_inline_and_positions_in_utf_16(write):
    voices = read_project(write(packed(flat(), {})))
    assert essence(voices) == EXPECTED
    assert voices.warnings == ("Interview 1: positions count UTF-16 units, not characters; they were converted.",)


def test_two_conventions_give_the_same_extracts(write):
    one, two = read_project(write(packed(nested()), "1.qdpx")), read_project(write(packed(flat(), {}), "2.qdpx"))
    assert essence(one) == essence(two)


def test_positions_that_cannot_be_told_apart_are_warned_of(write):
    only_before = [("She was", TRUST, PIECES[0][2])]
    voices = read_project(write(packed(nested(only_before))))
    assert any("cannot be told" in w for w in voices.warnings)
    assert voices.extracts[0].text == "She was"


def test_without_the_variable_nothing_may_be_quoted(write):
    project = nested().replace('name="Consent"', 'name="Other"')
    assert not any(e.consent for e in read_project(write(packed(project))).extracts)


@pytest.mark.parametrize(
    ("case", "source", "may"), [("true", "true", True), ("false", "true", False), ("true", "false", False)]
)
def test_source_and_case_must_both_consent(write, case, source, may):
    project = nested().replace("<BooleanValue>true", f"<BooleanValue>{case}")
    project = project.replace("</TextSource>", f"{values(source)}</TextSource>")
    assert {e.consent for e in read_project(write(packed(project))).extracts} == {may}


def test_a_source_of_two_cases_has_no_one_person_and_no_consent(write):
    case = nested().split("<Cases>")[1].split("</Cases>")[0]
    project = nested().replace(case, case + case.replace("Daniel Okoro", "Other"))
    assert {(e.person, e.consent) for e in read_project(write(packed(project))).extracts} == {("", False)}


def test_a_selection_outside_the_text_is_left_out_and_said(write):
    project = nested().replace('endPosition="58"', 'endPosition="9999"')
    voices = read_project(write(packed(project)))
    assert len(voices.extracts) == 2
    assert "Interview 1: a selection from 40 to 9999 lies outside the text and is left out." in voices.warnings


def test_a_text_outside_the_archive_is_not_followed(write):
    project = nested().replace("internal://", "relative://../../")
    with pytest.raises(BadInput, match="no coded text"):
        read_project(write(packed(project)))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=60), st.data())
def test_offsets_in_either_unit_find_the_same_words(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert bounds(text, start, end, "characters") == (start, end)
    wide = utf16(text[:start]), utf16(text[:end])
    assert bounds(text, *wide, "utf-16") == (start, end)
    if text[-1] > "\uffff":
        # A selection to the very end lies outside the text if its units are taken for characters.
        assert units(text, [(utf16(text[:start]), utf16(text), "")]) == ("utf-16", True)


def test_texts_are_cleaned_as_positions_expect():
    assert clean(TEXT.encode("utf-8-sig")) == CLEAN
    assert clean("a\rb".encode("utf-16")) == "a\nb"


def test_a_codebook_alone(write):
    book = (
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="One"><Codes><Code guid="{MICRO}" name="Micro" isCodable="false">'
        f'<Code guid="{TRUST}" name="Trust" isCodable="true"><Description>Believes them</Description></Code></Code>'
        f'<Code guid="{MONEY}" name="Money" isCodable="true"/></Codes></CodeBook>'
    )
    codes = read_codebook(write(book, "b.qdc"))
    assert [(c.path, c.codable, c.description) for c in codes] == [
        ("Micro", False, ""),
        ("Micro > Trust", True, "Believes them"),
        ("Money", True, ""),
    ]


BOMB = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Project xmlns="urn:QDA-XML:project:1.0" name="&b;"/>'
OUTSIDE = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><Project>&x;</Project>'
OUTER = '<!DOCTYPE p SYSTEM "http://127.0.0.1/p.dtd"><Project/>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, OUTER, "<!DOCTYPE p><Project/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_any_kind_are_refused(write, text, encoding):
    with pytest.raises(BadInput, match=r"project.qde.*document type, which can hide entities"):
        read_project(write(packed(text.encode(encoding))))
    with pytest.raises(BadInput, match="document type"):
        read_codebook(write(text.encode(encoding), "b.qdc"))


def test_an_entity_without_a_declaration_is_not_well_formed():
    with pytest.raises(BadInput, match="undefined entity"):
        parse_xml(b"<p>&x;</p>", Path("p"))


def test_deep_nesting_is_refused():
    with pytest.raises(BadInput, match="nested too deeply"):
        parse_xml(b"<a>" * 1000 + b"</a>" * 1000, Path("p"))


def with_entry(info: zipfile.ZipInfo, data: bytes = b"x") -> bytes:
    out = io.BytesIO(packed(nested()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(info, data)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("Sources/link.txt")
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../../evil.txt", "leads out"),
        ("/etc/evil.txt", "leads out"),
        ("Sources/../evil.txt", "leads out"),
        ("Sources/deep/evil.txt", "too deep"),
        ("C:evil.txt", "leads out"),
        ("Sources\\evil.txt", "leads out|too deep"),
        ("..", "leads out"),
    ],
)
def test_names_that_lead_out_of_the_archive_are_refused(write, name, message):
    data = bytearray(with_entry(zipfile.ZipInfo(name.replace("\\", "|"))))
    if "\\" in name:
        data = data.replace(b"Sources|evil.txt", b"Sources\\evil.txt")
    with pytest.raises(BadInput, match=message):
        read_project(write(bytes(data)))


def test_a_link_is_refused(write):
    with pytest.raises(BadInput, match="holds a link"):
        read_project(write(with_entry(link())))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(write):
    with pytest.raises(BadInput, match="200 times its size"):
        read_project(write(packed(nested(), {f"Sources/{SOURCE}.txt": b"0" * 20_000_000})))


def test_many_middling_files_are_refused_too(write, monkeypatch):
    monkeypatch.setattr("resettle.evidence.voices.archive.MOST_BYTES", 3_000_000)
    texts = {f"Sources/{n}.txt": b"0" * 900_000 for n in range(4)}
    with pytest.raises(BadInput, match="more than 200 MB"):
        read_project(write(packed(nested(), texts)))


def test_too_many_files_are_refused(write):
    texts = {f"Sources/{n}.txt": b"" for n in range(MOST_FILES + 1)}
    with pytest.raises(BadInput, match="too many files"):
        read_project(write(packed(nested(), texts)))


def test_a_size_that_is_a_lie_is_found_while_unpacking(write):
    honest = packed(nested(), {f"Sources/{SOURCE}.txt": b"y" * 5000})
    lie = honest.replace(struct.pack("<L", 5000), struct.pack("<L", 50))
    assert lie != honest
    with pytest.raises(BadInput, match=r"damaged|more than it says"):
        read_project(write(lie))


def encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    at = changed.index(b"PK\x01\x02")
    changed[at + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a zip"),
        (b"PK\x03\x04 nonsense", "not a zip"),
        (encrypted(packed(nested())), "encrypted"),
        (packed(nested(), name="other.xml"), "no project.qde"),
        (packed(nested(), {}), "missing from the archive"),
        (packed(nested(), {f"Sources/{SOURCE}.txt": b"\xff\xfe\x00"}), "not UTF-8"),
        (packed(nested().replace("urn:QDA-XML:project:1.0", "urn:other")), "not a REFI-QDA project"),
        (packed(nested().replace(' xmlns="urn:QDA-XML:project:1.0"', "")), "not a REFI-QDA project"),
        (packed(nested()[:-20]), "not well-formed"),
        (
            packed(nested().replace(f'<CodeRef targetGUID="{TRUST}"', f'<CodeRef targetGUID="{uid(1)}"')),
            "not in the codebook",
        ),
        (packed(nested().replace('startPosition="23"', 'startPosition="x"')), "whole numbers"),
        (packed(nested().replace('encoding="utf-8"', 'encoding="nonsense"')), "XML"),
        (packed(nested([])), "no coded text"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(write, data, message):
    with pytest.raises(BadInput, match=message):
        read_project(write(data))


@given(st.data())
def test_damage_anywhere_is_a_clear_error_or_no_matter(tmp_path, data):
    whole = bytearray(packed(nested()))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "p.qdpx"
    path.write_bytes(bytes(whole))
    try:
        voices = read_project(path)
    except BadInput:
        return
    assert voices.extracts


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_project(tmp_path / "none.qdpx")


# The schema of the standard.

XSD = "{http://www.w3.org/2001/XMLSchema}"


class Schema:
    """As much of XML Schema as the project schema uses: sequences, choices, how often, and attributes."""

    def __init__(self, root):
        self.types = {t.get("name"): t for t in root.iter(f"{XSD}complexType")}

    def faults(self, element, type_name):
        declared = self.types.get(type_name)
        if declared is None:
            return []
        attributes = {a.get("name"): a.get("use") for a in declared.findall(f"{XSD}attribute")}
        found = [f"{type_name}: {a} unknown" for a in element.attrib if a not in attributes]
        found += [
            f"{type_name}: {a} missing"
            for a, use in attributes.items()
            if use == "required" and a not in element.attrib
        ]
        group = declared.find(f"{XSD}sequence")
        choice = declared.find(f"{XSD}choice")
        parts = self.parts(group if group is not None else choice) if group is not None or choice is not None else []
        at, times = 0, {}
        for child in element:
            space, _, name = child.tag[1:].partition("}")
            at = next((i for i in range(0 if choice is not None else at, len(parts)) if parts[i][0] == name), None)
            if at is None or space != "urn:QDA-XML:project:1.0":
                return [*found, f"{type_name}: {child.tag} not here"]
            times[name] = times.get(name, 0) + 1
            if times[name] > parts[at][2]:
                found.append(f"{type_name}: {name} too often")
            found += self.faults(child, parts[at][1])
        return found

    def parts(self, group):
        made = []
        for child in group:
            if child.tag == f"{XSD}element":
                most = child.get("maxOccurs", group.get("maxOccurs", "1"))
                made.append((child.get("name"), child.get("type"), float("inf") if most == "unbounded" else int(most)))
            else:
                made += self.parts(child)
        return made


@pytest.mark.shared
@pytest.mark.parametrize("project", [nested(), flat()], ids=["nested", "flat"])
def test_the_files_that_are_read_here_follow_the_schema_of_the_standard(project):
    held = Path(__file__).resolve().parents[4] / "shared/schemas/refi-qda/Project-mrt2019.xsd"
    schema = Schema(ET.parse(held).getroot())
    root = ET.fromstring(project)
    assert schema.faults(root, "ProjectType") == []
    root.append(ET.Element("{urn:QDA-XML:project:1.0}Nonsense"))
    assert schema.faults(root, "ProjectType") == ["ProjectType: {urn:QDA-XML:project:1.0}Nonsense not here"]

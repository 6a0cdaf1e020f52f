"""REFI-QDA project files (.qdpx) and codebooks (.qdc), as NVivo, ATLAS.ti, MAXQDA and others write them.

The exchange format is QDA-XML 1.0 of the Rotterdam Exchange Format Initiative: a zip archive of `project.qde` and the
texts. Only texts and what was coded in them are read; other kinds of sources are named in a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args
from xml.etree.ElementTree import Element

from resettle.errors import bad
from resettle.evidence.voices.archive import Archive, children, local, parse_xml
from resettle.evidence.voices.extract import Circle, Extract, Voices, read_bytes
from resettle.evidence.voices.offsets import Selection, bounds, clean, units
from resettle.provenance import Provenance, hash_bytes
from resettle.result import Record

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
JOIN = " > "


class Code(Record):
    """One code of a codebook: its path of names, what it means, and whether anything may be coded with it itself."""

    guid: str
    path: str
    description: str = ""
    codable: bool = True


@dataclass
class Project:
    """A project file while it is read."""

    file: Path
    archive: Archive
    users: dict[str, str]
    codes: dict[str, str]
    about: dict[str, dict[str, str]]
    """What is known of each source, by its guid: person, role, consent."""
    coder: str
    warnings: list[str] = field(default_factory=list)


def read_project(path: str | Path) -> Voices:
    """Read the coded extracts of a REFI-QDA project.

    Extracts of the same stretch of the same source share an id (positions in characters), whoever coded them. The circle is
    that of a top code called micro, meso or macro. A person is a case with the source; consent and role are variables of
    those names on the source or its case; without a variable `consent` nothing may be quoted. Files outside the archive are
    not followed. A damaged, dangerous or unknown file is a `BadInput`; what is only left out is in the warnings.
    """
    file = Path(path)
    data = read_bytes(file)
    archive = Archive(data, file)
    root = parse_xml(archive.read(project_name(archive)), file, "project.qde")
    check_root(root, "Project", PROJECT, file)
    project = opened(root, archive, file)
    extracts = [e for sources in children(root, "Sources") for e in coded(sources, project)]
    if not extracts:
        why = f" ({' '.join(project.warnings[:3])})" if project.warnings else ""
        do = f"Code some text, or export with texts and codings.{why}"
        raise bad("no coded text in the project", file=file, do=do)
    names = {name for case in cases(root) if (name := case.get("name", ""))}
    return Voices(
        extracts=tuple(extracts),
        names=tuple(sorted(names)),
        warnings=tuple(project.warnings),
        provenance=Provenance(inputs={file.name: hash_bytes(data)}),
    )


def read_codebook(path: str | Path) -> tuple[Code, ...]:
    """Read the codes of a REFI-QDA codebook (.qdc), broadest first within each branch."""
    file = Path(path)
    root = parse_xml(read_bytes(file), file)
    check_root(root, "CodeBook", CODEBOOK, file)
    return tuple(codes_in(root))


def project_name(archive: Archive) -> str:
    """The name of the project's XML in the archive."""
    found = [name for name in archive.files if name.lower().endswith(".qde") and "/" not in name]
    if len(found) != 1:
        raise bad(
            "the archive holds no project.qde",
            file=archive.file,
            value=f"{len(found)} .qde files",
            do="Export it again.",
        )
    return found[0]


def check_root(root: Element, name: str, space: str, file: Path) -> None:
    """Stop at XML of another kind, or without the namespace of the standard."""
    if root.tag != f"{{{space}}}{name}":
        raise bad(
            f"not a REFI-QDA {name.lower()}", file=file, value=root.tag, do=f"It must have the namespace {space}."
        )


def opened(root: Element, archive: Archive, file: Path) -> Project:
    """Users, codes and what is known of each source."""
    users = {
        guid(u): u.get("name") or u.get("id") or guid(u) for us in children(root, "Users") for u in children(us, "User")
    }
    codes = {code.guid: code.path for book in children(root, "CodeBook") for code in codes_in(book)}
    coder = users.get((root.get("creatingUserGUID") or "").lower(), "not known")
    return Project(file, archive, users, codes, about_sources(root), coder)


def codes_in(book: Element) -> Iterator[Code]:
    """The codes of a codebook, nested ones under the path of their parents."""
    waiting = [(code, "") for codes in children(book, "Codes") for code in children(codes, "Code")]
    while waiting:
        code, above = waiting.pop(0)
        path = f"{above}{JOIN if above else ''}{(code.get('name') or '').strip() or 'without a name'}"
        said = next((d.text or "" for d in children(code, "Description")), "")
        yield Code(guid=guid(code), path=path, description=said.strip(), codable=code.get("isCodable") != "false")
        waiting = [(inner, path) for inner in children(code, "Code")] + waiting


def cases(root: Element) -> list[Element]:
    """The cases of a project."""
    return [case for held in children(root, "Cases") for case in children(held, "Case")]


def about_sources(root: Element) -> dict[str, dict[str, str]]:
    """Person, role and consent of each source, from its own variables and those of its case.

    A source of several cases has no one person, and no consent but its own. Where source and case both speak of consent, both
    must give it.
    """
    names = {
        guid(v): (v.get("name") or "").strip().lower()
        for vs in children(root, "Variables")
        for v in children(vs, "Variable")
    }
    found: dict[str, dict[str, str]] = {}
    for case in cases(root):
        for ref in children(case, "SourceRef"):
            target = (ref.get("targetGUID") or "").lower()
            alone = target not in found
            found[target] = variables(case, names) | {"person": guid(case)[:8]} if alone else {}
    for sources in children(root, "Sources"):
        for source in sources:
            of_case, own = found.get(guid(source), {}), variables(source, names)
            found[guid(source)] = of_case | own
            if not all(agreed(said["consent"]) for said in (of_case, own) if "consent" in said):
                found[guid(source)]["consent"] = "no"
    return found


def agreed(said: str) -> bool:
    """Whether the value of a variable is a yes."""
    return said.lower() in ("yes", "true", "1")


def variables(element: Element, names: dict[str, str]) -> dict[str, str]:
    """The values of the variables that are used: role and consent."""
    found = {}
    for value in children(element, "VariableValue"):
        name = names.get(next((r.get("targetGUID", "").lower() for r in children(value, "VariableRef")), ""), "")
        said = next((v.text or "" for v in value if local(v).endswith("Value")), "")
        if name in ("role", "consent"):
            found[name] = said.strip()
    return found


def coded(sources: Element, project: Project) -> Iterator[Extract]:
    """The extracts of every text source."""
    for source in sources:
        name = source.get("name") or guid(source)
        if local(source) != "TextSource":
            project.warnings.append(f"{name}: a {local(source)} is named, but what was coded in it is left out.")
            continue
        if any(children(source, "Coding")):
            project.warnings.append(f"{name}: codes of the source as a whole are left out.")
        text = text_of(source, name, project)
        if text is not None:
            yield from extracts_of(source, name, text, project)


def text_of(source: Element, name: str, project: Project) -> str | None:
    """The text of a source, inline or from the archive; None, with a warning, where it lies elsewhere."""
    inline = next(children(source, "PlainTextContent"), None)
    if inline is not None:
        return clean((inline.text or "").encode())
    path = source.get("plainTextPath") or ""
    if not path.startswith("internal://"):
        project.warnings.append(f"{name}: its text is not in the archive ({path or 'no path'}), so it is left out.")
        return None
    wanted = path.removeprefix("internal://").lower()
    held = next((n for n in project.archive.files if n.lower() in (f"sources/{wanted}", wanted)), f"Sources/{wanted}")
    try:
        return clean(project.archive.read(held))
    except UnicodeDecodeError:
        raise bad("not UTF-8 text", file=project.file, value=held, do="Export the project again.") from None


def extracts_of(source: Element, name: str, text: str, project: Project) -> Iterator[Extract]:
    """What was coded in one text."""
    held = list(children(source, "PlainTextSelection"))
    spans = [span(s, name, project) for s in held]
    counted, told = units(text, spans)
    if counted == "utf-16":
        project.warnings.append(f"{name}: positions count UTF-16 units, not characters; they were converted.")
    elif not told:
        project.warnings.append(f"{name}: it cannot be told how positions are counted; check its extracts by eye.")
    about = project.about.get(guid(source), {})
    for selection, (start, end, _) in zip(held, spans, strict=True):
        found = bounds(text, start, end, counted)
        if found is None or not text[slice(*found)].strip():
            project.warnings.append(f"{name}: a selection from {start} to {end} lies outside the text and is left out.")
            continue
        for coding in children(selection, "Coding"):
            yield extract(selection, coding, (name, *found, text[slice(*found)], about), project)


def extract(
    selection: Element, coding: Element, where: tuple[str, int, int, str, dict[str, str]], project: Project
) -> Extract:
    """One coding of one selection. A code that the codebook does not hold is a `BadInput`."""
    name, start, end, words, about = where
    target = next((r.get("targetGUID", "").lower() for r in children(coding, "CodeRef")), "")
    if target not in project.codes:
        raise bad(
            "a coding names a code that is not in the codebook", file=project.file, value=target, do="Export it again."
        )
    user = (coding.get("creatingUser") or selection.get("creatingUser") or "").lower()
    path = project.codes[target]
    return Extract(
        id=f"{name}:{start}-{end}",
        source=name,
        person=about.get("person", ""),
        role=about.get("role", ""),
        circle=circle_of(path),
        code=path,
        coder=project.users.get(user, project.coder),
        text=words,
        consent=agreed(about.get("consent", "")),
    )


def circle_of(path: str) -> Circle:
    """The circle that a code's broadest name says, if it is the name of one."""
    top = path.split(JOIN)[0].strip().lower()
    return next((circle for circle in get_args(Circle) if circle == top), "unplaced")


def span(selection: Element, name: str, project: Project) -> Selection:
    """Start, end and words of a selection."""
    try:
        start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
    except ValueError:
        raise bad(
            "a selection has no whole numbers for its positions", file=project.file, value=name, do="Export it again."
        ) from None
    return start, end, selection.get("name") or ""


def guid(element: Element) -> str:
    """The identifier of an element; programs differ in its case."""
    return (element.get("guid") or "").lower()

"""REFI-QDA files as two kinds of programs write them.

One nests codes, keeps texts in `Sources/`, writes lower-case identifiers, counts characters and notes who coded on the
coding. The other has flat codes, keeps texts inline, writes identifiers in capitals, counts UTF-16 units and notes who
coded on the selection.
"""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

NS = "urn:QDA-XML:project:1.0"


def uid(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012x}"


ANN, BEN = uid(0xA1), uid(0xB2)
MICRO, TRUST, MONEY = uid(0xC1), uid(0xC2), uid(0xC3)
SOURCE, CASE, CONSENT, ROLE, PDF = uid(0xD1), uid(0xE1), uid(0xF1), uid(0xF2), uid(0xD2)
TEXT = "She was at the gate. \N{THUMBS UP SIGN} I trust her now.\r\nThe fee came late."
CLEAN = TEXT.replace("\r\n", "\n")
PIECES = [("I trust her now.", TRUST, ANN), ("I trust her now.", TRUST, BEN), ("The fee came late.", MONEY, BEN)]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def positions(piece: str, wide: bool) -> tuple[int, int]:
    before = CLEAN[: CLEAN.index(piece)]
    size = utf16 if wide else len
    return size(before), size(before) + size(piece)


def variables() -> str:
    return (
        f'<Variables><Variable guid="{CONSENT}" name="Consent" typeOfVariable="Boolean"/>'
        f'<Variable guid="{ROLE}" name="Role" typeOfVariable="Text"/></Variables>'
    )


def values(consent: str = "true") -> str:
    return (
        f'<VariableValue><VariableRef targetGUID="{CONSENT}"/><BooleanValue>{consent}</BooleanValue></VariableValue>'
        f'<VariableValue><VariableRef targetGUID="{ROLE}"/><TextValue>mentee</TextValue></VariableValue>'
    )


def nested(pieces=PIECES) -> str:
    selections = "".join(
        f'<PlainTextSelection guid="{uid(100 + n)}" name={quoteattr(piece[:12])} startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{uid(200 + n)}" creatingUser="{who}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
        for n, (piece, code, who) in enumerate(pieces)
        for start, end in [positions(piece, wide=False)]
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{NS}" name="Gate" origin="One 1.0">'
        f'<Users><User guid="{ANN}" name="Ann"/><User guid="{BEN}" name="Ben"/></Users>'
        f'<CodeBook><Codes><Code guid="{MICRO}" name="Micro" isCodable="false"><Description>The person</Description>'
        f'<Code guid="{TRUST}" name="Trust" isCodable="true" color="#00703c"/></Code>'
        f'<Code guid="{MONEY}" name="Money" isCodable="true"/></Codes></CodeBook>{variables()}'
        f'<Cases><Case guid="{CASE}" name="Daniel Okoro">{values()}<SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
        f'<Sources><TextSource guid="{SOURCE}" name="Interview 1" plainTextPath="internal://{SOURCE}.txt">{selections}'
        f'</TextSource><PDFSource guid="{PDF}" name="Leaflet" path="internal://{PDF}.pdf"/></Sources></Project>'
    )


def flat(pieces=PIECES) -> str:
    selections = "".join(
        f'<PlainTextSelection guid="{uid(100 + n).upper()}" name="{n}" startPosition="{start}" endPosition="{end}" '
        f'creatingUser="{who.upper()}"><Coding guid="{uid(200 + n).upper()}"><CodeRef targetGUID="{code.upper()}"/></Coding>'
        "</PlainTextSelection>"
        for n, (piece, code, who) in enumerate(pieces)
        for start, end in [positions(piece, wide=True)]
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><q:Project xmlns:q="{NS}" name="Gate" origin="Two 2.0">'
        + (
            f'<Users><User guid="{ANN.upper()}" name="Ann"/><User guid="{BEN.upper()}" name="Ben"/></Users>'
            f'<CodeBook><Codes><Code guid="{TRUST.upper()}" name="Trust" isCodable="true"/>'
            f'<Code guid="{MONEY.upper()}" name="Money" isCodable="true"/></Codes></CodeBook>{variables()}'
            f'<Sources><TextSource guid="{SOURCE.upper()}" name="Interview 1">'
            f"<PlainTextContent>{escape(CLEAN)}</PlainTextContent>{selections}{values()}</TextSource></Sources>"
        )
        .replace("</", "<\0")
        .replace("<", "<q:")
        .replace("<q:\0", "</q:")
        + "</q:Project>"
    )


def packed(project: str | bytes, texts: dict[str, bytes] | None = None, name: str = "project.qde") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, project)
        for inside, data in (
            texts if texts is not None else {f"Sources/{SOURCE}.txt": TEXT.encode("utf-8-sig")}
        ).items():
            made.writestr(inside, data)
    return out.getvalue()

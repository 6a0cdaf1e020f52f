"""Make or renew a catalogue of the workspace's words: `python scripts/catalogue.py cy`.

It finds every string that is marked for translation in Python and in the templates, and the words of goods and questionnaires,
keeps what was translated, and writes `src/resettle/web/locale/cy/LC_MESSAGES/django.po` and the compiled `django.mo` beside it.
Both are shipped: an installation needs neither gettext's programs nor this one. A word without a translation is shown in
English.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from resettle.goodlives.instruments import instrument, instrument_names
from resettle.reference.goods import goods

WEB = Path(__file__).resolve().parent.parent / "src" / "resettle" / "web"
HEADER = """\
# Words of Resettle's workspace. A word without a translation is shown in English.
# Only words with a published source are translated here; each names it.
#"""
KEPT = (b"Language:", b"Plural-Forms:", b"MIME-Version:", b"Content-")
WORDS = {"_": None, "later": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2)}


def found(web: Path = WEB) -> Catalog:
    """Every string that is marked, with where it stands."""
    made = Catalog(project="Resettle", charset="utf-8")
    for method, pattern in (("python", "**/*.py"), ("jinja2.ext:babel_extract", "templates/**/*.html")):
        for file in sorted(web.glob(pattern)):
            with file.open("rb") as lines:
                for _, message, _, context in extract(
                    method, lines, keywords=WORDS, options={"newstyle_gettext": "true"}
                ):
                    made.add(message, locations=[(file.relative_to(web).as_posix(), 1)], context=context)
    for words, where in of_data():
        made.add(words, locations=[(where, 1)])
    return made


def of_data() -> Iterator[tuple[str, str]]:
    """Words that data holds and a page shows: the goods, and each questionnaire that is shipped."""
    for good in goods():
        yield from ((words, "reference/goods.toml") for words in (good.name, good.prompt))
    for name in instrument_names():
        asked = instrument(name)
        ends = [words for item in asked.items.values() for words in (item.text, item.low_means, item.high_means)]
        scales = [words for scale in asked.scales.values() for words in (scale.label, scale.note)]
        said = (asked.label, asked.introduction, *ends, *scales)
        yield from ((words, f"goodlives/instruments/{name}.toml") for words in said if words)


def renewed(language: str, web: Path = WEB) -> Catalog:
    """The catalogue of a language with every string that is marked now, and the translations that it had."""
    file = path(language, web)
    old = read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else Catalog(locale=language)
    made = Catalog(locale=language, charset="utf-8", header_comment=HEADER, fuzzy=False)
    for message in found(web):
        if message.id:
            before = old.get(message.id)
            comments = before.user_comments if before else ()
            string = before.string if before else None
            made.add(message.id, string, message.locations, flags=message.flags, user_comments=comments)
    return made


def path(language: str, web: Path = WEB) -> Path:
    """Where a catalogue lies."""
    return web / "locale" / language / "LC_MESSAGES" / "django.po"


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The catalogue as text and compiled, the same every time."""
    text, compiled = io.BytesIO(), io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = None
    write_po(text, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    head, rest = text.getvalue().split(b"\n\n", 1)
    lines = [line for line in head.splitlines() if not line.startswith(b'"') or line[1:].startswith(KEPT)]
    whole = b"\n".join(lines) + b"\n\n" + rest
    again = read_po(io.BytesIO(whole), locale=str(catalogue.locale))
    again.creation_date = again.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(compiled, again)
    return whole, compiled.getvalue()


def main(language: str) -> None:
    """Write both files."""
    file = path(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    text, compiled = written(renewed(language))
    file.write_bytes(text)
    file.with_suffix(".mo").write_bytes(compiled)


if __name__ == "__main__":
    main(sys.argv[1])

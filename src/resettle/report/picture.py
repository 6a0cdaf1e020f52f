"""The picture that stands for the whole: nine stations on a line, coloured by circle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from resettle.report.look import INK, QUIET, STATIONS, Station

WIDTH, HEIGHT, LINE_Y, STEP = 1000, 112, 36, 108
ABOUT = "The thread: " + ", ".join(s.name for s in STATIONS) + "."


@dataclass(frozen=True)
class ThreadPicture:
    """The picture of the thread, as a notebook shows it."""

    title: str = ""

    def svg(self) -> str:
        """The picture as SVG text."""
        return thread_svg()

    def _repr_svg_(self) -> str:
        return self.svg()


def thread_svg() -> str:
    """The picture as a standalone SVG file: one image with a label, on white, no links."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{ABOUT}">'
    return f'{head}<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#ffffff"/>{drawing()}</svg>\n'


def linked_svg(links: Mapping[str, str], here: str | None = None) -> str:
    """The picture for the head of a page: each station is a link to `links[station]`; `here` is marked as the reader's place."""
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" focusable="false">{drawing(links, here)}</svg>'


def drawing(links: Mapping[str, str] | None = None, here: str | None = None) -> str:
    """The line and its nine stations."""
    places = list(zip(STATIONS, range(68, WIDTH, STEP), strict=True))
    lines = [
        f'<line x1="{x}" y1="{LINE_Y}" x2="{x + STEP}" y2="{LINE_Y}" stroke="{s.colour}" stroke-width="6"/>'
        for s, x in places[:-1]
    ]
    stops = [linked(stop(s, x, n, s.name == here), s, links) for n, (s, x) in enumerate(places, start=1)]
    return "".join(lines + stops)


def stop(station: Station, x: int, number: int, here: bool) -> str:
    """One station: its number on the line, its name, and what is found there."""
    ring = f'<circle cx="{x}" cy="{LINE_Y}" r="24" fill="none" stroke="{INK}" stroke-width="3"/>' if here else ""
    text = 'text-anchor="middle" font-family="Arial, sans-serif"'
    return (
        f'{ring}<circle cx="{x}" cy="{LINE_Y}" r="18" fill="{station.colour}"/>'
        f'<text x="{x}" y="{LINE_Y + 6}" {text} font-size="17" font-weight="bold" fill="#ffffff">{number}</text>'
        f'<text x="{x}" y="{LINE_Y + 43}" {text} font-size="16" font-weight="bold" fill="{station.colour}">{station.name}</text>'
        f'<text x="{x}" y="{LINE_Y + 62}" {text} font-size="12" fill="{QUIET}">{station.about}</text>'
    )


def linked(drawn: str, station: Station, links: Mapping[str, str] | None) -> str:
    """A station as a link, where there are links."""
    return drawn if links is None else f'<a href="{escape(links[station.name], quote=True)}">{drawn}</a>'

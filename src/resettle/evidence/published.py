"""What was published about a programme, and what would have to be known: the block `[published]` of a study file."""

from __future__ import annotations

from pydantic import Field

from resettle.result import Record


class PublishedFigure(Record):
    """One figure as it was published: in words, its value where it is a number, and where it stands.

    `value` is a share from 0 to 1, a number of people or an amount in pounds, as `unit` says.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    words: str = Field(min_length=1)
    value: float | None = None
    unit: str = ""
    source: str = Field(min_length=1)


class Unpublished(Record):
    """One figure that was never published, and why the question cannot be answered without it."""

    what: str = Field(min_length=1)
    why: str = Field(min_length=1)


class Published(Record):
    """Everything that was published about a programme, what would have to be known, and what stands in its place here.

    `invented` says in plain words what of the records is made up where the study is run on an area that was made for it.
    """

    programme: str = Field(min_length=1)
    invented: str = ""
    figures: tuple[PublishedFigure, ...] = ()
    unknown: tuple[Unpublished, ...] = ()

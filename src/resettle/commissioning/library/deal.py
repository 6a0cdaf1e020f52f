"""`Deal`: one contract of the library, with what happened, its sources, beliefs to value it on and evidence to settle it on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.beliefs import Beliefs, read_beliefs
from resettle.commissioning.contract import Contract, read_contract
from resettle.commissioning.evidence import Evidence, read_evidence
from resettle.document import read_document
from resettle.errors import bad, did_you_mean

Lesson = Literal["chance", "volume", "trend", "dead-weight", "trust"]
DOCUMENTS = ("contract.toml", "beliefs.toml", "evidence.toml", "deal.toml")


class Source(BaseModel):
    """Where something about a deal was published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str


class About(BaseModel):
    """`deal.toml`: what the deal was, what happened, and which of its risks its own stress test shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(description="Title.")
    place: str = Field(description="Where and when.")
    settle_at: date = Field(description="Day on which the example evidence is settled.")
    happened: str = Field(description="What happened, with published figures only.")
    lesson: Lesson = Field(description="The risk that decided it.")
    sources: tuple[Source, ...] = Field(min_length=1, description="Sources.")


class Deal:
    """One deal of the library by name; its documents are read when they are asked for."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder

    @property
    def about(self) -> About:
        """What it was, and what happened."""
        return read_document(About, self.folder / "deal.toml")

    def contract(self, inputs: Mapping[str, object] | None = None) -> Contract:
        """Its terms; `inputs` replace named inputs."""
        return read_contract(self.folder / "contract.toml", inputs)

    @property
    def beliefs(self) -> Beliefs:
        """Beliefs to value it on: the library's own."""
        return read_beliefs(self.folder / "beliefs.toml")

    @property
    def evidence(self) -> Evidence:
        """Evidence to settle it on: as published, or invented and said so."""
        return read_evidence(self.folder / "evidence.toml", self.contract())


@cache
def library_folder() -> Path:
    """Where the deals lie."""
    return Path(str(files("resettle.commissioning.library") / "deals"))


def deals() -> list[Deal]:
    """All deals, by name."""
    return [Deal(folder.name, folder) for folder in sorted(library_folder().iterdir()) if folder.is_dir()]


def deal(name: str) -> Deal:
    """One deal by name; an unknown name is a `BadInput` that names the closest."""
    known = {d.name: d for d in deals()}
    if name not in known:
        raise bad("no such deal in the library", value=name, do=did_you_mean(name, known))
    return known[name]


def copy_deal(name: str, folder: Path) -> list[Path]:
    """Copy a deal's documents to a folder, to change them. A file that is there already is a `BadInput`."""
    found = deal(name)
    made = [folder / document for document in DOCUMENTS]
    for path in made:
        if path.exists():
            raise bad("a file is there already", file=path, do="Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for path in made:
        shutil.copyfile(found.folder / path.name, path)
    return made

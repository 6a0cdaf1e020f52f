"""The published coefficient tables, one TOML file a predictor, each with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(predictor: str) -> dict[str, Any]:
    """The whole table of a predictor (arp, vrp, svrp, ogrs3, ogp, ovp)."""
    return tomllib.loads(files("resettle.evidence.scores").joinpath(f"{predictor}.toml").read_text("utf-8"))


@cache
def categories() -> tuple[str, ...]:
    """The actuarial categories of offences that the predictors of 2026 have weights for."""
    return tuple(table("arp")["static"]["offence"])

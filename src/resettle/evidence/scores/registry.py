"""Every score by its name."""

from __future__ import annotations

from collections.abc import Callable

from resettle.errors import bad, did_you_mean
from resettle.evidence.scores.columns import Columns
from resettle.evidence.scores.models import Model
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.point_scales import OGP, OVP
from resettle.evidence.scores.predictors import DYNAMIC, STATIC, best
from resettle.evidence.scores.reconviction import OGRS3
from resettle.evidence.scores.scored import Scores

MODELS: dict[str, Model] = {m.name: m for m in (OGRS3[2], OGP[2], OVP[2], *STATIC.values(), *DYNAMIC.values())}
FAMILIES = tuple(STATIC)
NAMES = (*MODELS, *FAMILIES)


def scorer(name: str) -> Callable[[Columns, OffenceCodes], Scores]:
    """The function that scores columns; an unknown name is a `BadInput` with the nearest one."""
    if name in MODELS:
        return MODELS[name].score
    if name in FAMILIES:
        return lambda columns, codes: best(name, columns, codes)
    raise unknown(name)


def model(name: str) -> Model:
    """One model; an unknown name is a `BadInput`, as is one that is static or dynamic by what is known."""
    if name in FAMILIES:
        raise bad("two models go by this name", value=name, do=f"Choose {name}_static or {name}_dynamic.")
    if name not in MODELS:
        raise unknown(name)
    return MODELS[name]


def unknown(name: str) -> Exception:
    """What a user is told about a score that does not exist."""
    return bad("unknown score", value=name, do=did_you_mean(name, NAMES))

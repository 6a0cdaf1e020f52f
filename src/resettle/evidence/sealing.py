"""The design stage of a study: its people, sides and comparison, sealed before any outcome is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.area import Area, Steps
from resettle.evidence.balance import balance_table, design_checks
from resettle.evidence.clock import Clock
from resettle.evidence.covariates import Design, design_matrix
from resettle.evidence.designing import Designed, check_binary, make_design
from resettle.evidence.effect import Balance, Check
from resettle.evidence.grades import GRADES
from resettle.evidence.people import check_sides, study_steps
from resettle.evidence.study import Study
from resettle.provenance import Provenance, hash_bytes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Made:
    """A comparison made alike, with its balance and checks: the design stage of the designs that have one."""

    designed: Designed
    balance: tuple[Balance, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Sealed:
    """A study before its outcomes are read: the pipeline, the rows of `designed`, their covariates, the comparison that
    was made of them (None for designs that compare people as they are), and the seal."""

    area: Area
    study: Study
    clock: Clock
    steps: Steps
    rows: pa.Table
    design: Design
    made: Made | None
    seal: str

    @property
    def treated(self) -> Bools:
        """Who is treated, one entry for each row."""
        import numpy as np

        result: Bools = np.asarray(self.rows["treated"].to_numpy() == 1)
        return result

    @cached_property
    def known_on(self) -> date:
        """The first day on which the follow-up of everybody in the study, and the wait for proof, is over."""
        last = self.steps.then(
            "last",
            f"""SELECT CAST(max(n.index_date) + {self.clock.mature_after.sql} AS DATE) AS day
            FROM designed d JOIN entry n ON n.index_id = d.index_id""",
            "when the last follow-up ends",
        )
        day: date = self.area.run(last)["day"][0].as_py()
        return day

    @cached_property
    def provenance(self) -> Provenance:
        """What went into the study."""
        return self.area.provenance(
            "index_event",
            "offence",
            "programme",
            "person",
            "assessment",
            study=self.study.model_dump(mode="json"),
            clock=self.clock.model_dump(mode="json"),
        )


def seal_study(area: Area, study: Study, clock: Clock, *, detail: bool = False) -> Sealed:
    """Read the people, sides and covariates of a study, make the comparison, and seal both (SHA-256 of the rows, and of the
    weights where there are any). With `detail` the pipeline can tell court tiers and custody afterwards."""
    steps = study_steps(area, study, clock, detail=detail)
    rows = area.run(steps, "designed")
    treated = rows["treated"].to_numpy()
    if study.design != "interrupted_time_series":
        check_sides(int(treated.sum()), len(treated), study, area)
    check_binary(treated)
    design = design_matrix(rows, study.covariates)
    made = make(study, design, treated == 1)
    return Sealed(area, study, clock, steps, rows, design, made, seal_of(rows, made, settings_of(study)))


def make(study: Study, design: Design, treated: Bools) -> Made | None:
    """The comparison that the study's design makes; None for designs that compare people as they are."""
    if study.design in GRADES:
        return None
    designed = make_design(study.design, design.x, design.names, treated, study.matching)
    balance = balance_table(designed, design.centre, design.scale)
    return Made(designed, balance, design_checks(designed, balance))


def settings_of(study: Study) -> str:
    """What a study says of how its effect is estimated, as text: part of the seal, so that no other estimator has the same."""
    said = study.model_dump_json(include={"design", "covariates", "matching", "trial", "change", "survival"})
    return f"{study.clock} {said}"


def seal_of(designed: pa.Table, made: Made | None = None, settings: str = "") -> str:
    """The hash of the design: who, on which side, with which covariates and weights, and the settings of the estimator; made
    before any outcome is read.

    Weights are hashed in millionths, so that the last digits of a processor do not matter.
    """
    import numpy as np
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, designed.schema) as writer:
        writer.write_table(designed.combine_chunks())
    rows = hash_bytes(sink.getvalue().to_pybytes() + settings.encode())
    if made is None:
        return rows
    weights = np.rint(made.designed.weights * 1e6).astype("<i8").tobytes()
    return hash_bytes(f"{rows} {hash_bytes(weights)}".encode())

"""Pages about one programme beside its effect: what was done, why it should work, what people said, and what it is worth."""

from resettle.report.programme.economics import write_economics
from resettle.report.programme.process import write_process
from resettle.report.programme.theory import write_theory
from resettle.report.programme.voices import write_agreement, write_joint, write_quotes, write_themes

__all__ = [
    "write_agreement",
    "write_economics",
    "write_joint",
    "write_process",
    "write_quotes",
    "write_themes",
    "write_theory",
]

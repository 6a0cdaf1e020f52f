"""Findings made up from a few numbers, for tests of words, rules and pages."""

from resettle.evidence.diagnostics.findings import Compared, StudyFindings, Value
from resettle.evidence.effect import Grade

NONE = Value(n=None, count=None, value=None, low=None, high=None)


def compared(
    name="rate", unit="share", of="people", n=500, others=5000, count=150, ours=0.3, theirs=0.35, low=-0.09, high=-0.01,
    p=0.01, significant=True, hidden="", needed=300,
):  # fmt: skip
    sides = [
        Value(n=k, count=c, value=v, low=v - 0.01, high=v + 0.01)
        for k, c, v in ((n, count, ours), (others, 1750, theirs))
    ]
    return Compared(
        name=name, label={"rate": "proven reoffending within 12 months"}.get(name, name), of=of, unit=unit, treated=sides[0],
        comparison=sides[1], difference=ours - theirs, low=low, high=high, p=p, needed=needed, method="m",
        significant=significant, hidden=hidden,
    )  # fmt: skip


def findings(*outcomes, people="people", programme="the support", **more):
    return StudyFindings(
        **{
            "id": "s", "title": "T", "question": "Q?", "people": people, "programme": programme, "comparison_label": "none",
            "place": "Somewhere", "area": "Area", "source": "S", "caveat": "C.", "records": "real", "clock": "jdl",
            "clock_label": "proven reoffending within 12 months", "clock_source": "S", "event": "reoffence",
            "follow_up": "12 months", "known_on": None, "design": "radius_matching", "method": "m",
            "grade": Grade(maryland=3, nesta=3, why="w"), "seal": "abc", "sealed_at": "2026-01-01", "outcomes": outcomes, **more,
        }
    )  # fmt: skip

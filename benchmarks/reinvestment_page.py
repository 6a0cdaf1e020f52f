"""What the benchmark of the flows found, in words and tables: goals met or not, growth, times."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

LINEAR = 1.2
"""An exponent of growth up to which it is called near linear."""


class Goal(NamedTuple):
    """A goal, its limit (at least, where `most` is False), what the clock said, and what an idle machine would take."""

    what: str
    limit: float
    unit: str
    clock: float
    idle: float
    most: bool = True

    def met(self) -> str:
        """Whether it is met by the clock, or only in processor time."""
        clock, idle = ((v <= self.limit) if self.most else (v >= self.limit) for v in (self.clock, self.idle))
        return "yes" if clock else "in processor time" if idle else "no"

    def row(self) -> str:
        """A line of the table."""
        side = "at most" if self.most else "at least"
        cells = (self.what, f"{side} {self.limit:g} {self.unit}", f"{self.clock:,.2f}", f"{self.idle:,.2f}", self.met())
        return f"| {' | '.join(cells)} |"


def goals(found: dict[str, Any]) -> list[Goal]:
    """Every goal whose size was run: the smaller sizes of a quick run say nothing about them."""
    workers, loop = found["workers"], found["event_loop"]
    cohorts = {r["draws"]: r for r in found["cohorts"] if (r["boroughs"], r["months"]) == (10, 120)}
    persons = {(r["engine"], round(r["people"], -3)): r for r in found["persons"]}
    wanted = [
        ("Cohort flow, 1,000 draws", 1.0, cohorts.get(1000), workers),
        ("Cohort flow, 100 draws", 0.2, cohorts.get(100), 1),  # one block: one worker
        ("100,000 people, numpy", 2.0, persons.get(("numpy", 100_000)), 1),
        ("100,000 people, numba", 0.5, persons.get(("numba", 100_000)), workers),
        ("1,000,000 people, numba", 5.0, persons.get(("numba", 1_000_000)), workers),
    ]
    times = [Goal(w, limit, "s", r["seconds"], r["cpu_seconds"] / n) for w, limit, r, n in wanted if r]
    peak = found["memory"]
    memory = Goal("1,000,000 people, memory", 2048, "MB", peak["mb"], peak["mb"])
    ratios = [
        Goal(f"100,000 people, {e}, against simpy", 20, "times", loop[e]["seconds"], loop[e]["cpu_seconds"], most=False)
        for e in ("numpy", "numba")
    ]
    return [*times, *([memory] if peak["people"] == 1_000_000 else []), *(ratios if loop["people"] >= 100_000 else [])]


def exponent(rows: list[dict[str, Any]], size: str) -> float:
    """The power of its size with which processor time grows: least squares on logarithms."""
    x, y = (np.log([r[key] for r in rows]) for key in (size, "cpu_seconds"))
    return float(np.polyfit(x, y, 1)[0])


def growth(found: dict[str, Any]) -> dict[str, float]:
    """The exponent by draws, states and people, of those that were run in several sizes."""
    cohorts = [r for r in found["cohorts"] if (r["boroughs"], r["months"]) == (10, 120)]
    sets = {
        "draws": (cohorts, "draws"),
        "states": (found["by_states"], "states"),
        **{f"people, {e}": ([r for r in found["persons"] if r["engine"] == e], "people") for e in ("numpy", "numba")},
    }
    return {name: round(exponent(rows, size), 2) for name, (rows, size) in sets.items() if len(rows) > 1}


def both(row: dict[str, Any]) -> str:
    """Seconds and processor seconds as two cells."""
    return f"{row['seconds']:.2f} | {row['cpu_seconds']:.2f}"


def page(found: dict[str, Any]) -> str:
    """The results as Markdown."""
    on, loop, draws = found["machine"], found["event_loop"], found["memory_cohorts"]
    lines = [
        "# Flows: cohorts, persons, and an event loop",
        "",
        f"{on['cores']} cores, {on['memory_gib']} GiB, {on['system']}, Python {on['python']}, numpy {on['numpy']}, numba "
        f"{on['numba']}; load {on['load_before']} before, {on['load_after']} after (more than the cores means that other work "
        f"shared them, and seconds are then too long). Least of {found['runs']} runs; processor seconds are of all threads.",
        "",
        f"Real states and stays ({found['states']} states), ten boroughs with a chance of reoffending each, 120 months, "
        "unless said.",
        "",
        "## Goals",
        "",
        "| what | goal | by the clock | on an idle machine | met |",
        "|---|---|---:|---:|---|",
        *(g.row() for g in goals(found)),
        "",
        f"On an idle machine: processor time shared out to {found['workers']} workers where a run has them.",
        "",
        "## Growth",
        "",
        "Processor time grows with the power of the size that is given here (1: in proportion).",
        "",
        "| size | power | |",
        "|---|---:|---|",
        *(
            f"| {name} | {power:.2f} | {'near linear' if power <= LINEAR else 'more than linear'} |"
            for name, power in growth(found).items()
        ),
        "",
        "## Cohort flow",
        "",
        "| draws | boroughs | months | seconds | processor seconds |",
        "|---:|---:|---:|---:|---:|",
        *(f"| {r['draws']:,} | {r['boroughs']} | {r['months']} | {both(r)} |" for r in found["cohorts"]),
        "",
        "States in a ring, each with a stay and an event, ten boroughs, 120 months:",
        "",
        "| states | draws | seconds | processor seconds |",
        "|---:|---:|---:|---:|",
        *(f"| {r['states']} | {r['draws']:,} | {both(r)} |" for r in found["by_states"]),
        "",
        f"Peak memory of {draws['draws']:,} draws with {found['workers']} workers: {draws['mb']:,.0f} MB more than before the run; "
        f"{draws['asked_mb']:,.0f} MB are asked for beforehand.",
        "",
        "## Person level, 120 months",
        "",
        "| engine | people | seconds | processor seconds |",
        "|---|---:|---:|---:|",
        *(f"| {r['engine']} | {r['people']:,} | {both(r)} |" for r in found["persons"]),
        "",
        f"simpy {on['simpy']}, one process a person, drawing from the same tables: {loop['people']:,} people, {loop['moves']:,} "
        f"moves, {loop['seconds']:.1f} s ({loop['cpu_seconds']:.1f} processor seconds).",
        "",
        *(
            f"- Ours with {e}: {loop[e]['took']:.2f} s, {loop[e]['seconds']:.0f} times as fast ({loop[e]['cpu_seconds']:.0f} times "
            "in processor seconds)."
            for e in ("numpy", "numba")
        ),
        "",
        f"Peak memory of {found['memory']['people']:,} people with numba: {found['memory']['mb']:,.0f} MB, compiler and libraries "
        "included.",
        "",
    ]
    return "\n".join(lines)

"""Sensitivity of an answer to what nobody knows: one input at a time (tornado), and all together (Sobol indices).

A model is a function of named inputs, each an array with one value a row, that gives one number a row. Sobol's indices (1993; in
the estimators of Saltelli and others 2010) say which share of the variance of the answer an input explains alone (first order)
and with all that it does together with others (total). They take the inputs to be independent. SALib samples and estimates them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resettle.errors import bad
from resettle.money import exact, show
from resettle.provenance import Provenance
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Model = Callable[[Mapping[str, "Floats"]], "Floats"]
At = Callable[["Floats"], "Floats"]
ENDS = (0.025, 0.975)
RESAMPLES = 200


@dataclass(frozen=True)
class Unsure:
    """One input that nobody knows: its name, and its quantile function, from shares between 0 and 1 to values."""

    name: str
    at: At


class Bar(Record):
    """The answer at the low and at the high end of one input, all others at their middle. `ends` are the two in words, where a
    number alone does not say what they are.
    """

    name: str
    low: float
    high: float
    at_low: float
    at_high: float
    ends: tuple[str, str] | None = None

    @property
    def width(self) -> float:
        """How far the input moves the answer."""
        return abs(self.at_high - self.at_low)


class Tornado(Result):
    """One input at a time from the 2.5th to the 97.5th percentile of what is believed of it, and one convention at a time from its
    lowest to its highest published value; the widest first.
    """

    answer: str
    currency: str
    middle: float
    bars: tuple[Bar, ...]

    @property
    def turning(self) -> tuple[Bar, ...]:
        """Inputs that alone can change the sign of the answer."""
        return tuple(one for one in self.bars if min(one.at_low, one.at_high) < 0 < max(one.at_low, one.at_high))

    @property
    def sentence(self) -> str:
        """What moves the answer most, and what can turn it."""
        if not self.bars:
            return f"Nothing that the {self.answer} rests on is given with a range."
        first = self.bars[0]
        low, high = (
            show(exact(v), self.currency, pence=False) for v in sorted((float(first.at_low), float(first.at_high)))
        )
        turn = [one.name for one in self.turning]
        said = f"{len(turn)} of {len(self.bars)} inputs" if len(turn) > 2 else " and ".join(turn)
        turned = f" Alone, {said} can change its sign." if turn else " None of them alone can change its sign."
        return f"What moves the {self.answer} most is {first.name}: {low} to {high}.{turned}"

    def rows(self) -> list[dict[str, Any]]:
        """One row an input."""
        return [{**one.model_dump(exclude={"ends"}), "width": one.width} for one in self.bars]


class Index(Record):
    """The share of the variance that an input explains alone (`first`), and with all its interactions (`total`)."""

    name: str
    first: float
    first_interval: Interval
    total: float
    total_interval: Interval


class Sobol(Result):
    """Sobol indices of all inputs together, the largest total first. `n` is the base sample, `runs` how often the model ran."""

    answer: str
    n: int
    runs: int
    mean: float
    variance: float
    indices: tuple[Index, ...]

    @property
    def sentence(self) -> str:
        """Which input explains most, and how much of the variance is interaction."""
        first = self.indices[0]
        alone = sum(one.first for one in self.indices)
        return (
            f"Most of what makes the {self.answer} unsure is {first.name}: {first.total:.0%} of its variance "
            f"({first.total_interval.low:.0%} to {first.total_interval.high:.0%}) with all that it does together with others. "
            f"Inputs one by one explain {min(max(alone, 0.0), 1.0):.0%}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row an input."""
        return [
            {
                "name": one.name,
                "first": one.first,
                "first_low": one.first_interval.low,
                "first_high": one.first_interval.high,
                "total": one.total,
                "total_low": one.total_interval.low,
                "total_high": one.total_interval.high,
            }
            for one in self.indices
        ]


def tornado(model: Model, inputs: Sequence[Unsure], *, answer: str = "answer", currency: str = "GBP") -> Tornado:
    """The answer with each input at its low and at its high end, all others at their median; the model runs once."""
    import numpy as np

    named_once(inputs)
    shares = np.full((1 + 2 * len(inputs), len(inputs)), 0.5)
    for n in range(len(inputs)):
        shares[1 + 2 * n : 3 + 2 * n, n] = ENDS
    values = {one.name: one.at(shares[:, n]) for n, one in enumerate(inputs)}
    found = [float(v) for v in model(values)] if inputs else [0.0]
    bars = [
        Bar(
            name=one.name,
            low=float(values[one.name][1 + 2 * n]),
            high=float(values[one.name][2 + 2 * n]),
            at_low=found[1 + 2 * n],
            at_high=found[2 + 2 * n],
        )
        for n, one in enumerate(inputs)
    ]
    bars.sort(key=lambda one: -one.width)
    return Tornado(answer=answer, currency=currency, middle=found[0], bars=tuple(bars))


def sobol(model: Model, inputs: Sequence[Unsure], *, answer: str = "answer", n: int = 1024, seed: int = 1) -> Sobol:
    """Sobol indices by SALib (extra `sim`), with 95 % bootstrap intervals.

    The model runs `n` times the number of inputs and two more; `n` is a power of two. Fewer than two inputs, and an answer that
    does not vary, are a `BadInput`.
    """
    problem = problem_of(inputs, n)
    found = sobol_of(problem, sampled(model, inputs, problem, n, seed), answer, n, seed)
    if found is None:
        raise bad("the answer does not vary with its inputs", column=answer, do="Give ranges to what matters.")
    return found


def problem_of(inputs: Sequence[Unsure], n: int) -> dict[str, Any]:
    """The inputs as SALib names them, each a share from 0 to 1."""
    named_once(inputs)
    if n < 64 or n & (n - 1):
        raise bad("the size of a Sobol sample is a power of two, 64 or more", column="n", value=n, do="Take 1024.")
    if len(inputs) < 2:
        raise bad("Sobol indices need two inputs with a range", value=len(inputs), do="Give ranges to the inputs.")
    return {"num_vars": len(inputs), "names": [one.name for one in inputs], "bounds": [[0.0, 1.0]] * len(inputs)}


def sobol_of(problem: dict[str, Any], answers: Floats, answer: str, n: int, seed: int) -> Sobol | None:
    """The indices of answers on a Sobol sample; None where they do not vary."""
    spread = float(answers.var())
    if spread <= 1e-18 * max(1.0, float(answers.mean()) ** 2):
        return None
    found = analysed(problem, answers, seed)
    made = [index(name, found, i) for i, name in enumerate(problem["names"])]
    return Sobol(
        answer=answer,
        n=n,
        runs=len(answers),
        mean=float(answers.mean()),
        variance=spread,
        indices=tuple(sorted(made, key=lambda one: -one.total)),
        provenance=Provenance(seed=seed, parameters={"n": n, "resamples": RESAMPLES, "inputs": problem["names"]}),
    )


def sampled(model: Model, inputs: Sequence[Unsure], problem: dict[str, Any], n: int, seed: int) -> Floats:
    """The answers of a model on a Sobol sample of its inputs."""
    import numpy as np

    sample = needed("SALib.sample.sobol").sample(problem, n, calc_second_order=False, seed=seed)
    # The ends of a distribution without bounds are endless.
    shares = np.clip(sample, 1e-6, 1 - 1e-6)
    return np.asarray(model({one.name: one.at(shares[:, i]) for i, one in enumerate(inputs)}), dtype=float)


def analysed(problem: dict[str, Any], answers: Floats, seed: int) -> Mapping[str, Floats]:
    """SALib's indices of the answers, with the half-widths of their intervals."""
    centred = answers - answers.mean()
    found: Mapping[str, Floats] = needed("SALib.analyze.sobol").analyze(
        problem, centred, calc_second_order=False, num_resamples=RESAMPLES, conf_level=0.95, seed=seed
    )
    return found


def needed(module: str) -> Any:
    """A part of SALib; where it is not installed, a `BadInput` that says how to get it."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise bad(
            "Sobol indices need SALib", do="Install the extra: pip install 'resettle[sim]'; or leave them out."
        ) from None


def index(name: str, found: Mapping[str, Floats], place: int) -> Index:
    """The indices of one input."""

    def about(what: str) -> Interval:
        middle, reach = float(found[what][place]), float(found[f"{what}_conf"][place])
        return Interval(low=middle - reach, high=middle + reach, method=f"bootstrap, {RESAMPLES} resamples")

    return Index(
        name=name,
        first=float(found["S1"][place]),
        first_interval=about("S1"),
        total=float(found["ST"][place]),
        total_interval=about("ST"),
    )


def named_once(inputs: Sequence[Unsure]) -> None:
    """Refuse two inputs of one name."""
    names = [one.name for one in inputs]
    for name in names:
        if names.count(name) > 1:
            raise bad("two inputs have the same name", value=name, do="Name each once.")

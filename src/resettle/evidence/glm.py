"""Models of the mean of an outcome: logistic for shares, log-linear for numbers of events, linear for days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.effect import Unit
from resettle.evidence.linear import least_squares
from resettle.evidence.logit import FURTHEST, STEPS, expit, fit_logit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

KINDS: dict[Unit, str] = {"share": "logistic", "events": "log-linear (Poisson)", "days": "linear"}


@dataclass(frozen=True)
class Model:
    """A fitted model of the mean with its canonical link: `beta` has the constant first, `inverse` is the inverse of the
    sum of slope times z z' over its rows."""

    unit: Unit
    beta: Floats
    inverse: Floats

    def mean(self, z: Floats) -> Floats:
        """The modelled mean of rows with a constant first."""
        import numpy as np

        lean: Floats = z @ self.beta
        if self.unit == "share":
            return expit(lean)
        return np.exp(lean) if self.unit == "events" else lean

    def slope(self, z: Floats) -> Floats:
        """How fast the mean moves with the linear predictor."""
        import numpy as np

        mean = self.mean(z)
        if self.unit == "share":
            return mean * (1 - mean)
        return mean if self.unit == "events" else np.ones(len(mean))


def fit_mean(unit: Unit, x: Floats, y: Floats, names: tuple[str, ...]) -> Model:
    """Fit the model of an outcome's unit on the columns of `x` and a constant; faults of columns are `BadInput`."""
    import numpy as np

    z = np.column_stack([np.ones(len(y)), x])
    if unit == "share":
        fit = fit_logit(x, y, names)
        return Model(unit, np.concatenate([[fit.intercept], fit.slopes]), fit.covariance)
    plain = least_squares(z, y, ("the constant", *names))
    if unit == "days":
        return Model(unit, plain.beta, plain.inverse)
    return log_linear(z, y, names)


def log_linear(z: Floats, y: Floats, names: tuple[str, ...]) -> Model:
    """Maximum likelihood of a Poisson model by Newton's method with halved steps."""
    import numpy as np

    if y.min() < 0 or y.max() == 0:
        raise bad("nobody had an event: there is nothing to model", do="Choose an outcome that happened.")
    beta = np.zeros(z.shape[1])
    beta[0] = np.log(y.mean())

    def height(at: Floats) -> float:
        lean = z @ at
        return float(y @ lean - np.exp(np.minimum(lean, 500.0)).sum())

    for _ in range(STEPS):
        mean = np.exp(z @ beta)
        inverse = np.linalg.pinv((z * mean[:, None]).T @ z).astype(np.float64)
        step = inverse @ (z.T @ (y - mean))
        now = height(beta)
        while height(beta + step) < now - 1e-9 * abs(now) and np.abs(step).max() > 1e-12:
            step = step / 2
        beta = beta + step
        if np.abs(beta).max() > FURTHEST:
            name = names[int(np.abs(beta[1:]).argmax())]
            raise bad(
                "nobody with this covariate had an event: the model has no finite estimate",
                column=name,
                do="Leave it out, or join its levels.",
            )
        if np.abs(step).max() < 1e-9:
            return Model("events", beta, inverse)
    raise bad("the model of the number of events did not settle", do="Use fewer covariates.")

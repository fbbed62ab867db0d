"""How much of a change each path of a network carries, from one step to the next and to the end."""

import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement import Measurement
from rnn_tui.ui.widgets.steps import short_text

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray


class Carried(NamedTuple):
    """log10 of the factors of an LSTM's two paths, (T − 1,): index t leads from step t to t + 1 (from 0).

    Attributes:
        cell: ‖∂h_T/∂c_t‖ / ‖∂h_T/∂c_{t+1}‖, what the c-path keeps.
        hidden: ‖∂h_T/∂h_t‖ / ‖(∂h_T/∂h_{t+1}, ∂h_T/∂c_{t+1})‖, what of both W brings to h: a change of h_t can go on
            through the gates alone, into h and into c.
    """

    cell: "FloatArray"
    hidden: "FloatArray"


def carried(measurement: Measurement) -> Carried | None:
    """The factors of an LSTM's paths; None for a network of one path. NaN where nothing is carried any more."""
    import numpy as np

    of_h, of_c = measurement.log10_jacobian, measurement.log10_jacobian_cell
    if of_c is None:
        return None
    both = np.logaddexp(2 * np.log(10) * of_h, 2 * np.log(10) * of_c) / (2 * np.log(10))
    with np.errstate(invalid="ignore"):
        return Carried(of_c[:-1] - of_c[1:], of_h[:-1] - both[1:])


class Arrived(NamedTuple):
    """log10 of what of a change at the first step arrives at h_T in an LSTM.

    Attributes:
        cell, hidden: ‖∂h_T/∂c_1‖ and ‖∂h_T/∂h_1‖.
    """

    cell: float
    hidden: float


def arrived(measurement: Measurement) -> Arrived | None:
    """What arrives of a change at the first step; None for a network of one path, and where one step is all."""
    if measurement.log10_jacobian_cell is None or measurement.steps == 1:
        return None
    return Arrived(float(measurement.log10_jacobian_cell[0]), float(measurement.log10_jacobian[0]))


def arrived_text(ends: Arrived) -> str:
    """`c₁ arrives ×0.97, h₁ ×0.26`."""
    return f"c₁ arrives ×{short_text(ends.cell)}, h₁ ×{short_text(ends.hidden)}"


def grows_on_the_way(measurement: Measurement) -> bool:
    """Whether a change at the first step grows until it arrives.

    The map of an LSTM's whole state holds constants: over a short text it may grow while nothing grows that arrives.
    """
    from rnn_tui.lab.verdict import EXPLODES_ABOVE

    if measurement.verdict != "exploding":
        return False
    ends = arrived(measurement)
    return ends is None or max(ends) > (measurement.steps - 1) * math.log10(EXPLODES_ABOVE)


def per_step(factors: "FloatArray") -> float:
    """log10 of the geometric mean of factors given by theirs."""
    return float(factors.mean())

"""How much of a change each path of a network carries from one step to the next."""

from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement import Measurement

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


def per_step(factors: "FloatArray") -> float:
    """log10 of the geometric mean of factors given by theirs."""
    return float(factors.mean())

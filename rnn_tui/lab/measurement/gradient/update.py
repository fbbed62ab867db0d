"""The update W ← W − η g of one measurement, in digits for one weight, and what float32 makes of all of it."""

from collections.abc import Mapping

import numpy as np

from rnn_tui.engine.learning.optimisers import sgd, unmoved_in_float32
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.measurement import UpdateReport


def update_report(run: Trace, gradients: Mapping[str, Scaled], *, lr: float) -> UpdateReport:
    """The update by the (clipped) gradients, by parameter name, of the weight of W_hh that is largest in size."""
    unmoved = {
        name: unmoved_in_float32(tensor, exponents.to_float(gradients[name]), lr=lr)
        for name, tensor in run.parameters.items()
    }
    weight = run.network.parameters.weight_hh_l0
    place = np.unravel_index(np.abs(weight).argmax(), weight.shape)
    *layer, row, column = (int(i) for i in place)
    gradient = exponents.to_float(gradients["weight_hh_l0"])[place]
    after = sgd(weight[place], gradient, lr=lr)
    return UpdateReport(
        layer=layer[0] + 1 if layer else None,
        row=row,
        column=column,
        before=float(weight[place]),
        gradient=float(gradient) if np.isfinite(gradient) else None,
        after=float(after) if np.isfinite(after) else None,
        unmoved_hh=unmoved["weight_hh_l0"] / weight.size,
        unmoved=sum(unmoved.values()) / run.size,
        row_from_1=row + 1,
        column_from_1=column + 1,
    )

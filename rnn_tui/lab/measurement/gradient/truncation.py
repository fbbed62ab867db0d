"""What truncated backpropagation loses, measured on one gradient."""

from collections.abc import Mapping

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient
from rnn_tui.engine.learning.clipping import cosine, global_norm
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import add
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import nan_if_unknown
from rnn_tui.lab.measurement.gradient.clipping import gradients_of
from rnn_tui.lab.measurement.measurement import TruncationReport


def truncation_report(
    experiment: Experiment, run: Trace, *, full: HiddenGradient, cut: Mapping[str, Scaled]
) -> TruncationReport | None:
    """The whole gradient beside the truncated one; None where nothing is truncated.

    Args:
        full: ∂L/∂h_t without truncation.
        cut: the gradients of the parameters that truncation leaves.
    """
    if experiment.truncate is None:
        return None
    whole = gradients_of(run, full)
    lost = {name: add(each, Scaled(-cut[name].mantissa, cut[name].exponent)) for name, each in whole.items()}
    unknown = bool(run.unknown.any())
    log10_full, log10_cut, log10_lost = (
        nan_if_unknown(float(exponents.log10(global_norm(gradients))), unknown=unknown)
        for gradients in (whole, cut, lost)
    )
    ratio = log10_lost - log10_full
    return TruncationReport(
        steps=experiment.truncate,
        log10_norm_full=log10_full,
        log10_norm_cut=log10_cut,
        log10_norm_lost=log10_lost,
        lost=None if np.isnan(ratio) or np.isinf(log10_full) else float(10.0 ** min(ratio, 300.0)),
        cosine=cosine(whole, cut),
    )

"""From log10s, which any number has, to float64s, which hold only some: None or NaN where they cannot."""

import math

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, log10_norm

LOWEST, HIGHEST = -307.6, 308.2  # log10 of the numbers that float64 holds with all their digits


def nan_if_unknown(log10: float, *, unknown: bool) -> float:
    """NaN in the place of a zero where a number is too small to be known."""
    return math.nan if unknown and math.isinf(log10) else log10


def float_or_none(log10: float, *, exact: float | None = None) -> float | None:
    """10**log10; None where that leaves float64's range, or is unknown (NaN).

    Args:
        exact: the number where it is already at hand, free of the rounding of its logarithm.
    """
    if math.isnan(log10) or not LOWEST < log10 < HIGHEST:
        return 0.0 if log10 == -math.inf else None
    return 10.0**log10 if exact is None else exact


def floats_or_nan(values: FloatArray, log10: FloatArray) -> FloatArray:
    """The values; NaN for those that, by their log10, leave float64's range or are unknown."""
    outside = np.isnan(log10) | (log10 > HIGHEST) | ((log10 < LOWEST) & ~np.isneginf(log10))
    return np.where(outside, np.nan, values)


def log10_sum(log10: FloatArray, *, times: float) -> float:
    """log10 of `times` Σ 10**v over the known ones of the log10s v; −inf where there is none."""
    found = log10[~np.isnan(log10)]
    top = found.max(initial=-math.inf)
    if math.isinf(top):
        return -math.inf
    return float(top + np.log10((10.0 ** (found - top)).sum() * times))


def log10_hidden(delta: Scaled, unknown: AnyArray) -> FloatArray:
    """log10 ‖δ_t‖, (T, …), NaN where it is zero only because a later step's error is too small to be known.

    Args:
        delta: (T, …, H) with an exponent a step.
        unknown: (T, …) where the error of a step that counts is not known.
    """
    log10 = log10_norm(delta)
    later = np.logical_or.accumulate(unknown[::-1])[::-1]
    return np.where(np.isneginf(log10) & later, np.nan, log10)

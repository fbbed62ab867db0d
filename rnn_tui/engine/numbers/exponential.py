"""e**x with an exponent of its own, for softmax errors and saturated slopes far below float64's smallest number."""

import math

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import Scaled

LN_2_HIGH = 0.6931471803691238  # fdlibm's split of ln 2: the high part times an integer below 2**20 is exact
LN_2_LOW = 1.9082149292705877e-10
LARGEST_EXPONENT = 2**61  # of int64, with room to add two


def exponential(x: FloatArray) -> Scaled:
    """e**x element by element, x ≤ 709, however far below 0: `Scaled` with an exponent for each element.

    The argument is reduced by a multiple of ln 2 in two parts (Cody and Waite), so that the relative error stays
    near that of x itself. Beyond 2**−LARGEST_EXPONENT the exponent stops there; see `below_all_exponents`.
    """
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        turns = np.where(x < -700.0, np.clip(np.floor(x / math.log(2.0)), -float(LARGEST_EXPONENT), 0.0), 0.0)
        rest = (x - turns * LN_2_HIGH) - turns * LN_2_LOW
    rest = np.where(np.isfinite(rest), np.clip(rest, -745.0, 709.0), -745.0)
    return Scaled(np.where(np.isneginf(x), 0.0, np.exp(rest)), turns.astype(np.int64))


def below_all_exponents(x: FloatArray) -> AnyArray:
    """Where e**x is too small for any exponent that is kept here, and therefore unknown."""
    result: AnyArray = np.asarray(x) < -LARGEST_EXPONENT * math.log(2.0)
    return result

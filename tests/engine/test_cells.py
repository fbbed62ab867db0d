"""One step of every cell: the way back through its linear maps against differences of the step itself."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.backprop.adjoint_floats import pull_back_floats
from rnn_tui.engine.cells.gru import gru_step
from rnn_tui.engine.cells.lstm import lstm_step
from rnn_tui.engine.cells.rnn import rnn_step
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.numbers.arrays import FloatArray
from tests.engine.nets import Found, apart, draw, run

HIDDEN = 4
NUDGE = 1e-6
ROWS = np.random.default_rng(0).standard_normal((3, HIDDEN))
ROWS_C = np.random.default_rng(1).standard_normal((3, HIDDEN))


def difference(rows: FloatArray, ahead: FloatArray, behind: FloatArray) -> FloatArray:
    """What rows of adjoints say of a change of 2 · NUDGE in one unit of the state before."""
    result: FloatArray = rows @ ((ahead - behind) / (2 * NUDGE))
    return result


def nudges(state: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    return [(state + NUDGE * unit, state - NUDGE * unit) for unit in np.eye(HIDDEN)]


def second_step(found: Found) -> tuple[FloatArray, FloatArray, FloatArray]:
    """W_hh, h_1 and a_2."""
    trajectory = found.trajectory
    return found.net.parameters.weight_hh_l0, trajectory.h.mantissa[0], trajectory.a.mantissa[1]


@pytest.mark.parametrize("activation", get_args(Activation))
def test_rnn(activation: Activation) -> None:
    found = run(draw(3, steps=2, hidden=HIDDEN, activation=activation))
    weight, h_prev, a = second_step(found)
    driven = a - weight @ h_prev

    def step(h: FloatArray) -> FloatArray:
        return rnn_step(weight, activation, driven=driven, h_prev=h).h

    expected = np.stack([difference(ROWS, step(up), step(down)) for up, down in nudges(h_prev)], axis=-1)
    assert apart(pull_back_floats(ROWS, found.back, 1), expected) < 1e-8


def test_gru() -> None:
    found = run(draw(4, steps=2, hidden=HIDDEN, cell="gru"))
    weight, h_prev, a = second_step(found)
    bias_n = found.net.parameters.bias_hh_l0[2 * HIDDEN :]
    recurrent = weight @ h_prev
    opened = 1 / (1 + np.exp(-a[:HIDDEN]))
    recurrent[2 * HIDDEN :] = opened * (recurrent[2 * HIDDEN :] + bias_n)
    driven = a - recurrent

    def step(h: FloatArray) -> FloatArray:
        return gru_step(weight, bias_n, driven=driven, h_prev=h).h

    assert step(h_prev) == pytest.approx(found.trajectory.h.mantissa[1], rel=1e-14)
    expected = np.stack([difference(ROWS, step(up), step(down)) for up, down in nudges(h_prev)], axis=-1)
    assert apart(pull_back_floats(ROWS, found.back, 1), expected) < 1e-8


def test_lstm() -> None:
    found = run(draw(5, steps=2, hidden=HIDDEN, cell="lstm"))
    weight, h_prev, a = second_step(found)
    assert found.trajectory.c is not None
    c_prev = found.trajectory.c[0]
    driven = a - weight @ h_prev

    def told(h: FloatArray, cell: FloatArray) -> FloatArray:
        _, after, state = lstm_step(weight, driven=driven, h_prev=h, c_prev=cell)
        result: FloatArray = ROWS @ state + ROWS_C @ after
        return result

    by_h = [(told(up, c_prev) - told(down, c_prev)) / (2 * NUDGE) for up, down in nudges(h_prev)]
    by_c = [(told(h_prev, up) - told(h_prev, down)) / (2 * NUDGE) for up, down in nudges(c_prev)]
    of_h, of_c = np.split(pull_back_floats(np.concatenate([ROWS, ROWS_C], axis=-1), found.back, 1), 2, axis=-1)
    assert apart(of_h, np.stack(by_h, axis=-1)) < 1e-8
    assert apart(of_c, np.stack(by_c, axis=-1)) < 1e-8

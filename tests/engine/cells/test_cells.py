"""One step of every cell: the way back through its linear maps against differences of the step itself."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.backprop.adjoint_floats import pull_back_floats
from rnn_tui.engine.cells.step import CellStep
from rnn_tui.engine.cells.table import MATHEMATICS
from rnn_tui.engine.kinds import CELLS, Activation, CellName
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
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


def step_of(found: Found, *, driven: FloatArray, h_prev: FloatArray, c_prev: FloatArray | None = None) -> CellStep:
    network = found.net.network
    return MATHEMATICS[network.cell].step(network, 1, driven=driven, h_prev=h_prev, c_prev=c_prev)


@pytest.mark.parametrize("activation", get_args(Activation))
def test_rnn(activation: Activation) -> None:
    found = run(draw(3, steps=2, hidden=HIDDEN, activation=activation))
    weight, h_prev, a = second_step(found)
    driven = a - weight @ h_prev

    def step(h: FloatArray) -> FloatArray:
        return step_of(found, driven=driven, h_prev=h).h

    expected = np.stack([difference(ROWS, step(up), step(down)) for up, down in nudges(h_prev)], axis=-1)
    assert apart(pull_back_floats(ROWS, found.maps, 1), expected) < 1e-8


def test_gru() -> None:
    found = run(draw(4, steps=2, hidden=HIDDEN, cell="gru"))
    weight, h_prev, a = second_step(found)
    bias_n = found.net.parameters.bias_hh_l0[2 * HIDDEN :]
    recurrent = weight @ h_prev
    opened = 1 / (1 + np.exp(-a[:HIDDEN]))
    recurrent[2 * HIDDEN :] = opened * (recurrent[2 * HIDDEN :] + bias_n)
    driven = a - recurrent

    def step(h: FloatArray) -> FloatArray:
        return step_of(found, driven=driven, h_prev=h).h

    assert step(h_prev) == pytest.approx(found.trajectory.h.mantissa[1], rel=1e-14)
    expected = np.stack([difference(ROWS, step(up), step(down)) for up, down in nudges(h_prev)], axis=-1)
    assert apart(pull_back_floats(ROWS, found.maps, 1), expected) < 1e-8


def test_lstm() -> None:
    found = run(draw(5, steps=2, hidden=HIDDEN, cell="lstm"))
    weight, h_prev, a = second_step(found)
    assert found.trajectory.c is not None
    c_prev = found.trajectory.c[0]
    driven = a - weight @ h_prev

    def seen(h: FloatArray, cell: FloatArray) -> FloatArray:
        _, state, after, _ = step_of(found, driven=driven, h_prev=h, c_prev=cell)
        assert after is not None
        result: FloatArray = ROWS @ state + ROWS_C @ after
        return result

    by_h = [(seen(up, c_prev) - seen(down, c_prev)) / (2 * NUDGE) for up, down in nudges(h_prev)]
    by_c = [(seen(h_prev, up) - seen(h_prev, down)) / (2 * NUDGE) for up, down in nudges(c_prev)]
    of_h, of_c = np.split(pull_back_floats(np.concatenate([ROWS, ROWS_C], axis=-1), found.maps, 1), 2, axis=-1)
    assert apart(of_h, np.stack(by_h, axis=-1)) < 1e-8
    assert apart(of_c, np.stack(by_c, axis=-1)) < 1e-8


@pytest.mark.parametrize("cell", get_args(CellName))
def test_a_cell_is_declared_as_its_mathematics_has_it(cell: CellName) -> None:
    kind, found = CELLS[cell], run(draw(6, steps=3, hidden=HIDDEN, cell=cell))
    assert (found.maps.gates, found.maps.parts) == (len(kind.gates), len(kind.state))
    assert (found.trajectory.c is not None) == ("c" in kind.state)
    assert (found.maps.factors.carry is None) == (kind.carry is None)
    assert found.net.network.layered != kind.shares_weights
    assert set(kind.meanings) == set(kind.gates) - {kind.candidate, "a"}


@pytest.mark.parametrize("cell", get_args(CellName))
def test_the_maps_of_a_batch_are_those_of_one_text(cell: CellName) -> None:
    found = run(draw(7, steps=3, hidden=HIDDEN, cell=cell, rho=0.8))
    network, trajectory = found.net.network, found.trajectory

    def both(first: FloatArray | None, rest: FloatArray | None) -> FloatArray | None:
        return None if first is None or rest is None else np.concatenate([first[None], rest])[:, None]

    h = both(trajectory.h_0, to_float(trajectory.h))
    assert h is not None
    u = None if trajectory.u is None else to_float(trajectory.u)[:, None]
    a, c = to_float(trajectory.a)[:, None], both(trajectory.c_0, trajectory.c)
    maps = MATHEMATICS[cell].float_maps(network, a=a, h=h, c=c, u=u)
    exact = found.maps.factors
    assert apart(maps.to_gates[:, 0], to_float(exact.to_gates)) < 1e-13
    assert apart(maps.to_inputs[:, 0], to_float(exact.to_inputs)) < 1e-13
    if exact.carry is not None:
        assert maps.carry is not None
        assert apart(maps.carry[:, 0], to_float(exact.carry)) < 1e-13

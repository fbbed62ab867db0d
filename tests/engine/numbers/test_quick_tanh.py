"""The table's tanh against 40 digits, and where NumPy's own is taken."""

from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.cells.table import kernel_of
from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.numbers import quick_tanh
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.quick_tanh import FAR, MANY, PLACES, STATES, TableTanh, tanh_for, tanh_in_range
from tests.engine.nets import draw

RNG = np.random.default_rng(0)
RANGES = {
    "as in a network": RNG.normal(0.0, 2.0, 2000),
    "around a place of the table": RNG.integers(-3000, 3000, 2000) / PLACES + RNG.normal(0.0, 1e-6, 2000),
    "farthest from one": (np.arange(-1000, 1000) + 0.5) / PLACES,
    "of every size": 10.0 ** RNG.uniform(-300, 1.5, 2000) * RNG.choice([-1.0, 1.0], 2000),
}


@pytest.mark.parametrize("name", RANGES)
def test_it_is_tanh_to_the_last_digits(name: str) -> None:
    a = RANGES[name]
    found = np.empty_like(a)
    TableTanh(a.shape)(a, found)
    with mp.workdps(40):
        exact = np.array([float(mp.tanh(mp.mpf(each))) for each in a.tolist()])
    assert np.max(np.abs(found - exact) / np.abs(exact)) < 2e-15


def test_it_ends_at_one_and_may_write_over_what_it_reads() -> None:
    a = np.array([0.0, 19.9, 20.1, 1e3, FAR, -1e3, -FAR, 5e-324])
    found = a.copy()
    TableTanh(a.shape)(found, found)
    assert found.tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 5e-324]
    rows = np.ones((2, 6))
    TableTanh((2, 3))(a[:6].reshape(2, 3), rows[:, 1:4])
    assert rows[:, 1:4].ravel().tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, -1.0]
    assert rows[:, [0, 4, 5]].tolist() == [[1.0] * 3] * 2


@pytest.mark.parametrize(("kernel", "quick"), [("", False), ("X86_V3", False), ("X86_V4", True), ("AVX512_SKX", True)])
def test_numpy_s_own_is_taken_where_it_is_quick(kernel: str, quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def opt_func_info(**_: Any) -> Any:
        return {"tanh": {"dd": {"current": kernel, "available": kernel}}} if kernel else {}

    monkeypatch.setattr(np.lib.introspect, "opt_func_info", opt_func_info)
    assert (tanh_for((20, 64)) is np.tanh) == quick
    assert tanh_for((1, MANY - 1)) is np.tanh


def test_this_numpy_tells_which_tanh_it_has() -> None:
    assert quick_tanh._numpy_is_quick() in (True, False)


@pytest.mark.parametrize(
    ("weight", "x", "near"),
    [(3.0, STATES, True), (3.0, [1e9], True), (3.0, [-1e11], False), (1e12, STATES, False), (np.inf, STATES, False)],
)
def test_numpy_s_own_is_taken_where_a_state_may_be_far_out(weight: float, x: Any, near: bool) -> None:
    table = TableTanh((2, 3))
    assert (tanh_in_range(table, weights=[np.full((2, 3), weight)], factors=[np.array(x)]) is table) == near
    assert tanh_in_range(table, weights=[np.array([np.nan])], factors=[STATES]) is np.tanh


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("size", [1.0, 1e13])
def test_a_pass_is_the_same_with_either(cell: CellName, size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, batch, inputs, hidden = 6, 24, 5, 48
    net = draw(3, steps=steps, hidden=hidden, inputs=inputs, vocabulary=4, rho=0.9, cell=cell)
    given = size * RNG.standard_normal((steps, batch, inputs))
    h_0, direct = np.zeros((batch, hidden)), RNG.standard_normal((batch, hidden))

    def passed(quick: bool) -> list[FloatArray]:
        monkeypatch.setattr(quick_tanh, "_numpy_is_quick", lambda: quick)
        kernel = kernel_of(cell)
        assert kernel is not None
        work = kernel.workspace(steps=steps, batch=batch, inputs=inputs, hidden=hidden)
        states = kernel.forward(net.network, inputs=given, h_0=h_0, work=work).copy()
        return [states, *kernel.backward(net.network, inputs=given, direct=direct, work=work).parameters]

    for table, numpy in zip(passed(False), passed(True), strict=True):
        assert table == pytest.approx(numpy, rel=1e-12, abs=1e-13 * float(np.abs(numpy).max()))

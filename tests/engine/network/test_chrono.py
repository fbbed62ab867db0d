"""The biases of every cell: gates that are as open as was asked, and times to forget that are spread evenly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.kinds import GATES, CellName
from rnn_tui.engine.network.chrono import chrono_biases, gate_biases
from rnn_tui.engine.network.initialisers import normal
from rnn_tui.engine.numbers.arrays import FloatArray

SEEDS = st.integers(0, 1000)


def sums(
    cell: CellName, *, seed: int = 3, hidden: int = 40, bias: float = 1.0, chrono: int | None = None
) -> dict[str, FloatArray]:
    """The sum of both biases by gate."""
    ih, hh = gate_biases(cell, seed=seed, hidden=hidden, carry_bias=bias, chrono=chrono)
    both = (ih + hh).reshape(-1, hidden)
    return dict(zip(GATES[cell], both, strict=True))


@pytest.mark.parametrize("cell", ["rnn", "feedforward"])
def test_a_cell_without_gates_keeps_its_draws(cell: CellName) -> None:
    ih, hh = gate_biases(cell, seed=7, hidden=5, carry_bias=3.0, chrono=50)
    assert np.array_equal(ih, normal(7, "bias_ih_l0", (5,)) * 0.1)
    assert np.array_equal(hh, normal(7, "bias_hh_l0", (5,)) * 0.1)


@given(SEEDS, st.sampled_from([-3.0, -1.0, 0.0, 0.7, 1.0, 2.5, 1e6]))
def test_the_gate_that_carries_on_is_as_open_as_asked(seed: int, bias: float) -> None:
    lstm, gru = sums("lstm", seed=seed, bias=bias), sums("gru", seed=seed, bias=bias)
    assert np.all(lstm["f"] == bias)
    assert np.all(gru["z"] == bias)


@given(SEEDS, st.floats(-1e6, 1e6))
def test_any_bias_to_rounding(seed: int, bias: float) -> None:
    assert sums("lstm", seed=seed, bias=bias)["f"] == pytest.approx(bias, rel=1e-15, abs=1e-16)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
def test_the_other_gates_keep_their_draws(cell: CellName, gate: str) -> None:
    ih, hh = gate_biases(cell, seed=7, hidden=5, carry_bias=3.0, chrono=None)
    others = np.repeat([name != gate for name in GATES[cell]], 5)
    size = 5 * len(GATES[cell])
    assert np.array_equal(ih[others], (normal(7, "bias_ih_l0", (size,)) * 0.1)[others])
    assert np.array_equal(hh[others], (normal(7, "bias_hh_l0", (size,)) * 0.1)[others])
    assert np.allclose(ih, normal(7, "bias_ih_l0", (size,)) * 0.1, rtol=0, atol=1e-15)


def test_chrono_spreads_the_times_evenly() -> None:
    longest = 200
    times = np.sort(np.exp(chrono_biases(seed=5, hidden=4000, longest=longest)))
    assert times[0] >= 1
    assert times[-1] <= longest - 1
    assert times == pytest.approx(np.linspace(1, longest - 1, 4000), abs=0.03 * longest)
    assert np.all(chrono_biases(seed=5, hidden=100, longest=3) <= np.log(2))


def test_chrono_in_the_place_of_the_bias() -> None:
    kept = chrono_biases(seed=3, hidden=40, longest=60)
    lstm, gru = sums("lstm", chrono=60), sums("gru", chrono=60)
    assert lstm["f"] == pytest.approx(kept, abs=1e-15)
    assert lstm["i"] == pytest.approx(-kept, abs=1e-15)
    assert gru["z"] == pytest.approx(kept, abs=1e-15)
    assert np.abs(lstm["o"]).max() < 1
    # what σ keeps of a unit over u steps is about 1/e: that is the time it remembers
    time = np.exp(kept)
    assert (1 / (1 + np.exp(-lstm["f"]))) ** time == pytest.approx((time / (1 + time)) ** time, rel=1e-12)


def test_the_seed_and_nothing_else_decides() -> None:
    assert np.array_equal(sums("lstm", chrono=60)["f"], sums("lstm", chrono=60, bias=5.0)["f"])
    assert not np.array_equal(sums("lstm", chrono=60)["f"], sums("lstm", chrono=60, seed=4)["f"])

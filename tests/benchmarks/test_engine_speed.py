"""How long the engine takes, in one process with one BLAS thread; `table` compares it with PyTorch and JAX.

Outside the default run: `OPENBLAS_NUM_THREADS=1 pytest -n 0 tests/benchmarks --benchmark-only`.
"""

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.cells.batch_parts import BatchGradient
from rnn_tui.engine.influence.all_pairs import all_pairs_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import Activation
from rnn_tui.lab.experiment.all_settings import Influence
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.pair_measures import measure_triangle
from tests.benchmarks.ours import build
from tests.engine.nets import Net, draw, run

SIZES = [(4, 8), (50, 32), (200, 64)]


def net_of(steps: int, hidden: int) -> Net:
    return draw(0, steps=steps, hidden=hidden, inputs=8, vocabulary=20, rho=0.9)


def text_of(steps: int) -> str:
    return " ".join(f"word{i * i % 499}" for i in range(steps))


@pytest.mark.parametrize(("steps", "hidden", "batch"), [(10, 8, 1), (50, 32, 1), (200, 64, 1), (100, 128, 32)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_batched_kernels(benchmark: BenchmarkFixture, cell: str, steps: int, hidden: int, batch: int) -> None:
    found = benchmark(build(cell, steps, hidden, batch))
    assert isinstance(found, BatchGradient)
    assert np.isfinite(found.h_0).all()


@pytest.mark.parametrize("work", ["sweep", "training step"])
def test_many_at_once(benchmark: BenchmarkFixture, work: str) -> None:
    assert benchmark(build(work, 100, 32, 20)) is not None


@pytest.mark.parametrize(("steps", "hidden"), [(10, 8), (50, 32), (200, 64), (1000, 128)])
def test_forward_and_backward(benchmark: BenchmarkFixture, steps: int, hidden: int) -> None:
    net = net_of(steps, hidden)
    found = benchmark(run, net)
    assert np.isfinite(found.flat()).all()


@pytest.mark.parametrize(("steps", "hidden"), SIZES)
def test_itemised(benchmark: BenchmarkFixture, steps: int, hidden: int) -> None:
    found = run(net_of(steps, hidden))
    each = benchmark(itemised, found.trajectory, found.maps, found.losses.each.direct, start=0, stop=steps)
    assert each.weight_hh.shape == (steps, steps)


@pytest.mark.parametrize(("steps", "hidden"), SIZES)
def test_influence_of_all_pairs(benchmark: BenchmarkFixture, steps: int, hidden: int) -> None:
    influence = benchmark(all_pairs_influence, run(net_of(steps, hidden)).pairs)
    assert influence.shape == (steps, steps)


@pytest.mark.parametrize(("steps", "hidden"), SIZES)
def test_occlusion(benchmark: BenchmarkFixture, steps: int, hidden: int) -> None:
    influence = benchmark(occlusion_influence, run(net_of(steps, hidden)).pairs, first=0, start=0, stop=steps)
    assert influence.shape == (steps, steps)


@pytest.mark.parametrize(("steps", "hidden"), [(50, 32), (1000, 64)])
def test_jacobians_of_the_last_state(benchmark: BenchmarkFixture, steps: int, hidden: int) -> None:
    net = net_of(steps, hidden)
    found = benchmark(last_jacobians, net.network, run(net).maps)
    assert found.spectral[-1] == 0


@pytest.mark.parametrize("influence", ["gradient", "gradient-input", "occlusion"])
@pytest.mark.parametrize(("steps", "hidden"), SIZES)
def test_the_whole_measurement(benchmark: BenchmarkFixture, steps: int, hidden: int, influence: Influence) -> None:
    experiment = Experiment(text=text_of(steps), hidden=hidden, influence=influence)
    assert benchmark(measure, experiment).steps == steps


@pytest.mark.parametrize(
    ("activation", "rho"), [("tanh", 0.9), ("tanh", 0.01), ("linear", 5.0), ("linear", 0.01), ("relu", 5.0)]
)
def test_ten_thousand_words(benchmark: BenchmarkFixture, activation: Activation, rho: float) -> None:
    experiment = Experiment(text=text_of(10_000), activation=activation, rho=rho)
    found = benchmark(measure, experiment)
    assert not np.isnan(found.log10_jacobian).any()


@pytest.mark.parametrize("influence", ["gradient", "gradient-input", "occlusion"])
def test_a_window_of_ten_thousand_words(benchmark: BenchmarkFixture, influence: Influence) -> None:
    found = measure(Experiment(text=text_of(10_000), influence=influence))
    window = benchmark(measure_triangle, found, 9_900, 9_960)
    assert window.shares.shape == (60, 60)

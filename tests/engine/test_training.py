"""A training step beside finite differences, and what clipping and the update leave."""

import numpy as np
import pytest

from rnn_tui.engine.batched_passes import Work, work_for
from rnn_tui.engine.clipping import NonFiniteGradientError
from rnn_tui.engine.kinds import Cell
from rnn_tui.engine.training import Batch, Model, loss_and_gradient, model, train_step
from tests.engine.nets import draw

CELLS: tuple[Cell, ...] = ("rnn", "lstm", "gru")


def drawn(cell: Cell, kind: str) -> tuple[Model, Model, Batch, Work]:
    """θ, a place for its gradient, a batch with targets of that kind, and a workspace."""
    net, rng = draw(4, cell=cell, rho=0.8), np.random.default_rng(6)
    targets = rng.integers(0, 4, 3) if kind == "classes" else rng.standard_normal((3, 4))
    work = work_for(cell, steps=7, batch=3, inputs=3, hidden=5)
    at, gradient = model(net.parameters, net.readout), model(net.parameters, net.readout)
    return at, gradient, Batch(rng.standard_normal((7, 3, 3)), targets), work


@pytest.mark.parametrize("kind", ["classes", "numbers"])
@pytest.mark.parametrize("cell", CELLS)
def test_finite_differences(cell: Cell, kind: str) -> None:
    at, gradient, batch, work = drawn(cell, kind)
    loss_and_gradient(at, batch, work=work, into=gradient)
    way = np.random.default_rng(8).standard_normal(at.flat.shape)
    scratch, step = model(at.parameters, at.readout), 1e-5

    def moved(size: float) -> float:
        other = model(at.parameters, at.readout)
        other.flat[:] += size * way
        return loss_and_gradient(other, batch, work=work, into=scratch)

    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(gradient.flat @ way, rel=1e-6)


def test_the_losses_are_what_they_say() -> None:
    at, gradient, batch, work = drawn("rnn", "classes")
    at.flat[:] = 0.0
    assert loss_and_gradient(at, batch, work=work, into=gradient) == pytest.approx(np.log(4.0))
    numbers = Batch(batch.inputs, np.full((3, 4), 0.5))
    assert loss_and_gradient(at, numbers, work=work, into=gradient) == pytest.approx(0.25)


@pytest.mark.parametrize("threshold", [None, 1e-3, 1e3])
def test_a_step_is_the_clipped_gradient_times_the_rate(threshold: float | None) -> None:
    at, gradient, batch, work = drawn("lstm", "classes")
    before = at.flat.copy()
    loss = loss_and_gradient(at, batch, work=work, into=gradient)
    whole = gradient.flat.copy()
    found = train_step(at, batch, work=work, gradient=gradient, lr=0.1, threshold=threshold)
    norm = np.linalg.norm(whole)
    assert found.loss == loss
    assert found.norm == pytest.approx(norm)
    assert found.scale == pytest.approx(1.0 if threshold is None else min(1.0, threshold / norm))
    assert gradient.flat == pytest.approx(whole * found.scale)
    assert at.flat == pytest.approx(before - 0.1 * found.scale * whole)
    if threshold == 1e-3:
        assert np.linalg.norm(gradient.flat) == pytest.approx(1e-3)


@pytest.mark.parametrize("cell", CELLS)
def test_steps_down_the_gradient_lower_the_loss(cell: Cell) -> None:
    at, gradient, batch, work = drawn(cell, "classes")
    losses = [train_step(at, batch, work=work, gradient=gradient, lr=0.1, threshold=1.0).loss for _ in range(200)]
    assert losses[-1] < 0.1 * losses[0]


def test_parameters_and_readout_are_views_of_one_vector() -> None:
    at = drawn("gru", "classes")[0]
    parts = [*at.parameters, *at.readout]
    assert sum(part.size for part in parts) == at.flat.size
    assert all(np.shares_memory(part, at.flat) for part in parts)
    assert np.array_equal(np.concatenate([part.ravel() for part in parts]), at.flat)


def test_a_gradient_beyond_the_square_root_of_float64_has_a_norm() -> None:
    at, gradient, batch, work = drawn("rnn", "numbers")
    far = Batch(batch.inputs, np.full((3, 4), 1e200))
    found = train_step(at, far, work=work, gradient=gradient, lr=1.0, threshold=1.0)
    assert 1e199 < found.norm < 1e202
    assert np.linalg.norm(gradient.flat) == pytest.approx(1.0)


def test_a_gradient_that_is_not_finite_names_its_tensor_and_changes_nothing() -> None:
    at, gradient, batch, work = drawn("rnn", "numbers")
    before = at.flat.copy()
    targets = np.asarray(batch.targets, dtype=np.float64).copy()
    targets[0, 0] = np.nan
    with pytest.raises(NonFiniteGradientError) as raised:
        train_step(at, Batch(batch.inputs, targets), work=work, gradient=gradient, lr=1.0)
    assert raised.value.tensor == "weight_ih_l0"
    assert np.array_equal(at.flat, before)

"""Parameters from named streams: what was asked for, and nothing reshuffled by a word more or another size."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.kinds import Init
from rnn_tui.engine.network.initialisers import (
    ScaleError,
    layered_weights,
    normal,
    normal_layers,
    normal_rows,
    recurrent_blocks,
    scale_factor,
    unscaled_weight,
)
from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.engine.numbers.arrays import FloatArray

SEEDS = st.one_of(st.integers(0, 1000), st.just(2**63 - 1))
WORDS = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=8)
WANTED = st.floats(1e-3, 50)
FIRST_OF_SEVEN = [-1.0539004962266099, 0.04323990316503166]
FIRST_OF_WHAT = [-1.4577980382370992, -0.029643366312066762]


SCALED = tuple(init for init in get_args(Init) if init != "nonnormal")  # its ρ is part of its form


def drawn(init: Init, seed: int, hidden: int) -> FloatArray:
    return unscaled_weight(init, seed=seed, hidden=1 if init == "number" else hidden)


def scaled_to_radius(weight: FloatArray, rho: float) -> FloatArray:
    return weight * scale_factor(weight, rho=rho, sigma=None)


def scaled_to_singular_value(weight: FloatArray, sigma: float) -> FloatArray:
    return weight * scale_factor(weight, rho=None, sigma=sigma)


@given(st.sampled_from(SCALED), SEEDS, st.integers(1, 12), WANTED)
def test_w_has_the_radius_or_the_singular_value_asked_for(init: Init, seed: int, hidden: int, wanted: float) -> None:
    weight = drawn(init, seed, hidden)
    before = weight.copy()
    by_radius, by_singular = scaled_to_radius(weight, wanted), scaled_to_singular_value(weight, wanted)
    assert spectral_radius(by_radius) == pytest.approx(wanted, rel=1e-11)
    assert largest_singular_value(by_singular) == pytest.approx(wanted, rel=1e-13)
    assert np.array_equal(weight, before)
    assert by_radius * spectral_radius(weight) == pytest.approx(wanted * weight, rel=1e-12)


@pytest.mark.parametrize("init", get_args(Init))
def test_zero_can_be_asked_for(init: Init) -> None:
    assert not scaled_to_radius(drawn(init, 7, 4), 0.0).any()
    assert not scaled_to_singular_value(drawn(init, 7, 4), 0.0).any()


def test_what_no_factor_can_bring_about_is_refused() -> None:
    with pytest.raises(ScaleError, match="nilpotent"):
        scaled_to_radius(np.array([[0.0, 3.0], [0.0, 0.0]]), 0.9)
    with pytest.raises(ScaleError, match="zero"):
        scaled_to_singular_value(np.zeros((2, 2)), 0.9)


@given(SEEDS, st.integers(1, 20))
def test_orthogonal_and_identity(seed: int, hidden: int) -> None:
    weight = unscaled_weight("orthogonal", seed=seed, hidden=hidden)
    assert np.abs(weight.T @ weight - np.eye(hidden)).max() < 1e-14
    assert np.array_equal(unscaled_weight("identity", seed=seed, hidden=hidden), np.eye(hidden))


def test_orthogonal_matrices_come_evenly() -> None:
    # of the uniform measure: every entry has mean 0 and variance 1/H, and half of them turn the handedness
    many = np.stack([unscaled_weight("orthogonal", seed=seed, hidden=3) for seed in range(3000)])
    assert np.abs(many.mean(axis=0)).max() < 4 / np.sqrt(3 * 3000)
    assert many.var(axis=0) == pytest.approx(1 / 3, abs=0.03)
    assert np.mean(np.linalg.det(many) > 0) == pytest.approx(0.5, abs=0.04)


def test_gaussian_entries() -> None:
    weight = unscaled_weight("gaussian", seed=3, hidden=300)
    assert weight.mean() == pytest.approx(0, abs=4 / 300 / np.sqrt(300))
    assert weight.var() * 300 == pytest.approx(1, abs=4 * np.sqrt(2) / 300)
    assert spectral_radius(weight) == pytest.approx(1, abs=0.1)


def test_uniform_and_diagonal_entries() -> None:
    weight = unscaled_weight("uniform", seed=3, hidden=300)
    assert np.abs(weight).max() < 1 / np.sqrt(300)
    assert np.abs(weight).max() == pytest.approx(1 / np.sqrt(300), rel=1e-3)
    assert weight.mean() == pytest.approx(0, abs=4 / 300 / np.sqrt(900))
    assert weight.var() * 900 == pytest.approx(1, abs=0.01)
    weight = unscaled_weight("diagonal", seed=3, hidden=3000)
    values = weight.diagonal().copy()
    np.fill_diagonal(weight, 0.0)
    assert not weight.any()
    assert np.sort(values) == pytest.approx(np.linspace(-1, 1, 3000), abs=0.06)
    assert len(np.unique(values)) == 3000


@given(st.sampled_from(SCALED), SEEDS, st.integers(1, 9), WANTED, st.booleans())
def test_every_gate_has_its_own_block(init: Init, seed: int, hidden: int, wanted: float, by_rho: bool) -> None:
    hidden = 1 if init == "number" else hidden
    rho, sigma = (wanted, None) if by_rho else (None, wanted)
    size = spectral_radius if by_rho else largest_singular_value
    blocks = recurrent_blocks(init, seed=seed, hidden=hidden, gates="ifgo", rho=rho, sigma=sigma, transient=1.0)
    assert blocks.shape == (4 * hidden, hidden)
    for i in range(4):
        assert size(blocks[i * hidden : (i + 1) * hidden]) == pytest.approx(wanted, rel=1e-11)
    other = recurrent_blocks(init, seed=seed, hidden=hidden, gates="gru", rho=rho, sigma=sigma, transient=1.0)
    assert np.array_equal(other[:hidden], blocks[2 * hidden : 3 * hidden])  # g
    if init not in ("identity", "number") and hidden > 1:
        assert len({block.tobytes() for block in blocks.reshape(4, hidden, hidden)}) == 4


@given(st.sampled_from(SCALED), SEEDS, st.integers(1, 9), WANTED, st.integers(1, 5), st.booleans())
def test_the_first_layer_is_the_recurrent_w(
    init: Init, seed: int, hidden: int, wanted: float, steps: int, by_rho: bool
) -> None:
    hidden = 1 if init == "number" else hidden
    rho, sigma = (wanted, None) if by_rho else (None, wanted)
    shared = recurrent_blocks(init, seed=seed, hidden=hidden, gates="a", rho=rho, sigma=sigma, transient=1.0)
    unscaled = unscaled_weight(init, seed=seed, hidden=hidden)
    scaled = scaled_to_radius(unscaled, wanted) if by_rho else scaled_to_singular_value(unscaled, wanted)
    assert np.array_equal(shared, scaled)
    layers = layered_weights(init, seed=seed, hidden=hidden, steps=steps, rho=rho, sigma=sigma, transient=1.0)
    assert layers.shape == (steps, hidden, hidden)
    assert np.array_equal(layers[0], shared)
    longer = layered_weights(init, seed=seed, hidden=hidden, steps=steps + 1, rho=rho, sigma=sigma, transient=1.0)
    assert np.array_equal(longer[:-1], layers)


@pytest.mark.parametrize("by_rho", [True, False])
@pytest.mark.parametrize("init", ["gaussian", "uniform", "diagonal"])
def test_members_of_an_ensemble_have_one_gain(init: Init, by_rho: bool) -> None:
    rho, sigma = (0.8, None) if by_rho else (None, 0.8)
    for gates in ("a", "rzn"):
        own, other = (
            recurrent_blocks(
                init, seed=seed, hidden=4, gates=gates, rho=rho, sigma=sigma, transient=1.0, gain_seed=5
            ).reshape(-1, 4, 4)
            for seed in (5, 6)
        )
        unscaled = recurrent_blocks(init, seed=6, hidden=4, gates=gates, rho=rho, sigma=sigma, transient=1.0).reshape(
            -1, 4, 4
        )
        size = spectral_radius if by_rho else largest_singular_value
        assert [size(block) for block in own] == pytest.approx([0.8] * len(gates), rel=1e-11)
        gains = other[:, 0, 0] / unscaled[:, 0, 0]
        assert other == pytest.approx(unscaled * gains[:, None, None], rel=1e-12)
        assert np.abs(gains - 1).min() > 1e-3
    layers = layered_weights(init, seed=6, hidden=4, steps=3, rho=rho, sigma=sigma, transient=1.0, gain_seed=5)
    shared = recurrent_blocks(init, seed=6, hidden=4, gates="a", rho=rho, sigma=sigma, transient=1.0, gain_seed=5)
    assert np.array_equal(layers[0], shared)


@pytest.mark.parametrize("init", ["gaussian", "uniform", "diagonal", "orthogonal"])
def test_later_layers_are_other_draws_of_the_same_distribution(init: Init) -> None:
    layers = layered_weights(init, seed=5, hidden=6, steps=900, rho=0.9, sigma=None, transient=1.0)
    gain = layers[0, 0, 0] / unscaled_weight(init, seed=5, hidden=6)[0, 0]
    assert len({layer.tobytes() for layer in layers}) == 900
    entries = layers[:, np.eye(6) == 1] if init == "diagonal" else layers
    variance = {"gaussian": 1 / 6, "uniform": 1 / 18, "diagonal": 1 / 3, "orthogonal": 1 / 6}[init]
    assert entries.var() == pytest.approx(variance * gain**2, rel=0.03)
    if init == "orthogonal":
        assert layers @ layers.transpose(0, 2, 1) == pytest.approx(np.tile(0.81 * np.eye(6), (900, 1, 1)), abs=1e-13)
    between: FloatArray = np.asarray(np.corrcoef(entries.reshape(900, -1)[::9]))
    assert np.abs(between[np.triu_indices(100, 1)]).mean() < 1.2 / np.sqrt(entries[0].size)


def test_layers_of_other_tensors() -> None:
    layers = normal_layers(3, "bias_ih_l0", (4,), steps=3)
    assert np.array_equal(layers[0], normal(3, "bias_ih_l0", (4,)))
    assert np.array_equal(layers[2], normal(3, "bias_ih_l0[3]", (4,)))
    assert np.array_equal(normal_layers(3, "bias_ih_l0", (4,), steps=2), layers[:2])


@given(SEEDS, WORDS, st.text(min_size=1, max_size=4))
def test_a_word_more_leaves_the_rows_of_the_others(seed: int, words: list[str], more: str) -> None:
    rows = normal_rows(seed, "inputs", words, 5)
    longer = normal_rows(seed, "inputs", [*words, more], 5)
    assert np.array_equal(longer[:-1], rows)
    assert np.array_equal(normal_rows(seed, "inputs", [more], 5)[0], longer[-1])
    assert np.array_equal(normal_rows(seed, "inputs", [more], 3)[0], longer[-1, :3])


def test_streams_are_their_own() -> None:
    rows = [
        normal_rows(seed, name, [word], 8)[0]
        for seed in (0, 1, 2**63 - 1)
        for name in ("inputs", "readout_weight")
        for word in ("it", "is", "ит", "it ", "IT")
    ]
    rows += [normal(seed, name, (8,)) for seed in (0, 1) for name in ("bias_ih_l0", "bias_hh_l0", "inputs")]
    assert len({row.tobytes() for row in rows}) == len(rows)
    together = np.corrcoef(np.stack(rows))
    assert np.abs(together - np.eye(len(rows))).max() < 0.99


def test_the_same_seed_gives_the_same_numbers_always() -> None:
    # A lab saved today opens tomorrow with the same network: these are a contract.
    assert normal(7, "weight_hh_l0", (2,)) == pytest.approx(FIRST_OF_SEVEN, rel=1e-15)
    assert normal_rows(7, "inputs", ["What"], 2)[0] == pytest.approx(FIRST_OF_WHAT, rel=1e-15)
    assert np.array_equal(normal(7, "a", (3, 3)), normal(7, "a", (3, 3)))

"""Where powers of W go, in words, and what shared and independent draws say."""

import math

import numpy as np
import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import trace
from rnn_tui.lab.powers.bands import growth, growth_bands, power_bands
from rnn_tui.lab.powers.draws import draw_spec, power_draws
from rnn_tui.lab.powers.powers import powers, powers_with_tanh
from rnn_tui.lab.settings.errors import ExperimentError


def test_one_number_goes_to_infinity_or_to_zero() -> None:
    assert powers(Experiment(), number=1.5).limit == "|w| = 1.50 > 1: to infinity, 10^704 after 4,000 steps."
    shrinks = powers(Experiment(), number=-0.5).limit
    assert shrinks == "|w| = 0.500 < 1: to zero, 10^-1204 after 4,000 steps; its sign changes at every step."
    assert powers(Experiment(), number=0).limit == "|w| = 0: nothing at all is left after 1 step."
    assert powers(Experiment(), number=1).limit.startswith("|w| = 1: the size neither dies out nor explodes, 1.00")
    assert powers(Experiment(), number=1 + 1e-6).limit.startswith("|w| = 1.000001 > 1")


def test_a_matrix_is_the_experiments_own() -> None:
    for cell in ("rnn", "lstm", "gru", "feedforward"):
        experiment = Experiment(cell=cell, skip="pinned:1-4")
        found = powers(experiment, last=20)
        assert np.array_equal(found.weight, trace(experiment).weight_hh)
        assert found.steps[-1] == 20
        exact = [math.log10(np.linalg.norm(np.linalg.matrix_power(found.weight, n), 2)) for n in found.steps.tolist()]
        assert found.log10_power == pytest.approx(exact, abs=1e-12)


def test_a_nonnormal_matrix_first_grows() -> None:
    found = powers(Experiment(init="nonnormal", transient=19.4))
    assert "10^-1" in found.limit
    assert "< 1: to zero" in found.limit
    assert f"first grows to ×19.4 at n = {found.peak}" in found.limit


def test_an_orthogonal_matrix_keeps_the_size() -> None:
    found = powers(Experiment(init="orthogonal", rho=1.0))
    assert found.log10_power == pytest.approx(np.zeros(len(found.steps)), abs=1e-11)
    assert "neither dies out nor explodes" in found.limit


def test_tanh_holds_the_state_and_not_the_gradient() -> None:
    found = powers_with_tanh(Experiment(rho=3.0, hidden=64), last=500)
    assert found.log10_state.max() <= math.log10(8)  # √64 units within ±1
    assert found.log10_gradient[-1] > 10
    assert "does not bound the gradient" in found.limit
    rests = powers_with_tanh(Experiment(), number=1.5)
    assert rests.limit.startswith("With tanh the state comes to rest at ‖x‖ = 0.859")
    turns = powers_with_tanh(Experiment(), number=-1.5)
    assert turns.limit.startswith("With tanh the state ends in two states by turns")
    fades = powers_with_tanh(Experiment(), number=0.5)
    assert fades.limit.startswith("With tanh the state fades, to 10^-1204")


def test_growth_is_a_mean_and_a_spread() -> None:
    steps = np.arange(1, 65)
    draws = np.array([[-1.0], [2.0]])
    linear = growth(draws * steps / math.log(10), steps)
    assert linear.mean == pytest.approx(0.5)
    assert linear.spread == pytest.approx(1.5 * 64)
    assert linear.spread_power == pytest.approx(1.0)
    root = growth((0.25 * steps + draws * np.sqrt(steps)) / math.log(10), steps)
    assert root.spread_power == pytest.approx(0.5)
    late = np.arange(1, 513)
    kinked = growth(draws * np.maximum(late, 32) / math.log(10), late)  # as it begins is not how it grows in the end
    assert kinked.spread_power == pytest.approx(1.0)
    assert growth(np.full((3, 64), -np.inf), steps).spread is None


def test_shared_luck_is_repeated_and_independent_luck_averages_out() -> None:
    found = power_bands(Experiment(), seeds=100, last=300)
    assert found.shared.spread_power == pytest.approx(1.0, abs=0.05)
    assert found.independent.spread_power == pytest.approx(0.5, abs=0.15)
    assert found.law.independent_mean == pytest.approx(found.independent.mean, abs=0.05)
    assert found.law.shared_mean is None
    assert "The means differ too" in found.sentence
    assert found.log10_shared.shape == found.log10_independent.shape == (100, len(found.steps))
    assert "luck" in found.sentence


def test_numbers_are_alike_in_the_mean() -> None:
    found = power_bands(Experiment(), number=2.0, seeds=200, last=200)
    assert found.drawn_from == "N(0, 1) numbers times 2"
    assert found.law.shared_mean == pytest.approx(math.log(2) - 0.63518, abs=1e-5)
    assert "The means are alike" in found.sentence
    set_number = power_bands(Experiment(init="number", hidden=1, rho=2.0), seeds=200, last=200)
    assert np.array_equal(set_number.log10_shared, found.log10_shared)


def test_turning_w_is_another_factor_of_the_same_draws() -> None:
    before, after = Experiment(), Experiment(rho=1.3)
    spec = draw_spec(before, seeds=12, last=60)
    assert spec == draw_spec(after, seeds=12, last=60) == draw_spec(Experiment(sigma=2.0), seeds=12, last=60)
    assert spec != draw_spec(Experiment(seed=8), seeds=12, last=60)
    *_, draws = power_draws(spec, before)
    turned, drawn = growth_bands(draws, after), power_bands(after, seeds=12, last=60)
    assert np.array_equal(turned.log10_shared, drawn.log10_shared)
    assert np.array_equal(turned.log10_independent, drawn.log10_independent)
    assert (turned.shared, turned.law, turned.sentence) == (drawn.shared, drawn.law, drawn.sentence)
    of_form = [draw_spec(Experiment(init="nonnormal", rho=rho)) for rho in (0.8, 0.9)]
    assert of_form[0] != of_form[1]  # no factor makes the one of the other


def test_draws_are_given_as_they_come() -> None:
    spec = draw_spec(Experiment(), seeds=5, last=80)
    parts = list(power_draws(spec, Experiment()))
    ends = [int(part.steps[-1]) for part in parts]
    assert len(ends) > 4
    assert ends == sorted(set(ends))
    assert ends[-1] == 80
    early, whole = growth_bands(parts[1], Experiment()), growth_bands(parts[-1], Experiment())
    assert early.last == whole.last == 80
    assert np.array_equal(early.log10_shared, whole.log10_shared[:, : len(early.steps)])
    assert f"after {ends[1]} factors" in early.sentence


def test_what_is_said_of_feed_forward_nets_is_counted() -> None:
    for rho, does, does_not in ((0.9, "vanishes", "grows"), (1.2, "explodes", "fades")):
        found = power_bands(Experiment(rho=rho), seeds=60, last=300)
        own, one = (
            int(np.count_nonzero((each[:, -1] > 0) == (rho > 1)))
            for each in (found.log10_independent, found.log10_shared)
        )
        assert 0 < one < own == 60
        assert found.sentences[-1] == (
            f"So a feed-forward net {does}, in 60 of 60 draws; a shared W does in {one} and {does_not} in {60 - one}."
        )
    # the means differ, and one W shared is larger in the mean than a feed-forward net, which stays near its own
    assert "stays near its mean" in power_bands(Experiment(rho=1.116), seeds=60, last=300).sentences[-1]
    assert "does in all of them" in power_bands(Experiment(init="nonnormal"), seeds=20, last=300).sentences[-1]


def test_what_never_spreads_is_said() -> None:
    assert power_bands(Experiment(init="orthogonal"), seeds=20, last=40).sentence.startswith("Nothing spreads")
    assert power_bands(Experiment(rho=0), seeds=20, last=40).sentence.startswith("Some draws are zero")


def test_few_draws_and_large_ones() -> None:
    alone = power_bands(Experiment(), seeds=1, last=40)
    assert alone.sentence.startswith("One draw has no spread")
    large = power_bands(Experiment(hidden=256), last=2)
    assert len(large.seeds) == 128
    with pytest.raises(ExperimentError, match="hidden cannot be 4000: this would take"):
        power_bands(Experiment(hidden=4000), seeds=10_000)
    with pytest.raises(ExperimentError, match="memory"):
        powers(Experiment(hidden=10**6))
    assert power_bands(Experiment(edits=("1,1=2",)), seeds=4, last=4).drawn_from.endswith("without the edits of W")


def test_a_late_peak_is_told_as_near() -> None:
    found = powers(Experiment(init="nonnormal", rho=0.99, transient=1000))
    assert f"around n = {found.peak}" in found.limit
    assert 95 < found.peak < 105  # −1 / log ρ


def test_a_scale_that_cannot_be_is_refused() -> None:
    impossible = Experiment(init="nonnormal", rho=1.5)
    with pytest.raises(ExperimentError, match="rho"):
        powers(impossible)
    with pytest.raises(ExperimentError, match="rho"):
        power_bands(impossible)


def test_the_verdict_on_powers_is_by_the_rate_of_the_last_half() -> None:
    for rho, kind in ((0.9, "vanishing"), (0.9996, "vanishing"), (1.0, "steady"), (1.0004, "exploding")):
        found = powers(Experiment(init="orthogonal", rho=rho))
        assert found.verdict == kind
        assert 10**found.rate.log10 == pytest.approx(rho, rel=1e-9)
        assert 2 * found.rate.first == pytest.approx(found.rate.last, rel=0.05)
    # it still grows, though it must vanish in the end: both are said
    growing = powers(Experiment(init="nonnormal", rho=0.99), last=100)
    assert growing.verdict == "exploding"
    assert "< 1: to zero in the end, though now it still grows" in growing.limit
    assert powers(Experiment(rho=0.0)).verdict == "dead"
    assert powers(Experiment(), number=1).verdict == "steady"
    jordan = powers(Experiment(init="identity", hidden=2, rho=1.0, edits=("1,2=1",)))
    assert jordan.verdict == "steady"
    assert "no faster than a power" in jordan.limit


@pytest.mark.parametrize("last", [20, 50, 100, 200, 1000])
def test_beyond_one_the_state_is_never_said_to_fade(last: int) -> None:
    for rho in (1.02, 1.2):
        assert "fades" not in powers_with_tanh(Experiment(init="orthogonal", rho=rho), last=last).limit
    slow = powers_with_tanh(Experiment(init="orthogonal", rho=1.02), last=50)
    assert "it cannot fade to zero" in slow.limit
    assert "ρ = 1.02 > 1" in slow.limit
    settled = powers_with_tanh(Experiment(init="orthogonal", rho=1.02), last=4000)
    assert 10 ** settled.log10_state[-1] == pytest.approx(0.45, abs=0.02)
    assert settled.verdict == "steady"


def test_a_state_that_fades_is_said_to() -> None:
    assert powers_with_tanh(Experiment(init="orthogonal", rho=0.9)).limit.startswith("With tanh the state fades")
    assert powers_with_tanh(Experiment(init="orthogonal", rho=1.0)).limit.startswith("With tanh the state fades")

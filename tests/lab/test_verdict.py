"""The verdict in words: how many factors it rests on, a transient, and what takes the gradient."""

import math

import numpy as np
import pytest

from rnn_tui.engine.spectrum import largest_singular_value, spectral_radius
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.verdict import bound_and_sentence, verdict, verdict_sentence


def said(
    log10_jacobian: list[float], *, saturated: float = 0.0, weight_growth: float = 0.5, activation: str = "tanh"
) -> str:
    """The sentence for these Jacobians, with the same share of saturated units at every step but the first."""
    jacobian = np.array(log10_jacobian)
    steps = len(jacobian)
    growth = float(jacobian[0]) / (steps - 1) if steps > 1 else None
    return verdict_sentence(
        verdict(growth),
        experiment=Experiment().changed(activation=activation),
        log10_growth=growth,
        log10_jacobian=jacobian,
        saturation=np.array([1.0] + [saturated] * (steps - 1)),
        log10_weight_growth=math.log10(weight_growth) if steps > 1 else None,
    )


@pytest.mark.parametrize(
    ("growth", "kind"),
    [(0.969, "vanishing"), (0.971, "steady"), (1.029, "steady"), (1.031, "exploding"), (0.0, "dead")],
)
def test_the_verdict_by_the_growth_per_step(growth: float, kind: str) -> None:
    assert verdict(math.log10(growth) if growth else -math.inf) == kind


def test_one_step_has_no_verdict() -> None:
    assert verdict(None) == "undefined"
    assert said([0.0]) == "One step has no step before it: there is nothing to fade. Add a word."


def test_the_factors_are_counted() -> None:
    assert said([-1.0, 0.0]) == "A change fades ×0.100 a step, over 1 factor."
    assert said([2.0, 1.0, 0.0]) == "A change grows ×10.0 a step, over 2 factors."


def test_a_transient_that_first_grows_is_named_and_an_end_that_is_largest_is_none() -> None:
    assert said([-1.0, 0.3, 0.0]).endswith(", though it first grows to ×2.00 in 1 step.")
    assert "first grows" not in said([-1.0, 0.03, 0.0])
    assert "first grows" not in said([2.0, 1.0, 0.0])
    # what is largest over the whole length is the growth itself, not a transient
    assert "first grows" not in said([0.1, 0.05, *[0.0] * 9])


def test_slopes_that_take_what_w_would_keep_are_named_with_the_saturated_units() -> None:
    assert said([-1.0, 0.0], weight_growth=1.2).endswith("W alone would make it ×1.20: the slopes of tanh take it.")
    assert said([-1.0, 0.0], weight_growth=1.2, saturated=0.25).endswith(
        "with 25% of the units saturated (|φ'| < .01)."
    )
    assert "with" not in said([-1.0, 0.0], weight_growth=1.2, saturated=0.09)
    assert said([-1.0, 0.0], weight_growth=1.2, saturated=0.25, activation="relu").endswith("25% of the units off.")
    assert "W alone" not in said([-1.0, 0.0], weight_growth=0.5, saturated=0.25)


def test_a_dead_end_is_named_with_its_step_and_cause() -> None:
    gone = [-math.inf, -math.inf, -1.0, 0.0]
    assert said(gone) == (
        "Dead: of a change at step 2 or before, exactly nothing is left at the end (W lets nothing through)."
    )
    assert "every relu unit on the way is off" in said(gone, activation="relu")


@pytest.mark.parametrize(
    ("activation", "weight", "bound", "sentence"),
    [
        ("tanh", [[0.5]], "must-vanish", "must vanish: σ₁γ = 0.5 < 1"),
        ("sigmoid", [[3.9]], "must-vanish", "must vanish: σ₁γ = 0.975 < 1"),
        ("tanh", [[1.5]], "may-explode", "may explode: σ₁γ = 1.5 ≥ 1 is necessary, not sufficient"),
        ("linear", [[0.9, 5.0], [0.0, 0.9]], "must-vanish", "must vanish in the long run: linear, ρ = 0.9 < 1"),
        ("linear", [[1.5]], "must-explode", "must explode: linear, ρ = 1.5 > 1"),
        ("linear", [[1.0, 1.0], [0.0, 1.0]], "may-grow", "may grow like a power: linear, ρ = 1"),
    ],
)
def test_what_theory_allows_is_said_with_its_figure(
    activation: str, weight: list[list[float]], bound: str, sentence: str
) -> None:
    experiment = Experiment().changed(activation=activation)
    matrix = np.array(weight)
    found = bound_and_sentence(experiment, radius=spectral_radius(matrix), largest=largest_singular_value(matrix))
    assert found == (bound, sentence)
    for without in ({"cell": "lstm"}, {"cell": "gru"}, {"skip": "shared:1"}):
        none, said = bound_and_sentence(experiment.changed(**without), radius=0.5, largest=0.5)
        assert none is None
        assert said.startswith("no bound")

"""What theory allows on long texts, in words whose inequalities hold between the numbers as they are printed."""

import operator
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.verdict.theory import bound_and_sentence, bound_of_layers, on_this_text


@pytest.mark.parametrize(
    ("activation", "weight", "bound", "sentence"),
    [
        ("tanh", [[0.5]], "must-vanish", "must vanish on long texts: σ₁γ = 0.500 < 1"),
        ("sigmoid", [[3.9]], "must-vanish", "must vanish on long texts: σ₁γ = 0.975 < 1"),
        ("tanh", [[0.9996]], "must-vanish", "must vanish on long texts: σ₁γ = 0.9996 < 1"),
        (
            "tanh",
            [[1.5]],
            "may-explode",
            "may explode or vanish on long texts: σ₁γ = 1.50 > 1 is necessary for growth, not sufficient",
        ),
        ("linear", [[0.9, 5.0], [0.0, 0.9]], "must-vanish", "must vanish in the long run: linear, ρ = 0.900 < 1"),
        ("linear", [[1.0004]], "must-explode", "must explode in the long run: linear, ρ = 1.0004 > 1"),
        ("tanh", [[0.0, 1.0], [-1.0, 0.0]], "cannot-explode", "cannot explode, and need not vanish: σ₁γ = 1"),
        ("linear", [[0.0, 1.0], [-1.0, 0.0]], "cannot-explode", "keeps its size on long texts: linear, ρ = σ₁ = 1"),
        ("linear", [[1.0, 1.0], [0.0, 1.0]], "may-grow", "may grow like a power on long texts: linear, ρ = 1"),
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


RELATIONS = {"<": operator.lt, ">": operator.gt, "=": operator.eq, "≥": operator.ge}


def printed(text: str) -> float:
    """The number of a text like `0.975` or `1 − 4e-9`."""
    near, sign, apart = re.fullmatch(r" *([0-9.e-]+)(?: ([−+]) ([0-9.e-]+))?", text).groups()  # type: ignore[union-attr]
    return float(near) + (0.0 if sign is None else float(apart) * (-1 if sign == "−" else 1))


@given(st.floats(1e-3, 50), st.sampled_from([0.0, 1e-13, 1e-10, 1e-6, 4e-4, 0.1]), st.sampled_from([-1, 1]))
def test_printed_inequalities_hold_between_the_printed_numbers(size: float, apart: float, sign: int) -> None:
    for largest in (size, 1.0 + sign * apart):
        for activation in ("tanh", "linear"):
            experiment = Experiment().changed(activation=activation)
            radius = min(largest, 1.0 + sign * apart)
            for _, said in (
                bound_and_sentence(experiment, radius=radius, largest=largest),
                bound_of_layers(experiment, largest=largest),
            ):
                for left, relation, right in re.findall(r"([0-9.e−+ -]+) ([<>≥=]) ([0-9.]+)", said):
                    assert RELATIONS[relation](printed(left), float(right)), said


def test_what_happened_stands_beside_what_must_happen() -> None:
    found = measure(Experiment(activation="linear", init="nonnormal", hidden=2))
    assert found.verdict == "exploding"
    assert found.bound == "must-vanish"
    assert re.fullmatch(
        r"must vanish in the long run: linear, ρ = 0\.900 < 1; over these 3 steps it grew ×[0-9.]+",
        found.bound_sentence,
    )
    assert on_this_text(0.0, 4) == "over these 3 steps it kept its size"
    assert on_this_text(-1.0, 2) == "over this one step it shrank to ×0.10"
    assert on_this_text(None, 4) == on_this_text(0.0, 1) == ""

"""What theory allows for a W and a φ on long texts, in words, and what happened on this text beside it."""

import math

from rnn_tui.engine.kinds import GATED, LARGEST_SLOPE, Bound
from rnn_tui.engine.network.spectrum import bound
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.text.numbers import apart_text, compared_text, short_text, side_of_bound

_ALIKE = 1e-7  # log10, of two sizes that count as equal
NO_BOUND = {
    "gates": "no bound: the gates decide, and they follow the text",
    "skip": "no bound: the skip adds a way around W",
}


def bound_of_layers(experiment: Experiment, *, largest: float) -> tuple[Bound | None, str]:
    """What theory allows for a product of independent layers, of whose σ₁ `largest` is the largest."""
    if experiment.skip != "none":
        return None, NO_BOUND["skip"]
    product = largest * LARGEST_SLOPE[experiment.activation]
    if side_of_bound(product, 1.0) < 0:
        return (
            "must-vanish",
            f"must vanish in a deep net: the largest σ₁γ of its layers is {compared_text(product, 1.0)}",
        )
    if side_of_bound(product, 1.0) == 0:
        return "cannot-explode", "cannot explode: the largest σ₁γ of its layers is 1"
    return "may-explode", f"may explode in a deep net: its largest layer has σ₁γ = {apart_text(product, 1.0)} > 1"


def bound_and_sentence(experiment: Experiment, *, radius: float, largest: float) -> tuple[Bound | None, str]:
    """What theory allows for this W and this φ on long texts, and the sentence that says it with its figures."""
    if experiment.cell in GATED or experiment.skip != "none":
        return None, NO_BOUND["gates" if experiment.cell in GATED else "skip"]
    product = largest * LARGEST_SLOPE[experiment.activation]
    found = bound(experiment.activation, radius=radius, largest=largest)
    if found == "must-vanish" and side_of_bound(product, 1.0) < 0:
        return found, f"must vanish on long texts: σ₁γ = {compared_text(product, 1.0)}"
    sentences = {
        "must-vanish": f"must vanish in the long run: linear, ρ = {compared_text(radius, 1.0)}",
        "must-explode": f"must explode in the long run: linear, ρ = {compared_text(radius, 1.0)}",
        "may-grow": "may grow like a power on long texts: linear, ρ = 1",
        "cannot-explode": (
            "keeps its size on long texts: linear, ρ = σ₁ = 1"
            if experiment.activation == "linear"
            else "cannot explode, and need not vanish: σ₁γ = 1"
        ),
        "may-explode": (
            f"may explode or vanish on long texts: σ₁γ = {apart_text(product, 1.0)} > 1 is necessary for growth, "
            "not sufficient"
        ),
    }
    return found, sentences[found]


def on_this_text(log10_arrives: float | None, steps: int) -> str:
    """What the gradient did on this text: `over these 3 steps it shrank to ×0.10`; empty where it has no way to go."""
    if log10_arrives is None or steps < 2:
        return ""
    over = "over this one step it" if steps == 2 else f"over these {steps - 1:,} steps it"
    if log10_arrives == -math.inf:
        return f"{over} became exactly zero"
    if abs(log10_arrives) < _ALIKE:
        return f"{over} kept its size"
    return f"{over} {'shrank to' if log10_arrives < 0 else 'grew'} ×{short_text(log10_arrives)}"

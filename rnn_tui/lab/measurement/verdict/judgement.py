"""The judgement of one measured network: the verdict, what theory allows, and the causes that were measured."""

from typing import NamedTuple

from rnn_tui.engine.backprop.jacobians import LastJacobians
from rnn_tui.engine.kinds import Bound
from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.measurement import Verdict
from rnn_tui.lab.measurement.verdict.arrival import Arrival
from rnn_tui.lab.measurement.verdict.causes import causes
from rnn_tui.lab.measurement.verdict.theory import bound_and_sentence, bound_of_layers, on_this_text
from rnn_tui.lab.measurement.verdict.verdict import finding
from rnn_tui.lab.measurement.verdict.words import sentence_of


class Judgement(NamedTuple):
    """The verdict, the bound and their sentences; the fields of `Measurement` of the same names."""

    spectral_radius: float
    largest_singular_value: float
    verdict: Verdict
    verdict_sentence: str
    bound: Bound | None
    bound_sentence: str


def judged(
    experiment: Experiment, run: Trace, *, arrived: Arrival, jacobians: LastJacobians, saturation: FloatArray
) -> Judgement:
    """The judgement from what arrives of the gradient and what theory allows.

    Args:
        saturation: (T,) share of units with |φ'| < .01.
    """
    steps = run.maps.steps
    log10_any = None if steps == 1 else float(jacobians.state)
    judged = finding(experiment, carrier=arrived.carrier, way=arrived.way, log10_any=log10_any)
    radius, largest = spectral_radius(run.weight_hh), largest_singular_value(run.weight_hh)
    if run.network.layered:
        largest_of_all = max(largest_singular_value(layer) for layer in run.network.parameters.weight_hh_l0)
        allowed, said = bound_of_layers(experiment, largest=largest_of_all)
    else:
        allowed, said = bound_and_sentence(experiment, radius=radius, largest=largest)
    happened = on_this_text(judged.log10_arrives, steps)
    return Judgement(
        spectral_radius=radius,
        largest_singular_value=largest,
        verdict=judged.kind,
        verdict_sentence=" ".join([sentence_of(judged), *causes(judged, run, saturation=saturation)]),
        bound=allowed,
        bound_sentence=f"{said}; {happened}" if happened and allowed is not None else said,
    )

"""From an experiment to the network it describes: every tensor from its own named random stream."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import CELLS, GATES, CellName
from rnn_tui.engine.network.chrono import BIAS_SPREAD, gate_biases
from rnn_tui.engine.network.initialisers import (
    ScaleError,
    layered_weights,
    normal,
    normal_layers,
    normal_rows,
    recurrent_blocks,
    scale_factor,
)
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.lab.experiment.edits import ColumnScaling, Edit, Entry, RadiusScaling, RowScaling, SigmaScaling, parse_edit
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trained.network import TrainedNetwork
from rnn_tui.lab.experiment.trained.reading import read_words, tensor_array
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.tokens import END_OF_TEXT


class Text(NamedTuple):
    """A text as the network sees it.

    Attributes:
        vocabulary: the V distinct tokens in order of appearance, then `<eos>`; of a trained network the names of its
            outputs.
        places: (T,) the index of every step's word; empty where `inputs` are given.
        targets: (T,) the index of the next one, or of what a trained network should say; empty where `wanted` is given.
        inputs: (T, D) the input vectors that a trained network reads; else None.
        wanted: (T, V) the numbers that it should say, where its outputs are numbers; else None.
    """

    vocabulary: tuple[str, ...]
    places: IntArray
    targets: IntArray
    inputs: FloatArray | None = None
    wanted: FloatArray | None = None


class Drawn(NamedTuple):
    """A network, its readout, and the input vectors x_t of its text, (T, D)."""

    network: Network
    readout: Readout
    inputs: FloatArray


def text_of(experiment: Experiment) -> Text:
    """The vocabulary of the text and what is to be predicted at every step."""
    if experiment.trained is not None:
        found = read_words(experiment.trained, experiment.words)
        return Text(found.outputs, np.zeros(0, dtype=np.int64), found.targets, found.inputs, found.wanted)
    words = experiment.words
    index = {word: i for i, word in enumerate(dict.fromkeys((*words, END_OF_TEXT)))}
    places = np.array([index[word] for word in words], dtype=np.int64)
    targets = np.append(places[1:], index[END_OF_TEXT]).astype(np.int64)
    return Text(tuple(index), places, targets)


def drawn(experiment: Experiment, text: Text, *, gain_seed: int | None = None) -> Drawn:
    """The network of an experiment, drawn or as training left it; `gain_seed` as `recurrent_blocks` has it.

    W_ih has entries N(0, 1/D), the biases N(0, 0.1²) but for the gates' that are set, a word's input vector N(0, 1),
    its readout row N(0, 1/H).

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    if experiment.trained is not None:
        return _trained(experiment, experiment.trained, text)
    network = Network(
        experiment.cell,
        experiment.activation,
        weights(experiment, inputs=experiment.inputs, steps=len(experiment.words), gain_seed=gain_seed),
        parse_skip(experiment.skip),
    )
    return Drawn(
        network,
        readout(experiment.seed, text.vocabulary, experiment.hidden),
        input_vectors(experiment, text),
    )


def _trained(experiment: Experiment, trained: TrainedNetwork, text: Text) -> Drawn:
    """The very network that was trained, with what was edited in its W since."""
    tensors = {name: tensor_array(tensor) for name, tensor in trained.tensors.items()}
    parameters = Parameters(**{name: tensors[name] for name in Parameters._fields})
    if experiment.edits:
        parameters = _edited(experiment, parameters, None)
    network = Network(experiment.cell, experiment.activation, parameters, parse_skip(experiment.skip))
    return Drawn(network, Readout(tensors["readout_weight"], tensors["readout_bias"]), input_vectors(experiment, text))


def embedding(experiment: Experiment, vocabulary: Sequence[str]) -> FloatArray:
    """The input vector of every token, N(0, 1) from (seed, token) alone: (V, D)."""
    return normal_rows(experiment.seed, "inputs", vocabulary, experiment.inputs)


def readout(seed: int, names: Sequence[str], hidden: int) -> Readout:
    """The readout of V outputs, each row N(0, 1/H) and each bias N(0, 0.1²) from (seed, name) alone."""
    return Readout(
        weight=normal_rows(seed, "readout_weight", names, hidden) / np.sqrt(hidden),
        bias=normal_rows(seed, "readout_bias", names, 1)[:, 0] * BIAS_SPREAD,
    )


def weights(experiment: Experiment, *, inputs: int, steps: int, gain_seed: int | None = None) -> Parameters:
    """The parameters of the experiment's cell, with its edits of W; `gain_seed` as `recurrent_blocks` has it.

    Args:
        inputs: D, the numbers of an input vector.
        steps: how many layers a feed-forward net has.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """

    def draw(of: Experiment, gain: int | None) -> Parameters:
        if not CELLS[of.cell].shares_weights:
            return _layers(of, gain, inputs=inputs, steps=steps)
        return _shared(of, gain, inputs=inputs)

    try:
        parameters = draw(experiment, gain_seed)
        like = None
        if gain_seed not in (None, experiment.seed) and any(
            isinstance(parse_edit(op), RadiusScaling | SigmaScaling) for op in experiment.edits
        ):
            like = candidate_of(experiment.cell, draw(replace(experiment, seed=gain_seed), None).weight_hh_l0)
    except ScaleError as problem:
        raise ExperimentError(problem.setting, getattr(experiment, problem.setting), str(problem)) from problem
    return _edited(experiment, parameters, like) if experiment.edits else parameters


def input_vectors(experiment: Experiment, text: Text) -> FloatArray:
    """x_t of every step, (T, D): a word's is the same at every step; a trained network's, as its task has it."""
    return embedding(experiment, text.vocabulary)[text.places] if text.inputs is None else text.inputs


def recurrent_weight(experiment: Experiment) -> FloatArray:
    """The W whose ρ and σ₁ are shown, (H, H): see `candidate`.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    if experiment.trained is not None:
        return candidate(drawn(experiment, text_of(experiment)).network)
    # it is the same for any text: of a long one, every word and every layer would be drawn too
    return candidate_of(experiment.cell, weights(experiment, inputs=1, steps=1).weight_hh_l0)


def candidate(network: Network) -> FloatArray:
    """The block of W_hh whose ρ and σ₁ are shown, (…, H, H): a gated cell's candidate, a feed-forward net's layer 1."""
    return candidate_of(network.cell, network.parameters.weight_hh_l0)


def candidate_of(cell: CellName, weight: FloatArray) -> FloatArray:
    """The candidate's part of all of a cell's W_hh, or of an array laid out like it, such as its gradient."""
    kind = CELLS[cell]
    if not kind.shares_weights:
        weight = weight[0]
    block, hidden = kind.candidate_block, weight.shape[-1]
    return weight[..., block * hidden : (block + 1) * hidden, :]


def _edited(experiment: Experiment, parameters: Parameters, like: FloatArray | None) -> Parameters:
    """The parameters with the experiment's edits of W.

    Args:
        like: the W whose factors are to scale this one too, in an ensemble that of the experiment's own seed; or None.
    """
    parameters = parameters._replace(weight_hh_l0=parameters.weight_hh_l0.copy())
    weight = candidate_of(
        experiment.cell, parameters.weight_hh_l0
    )  # a view: what is done to it is done to the parameters
    for line in experiment.edits:
        edit = parse_edit(line)
        factor = 1.0
        if isinstance(edit, RadiusScaling | SigmaScaling):
            rho, sigma = (edit.rho, None) if isinstance(edit, RadiusScaling) else (None, edit.sigma)
            try:
                factor = scale_factor(weight if like is None else like, rho=rho, sigma=sigma)
            except ScaleError as problem:
                raise ExperimentError("edits", line, str(problem)) from problem
        for each in (weight,) if like is None else (weight, like):
            apply_edit(each, edit, factor)
    return parameters


def apply_edit(weight: FloatArray, edit: Edit, factor: float = 1.0) -> None:
    """Makes an edit in the array itself; `factor` is what one of the whole of W multiplies it by."""
    match edit:
        case Entry(row, column, value):
            weight[row - 1, column - 1] = value
        case RowScaling(row, times):
            weight[row - 1] *= times
        case ColumnScaling(column, times):
            weight[:, column - 1] *= times
        case _:
            weight *= factor


def _shared(experiment: Experiment, gain_seed: int | None, *, inputs: int) -> Parameters:
    seed, hidden = experiment.seed, experiment.hidden
    gates = GATES[experiment.cell]
    bias_ih, bias_hh = gate_biases(
        experiment.cell,
        seed=seed,
        hidden=hidden,
        carry_bias=experiment.carry_bias,
        chrono=experiment.chrono,
    )
    return Parameters(
        weight_ih_l0=normal(seed, "weight_ih_l0", (len(gates) * hidden, inputs)) / np.sqrt(inputs),
        weight_hh_l0=recurrent_blocks(
            experiment.init,
            seed=seed,
            hidden=hidden,
            gates=gates,
            rho=experiment.rho,
            sigma=experiment.sigma,
            transient=experiment.transient,
            gain_seed=gain_seed,
        ),
        bias_ih_l0=bias_ih,
        bias_hh_l0=bias_hh,
    )


def _layers(experiment: Experiment, gain_seed: int | None, *, inputs: int, steps: int) -> Parameters:
    """A set for every step: the first is the simple RNN's own, every later one a draw of the same distribution."""
    seed, hidden = experiment.seed, experiment.hidden
    return Parameters(
        weight_ih_l0=normal_layers(seed, "weight_ih_l0", (hidden, inputs), steps=steps) / np.sqrt(inputs),
        weight_hh_l0=layered_weights(
            experiment.init,
            seed=seed,
            hidden=hidden,
            steps=steps,
            rho=experiment.rho,
            sigma=experiment.sigma,
            transient=experiment.transient,
            gain_seed=gain_seed,
        ),
        bias_ih_l0=normal_layers(seed, "bias_ih_l0", (hidden,), steps=steps) * BIAS_SPREAD,
        bias_hh_l0=normal_layers(seed, "bias_hh_l0", (hidden,), steps=steps) * BIAS_SPREAD,
    )

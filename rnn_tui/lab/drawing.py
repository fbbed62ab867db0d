"""From an experiment to the network it describes: every tensor from its own named random stream."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.chrono import BIAS_SPREAD, gate_biases
from rnn_tui.engine.initialisers import (
    ScaleError,
    layered,
    normal,
    normal_layers,
    normal_rows,
    recurrent_blocks,
    scale_factor,
)
from rnn_tui.engine.kinds import GATES, Cell
from rnn_tui.engine.losses import Readout
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.skips import parse
from rnn_tui.lab.edits import Column, Edit, Entry, Largest, Radius, Row
from rnn_tui.lab.edits import parse as parse_edit
from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.text import END_OF_TEXT


class Text(NamedTuple):
    """A text as the network sees it.

    Attributes:
        vocabulary: the V distinct tokens in order of appearance, then `<eos>`.
        places: (T,) the index of every step's word.
        targets: (T,) the index of the next one.
    """

    vocabulary: tuple[str, ...]
    places: IntArray
    targets: IntArray


class Drawn(NamedTuple):
    """A network, its readout, and the input vectors x_t of its text, (T, D)."""

    network: Network
    readout: Readout
    inputs: FloatArray


def text_of(experiment: Experiment) -> Text:
    """The vocabulary of the text and what is to be predicted at every step."""
    words = experiment.words
    index = {word: i for i, word in enumerate(dict.fromkeys((*words, END_OF_TEXT)))}
    places = np.array([index[word] for word in words], dtype=np.int64)
    targets = np.append(places[1:], index[END_OF_TEXT]).astype(np.int64)
    return Text(tuple(index), places, targets)


def drawn(experiment: Experiment, text: Text, *, gain_seed: int | None = None) -> Drawn:
    """The network of an experiment; `gain_seed` as `recurrent_blocks` has it.

    W_ih has entries N(0, 1/D), the biases N(0, 0.1²) but for the gates' that are set, a word's input vector N(0, 1),
    its readout row N(0, 1/H).

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    seed, hidden = experiment.seed, experiment.hidden
    draw = _layers if experiment.cell == "feedforward" else _shared
    readout = Readout(
        weight=normal_rows(seed, "readout_weight", text.vocabulary, hidden) / np.sqrt(hidden),
        bias=normal_rows(seed, "readout_bias", text.vocabulary, 1)[:, 0] * BIAS_SPREAD,
    )
    inputs = input_vectors(experiment, text)
    try:
        parameters = draw(experiment, gain_seed)
        like = None
        if gain_seed not in (None, seed) and any(
            isinstance(parse_edit(op), Radius | Largest) for op in experiment.edits
        ):
            like = _candidate_of(experiment.cell, draw(replace(experiment, seed=gain_seed), None))
    except ScaleError as problem:
        raise ExperimentError(problem.setting, getattr(experiment, problem.setting), str(problem)) from problem
    if experiment.edits:
        parameters = _edited(experiment, parameters, like)
    return Drawn(Network(experiment.cell, experiment.activation, parameters, parse(experiment.skip)), readout, inputs)


def input_vectors(experiment: Experiment, text: Text) -> FloatArray:
    """x_t of every step, (T, D): the same vector wherever the word stands, whatever the others are."""
    return normal_rows(experiment.seed, "inputs", text.vocabulary, experiment.inputs)[text.places]


def recurrent_weight(experiment: Experiment) -> FloatArray:
    """The W that ρ and σ₁ are told of, (H, H); see `candidate`.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    return candidate(drawn(experiment, text_of(experiment)).network)


def candidate(network: Network) -> FloatArray:
    """The W_hh that ρ and σ₁ are told of, (…, H, H): a gated cell's candidate block, a feed-forward net's first."""
    return _candidate_of(network.cell, network.parameters)


def _candidate_of(cell: Cell, parameters: Parameters) -> FloatArray:
    weight, hidden = parameters.weight_hh_l0, parameters.hidden
    if cell == "feedforward":
        weight = weight[0]
    block = {"lstm": 2, "gru": 2}.get(cell, 0)
    return weight[..., block * hidden : (block + 1) * hidden, :]


def _edited(experiment: Experiment, parameters: Parameters, like: FloatArray | None) -> Parameters:
    """The parameters with the experiment's edits of W.

    Args:
        like: the W whose factors are to scale this one too, in an ensemble that of the experiment's own seed; or None.
    """
    parameters = parameters._replace(weight_hh_l0=parameters.weight_hh_l0.copy())
    weight = _candidate_of(experiment.cell, parameters)  # a view: what is done to it is done to the parameters
    for line in experiment.edits:
        edit = parse_edit(line)
        factor = 1.0
        if isinstance(edit, Radius | Largest):
            rho, sigma = (edit.rho, None) if isinstance(edit, Radius) else (None, edit.sigma)
            try:
                factor = scale_factor(weight if like is None else like, rho=rho, sigma=sigma)
            except ScaleError as problem:
                raise ExperimentError("edits", line, str(problem)) from problem
        for each in (weight,) if like is None else (weight, like):
            _change(each, edit, factor)
    return parameters


def _change(weight: FloatArray, edit: Edit, factor: float) -> None:
    match edit:
        case Entry(row, column, value):
            weight[row - 1, column - 1] = value
        case Row(row, times):
            weight[row - 1] *= times
        case Column(column, times):
            weight[:, column - 1] *= times
        case _:
            weight *= factor


def _shared(experiment: Experiment, gain_seed: int | None) -> Parameters:
    seed, hidden, size = experiment.seed, experiment.hidden, experiment.inputs
    gates = GATES[experiment.cell]
    bias_ih, bias_hh = gate_biases(
        experiment.cell,
        seed=seed,
        hidden=hidden,
        forget_bias=experiment.forget_bias,
        update_bias=experiment.update_bias,
        chrono=experiment.chrono,
    )
    return Parameters(
        weight_ih_l0=normal(seed, "weight_ih_l0", (len(gates) * hidden, size)) / np.sqrt(size),
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


def _layers(experiment: Experiment, gain_seed: int | None) -> Parameters:
    """A set for every step: the first is the simple RNN's own, every later one a draw of the same distribution."""
    seed, hidden, size, steps = experiment.seed, experiment.hidden, experiment.inputs, len(experiment.words)

    return Parameters(
        weight_ih_l0=normal_layers(seed, "weight_ih_l0", (hidden, size), steps=steps) / np.sqrt(size),
        weight_hh_l0=layered(
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

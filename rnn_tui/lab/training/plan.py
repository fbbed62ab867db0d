"""From the settings of a training to what is trained: the task, and the network at its start."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import GATES
from rnn_tui.engine.learning.tasks.named import task_by_name
from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.engine.learning.tasks.task import Task, TaskError
from rnn_tui.engine.network.model import Architecture, Model, model
from rnn_tui.engine.network.skips import Pinned, parse_skip
from rnn_tui.engine.numbers.arrays import protect
from rnn_tui.lab.experiment.initialise import drawn, embedding, readout, text_of, weights
from rnn_tui.lab.experiment.memory import FLOAT, refuse_beyond_memory
from rnn_tui.lab.experiment.trained.reading import tensor_array
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TrainSettings


class Plan(NamedTuple):
    """What does not change while a network is trained.

    Attributes:
        settings: the network's own, of a twin with what it differs in; they are those of the start.
        task: what is to be learnt; its batches.
        architecture: the network without its numbers.
        start: θ before the first step, read-only.
    """

    settings: TrainSettings
    task: Task
    architecture: Architecture
    start: Model


def plan(settings: TrainSettings) -> Plan:
    """The task and the network at its start: W and the biases as the experiment draws them, or as it was trained.

    W_ih has the width of the task's input vectors, the readout a row for each of its outputs. Where the task is the
    next word of the text, the words' vectors are the experiment's own, so that the start is the very network that the
    other screens show.

    Raises:
        ExperimentError: W cannot be scaled as asked, the network cannot run the task, or would not fit in memory.
    """
    e, made = settings.experiment, training_task(settings)
    skip = parse_skip(e.skip)
    if isinstance(skip, Pinned) and skip.target > made.length:
        reason = f"the task's sequences have {made.length} steps, so there is no step {skip.target} to lead to"
        raise ExperimentError("skip", e.skip, reason)
    _check_memory(settings, made)
    if settings.go_on:
        shown = drawn(e, text_of(e))
        start = model(shown.network.parameters, shown.readout)
    else:
        parameters = weights(e, inputs=made.inputs, steps=made.length)
        start = model(parameters, readout(e.seed, made.output_names, e.hidden))
    protect(start.flat, *start.tensors.values())
    return Plan(settings, made, Architecture(e.cell, e.activation, skip), start)


def training_task(settings: TrainSettings) -> Task:
    """The task that is set, with the experiment's seed.

    Raises:
        ExperimentError: it cannot be of this length.
    """
    e = settings.experiment
    try:
        if settings.task != "next-word":
            return task_by_name(settings.task, steps=settings.length, seed=e.seed)
        text, vectors = text_of(e), None if e.trained is None else tensor_array(e.trained.tensors["embedding"])
        return NextWord(
            steps=settings.length,
            seed=e.seed,
            vocabulary=text.vocabulary,
            places=np.array([text.vocabulary.index(word) for word in e.words]) if vectors is not None else text.places,
            targets=text.targets,
            embedding=embedding(e, text.vocabulary) if vectors is None else vectors,
            by_step=e.cell == "feedforward",
        )
    except TaskError as problem:
        raise ExperimentError("length", settings.length, str(problem)) from problem


def _check_memory(settings: TrainSettings, made: Task) -> None:
    e = settings.experiment
    rows = len(GATES[e.cell]) * e.hidden
    layers = made.length if e.cell == "feedforward" else 1
    parameters = layers * rows * (made.inputs + e.hidden + 2) + made.outputs * (e.hidden + 1)
    sequences = made.length * settings.batch * (10 * rows + made.inputs + 3 * made.outputs)
    sizes = {"hidden": e.hidden, "length": made.length, "batch": settings.batch}
    largest = max(sizes, key=lambda name: sizes[name])
    refuse_beyond_memory(FLOAT * (12 * parameters + sequences), largest, sizes[largest])

"""From a training to the experiment that all other screens show: the trained network, with a text that it can read."""

import numpy as np

from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trained.network import Tensor, TrainedNetwork
from rnn_tui.lab.experiment.trained.reading import COMES
from rnn_tui.lab.experiment.trained.task_result import task_result
from rnn_tui.lab.training.record.events import Who
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.result import present_evaluation
from rnn_tui.lab.training.training import Training


def adopted_experiment(training: Training, who: Who = "main") -> Experiment:
    """The experiment of the network as it is now: its W, its readout, and a sequence of the task as the text.

    The text is a fresh sequence in readable tokens; where the task is the next word, the user's own text stays. The
    loss is the task's: that of the last step, or the mean over all where all are scored.
    """
    run = training.runs[who]
    settings, task = training.settings, run.plan.task
    own = settings.experiment
    if who == "twin" and settings.twin is not None:
        own = settings.of_twin(settings.twin).experiment
    text, tokens = (own.text, own.tokens) if isinstance(task, NextWord) else (fresh_text(run), "words")
    if isinstance(task, NextWord) and own.cell == "feedforward":
        text = ("" if tokens == "chars" else " ").join(own.words[: task.length])
    return own.changed(
        text=text,
        tokens=tokens,
        inputs=task.inputs,
        loss="mean" if task.scored == slice(None) else "last",
        edits=(),
        trained=trained_network(run),
    )


def trained_network(run: TrainingRun) -> TrainedNetwork:
    """The network as it is now, in a form that is saved."""
    plan, e = run.plan, run.plan.settings.experiment
    tensors = {
        name: Tensor(tensor.shape, np.ascontiguousarray(tensor, dtype="<f8").tobytes())
        for name, tensor in run.model.tensors.items()
    }
    before = e.trained.steps if e.trained is not None else 0
    result = task_result(plan.task, **present_evaluation(run)._asdict())
    vocabulary: tuple[str, ...] = ()
    if isinstance(plan.task, NextWord):
        vocabulary, embedding = plan.task.vocabulary, plan.task.embedding
        tensors["embedding"] = Tensor(embedding.shape, np.ascontiguousarray(embedding, dtype="<f8").tobytes())
    return TrainedNetwork(
        task=plan.settings.task,
        length=plan.settings.length,
        steps=before + run.step,
        cell=e.cell,
        activation=e.activation,
        skip=e.skip,
        hidden=e.hidden,
        inputs=plan.task.inputs,
        vocabulary=vocabulary,
        tensors=tensors,
        result=result if result.can_be else None,
    )


def fresh_text(run: TrainingRun) -> str:
    """A sequence that no training step has seen, as a text."""
    batch = run.plan.task.fresh(1)
    words = list(run.plan.task.tokens(batch.inputs[:, 0]))
    if run.plan.settings.task == "series":
        (comes,) = run.plan.task.tokens(np.asarray(batch.targets[-1:, 0], dtype=np.float64))
        words[-1] += f"{COMES}{comes}"
    return " ".join(words)

"""A text as a trained network reads it: the input vector of every token, and what it should say at every step."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import TaskName
from rnn_tui.engine.learning.tasks.copying import REMEMBERED
from rnn_tui.engine.learning.tasks.named import task_by_name
from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.engine.learning.tasks.task import Task, TaskError
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.lab.experiment.trained.network import Tensor, TrainedError, TrainedNetwork
from rnn_tui.lab.text.safe_text import visible_text
from rnn_tui.lab.text.tokens import END_OF_TEXT

ASKED_AT_THE_END: frozenset[TaskName] = frozenset({"temporal-order", "first-sign", "adding", "adding-average"})
COMES = ">"  # in a series, between the last value and the one that is to be forecast


class Reading(NamedTuple):
    """A text as the network reads it.

    Attributes:
        inputs: x_t, (T, D).
        outputs: the name of each of the V outputs.
        targets: (T,) the right one of the outputs at every step; empty where they are numbers.
        wanted: (T, V) the right numbers at every step; None where the outputs are classes.
    """

    inputs: FloatArray
    outputs: tuple[str, ...]
    targets: IntArray
    wanted: FloatArray | None


def tensor_array(tensor: Tensor) -> FloatArray:
    """The numbers of a tensor, read-only."""
    return np.frombuffer(tensor.data, dtype="<f8").reshape(tensor.shape).astype(np.float64, copy=False)


def trained_task(trained: TrainedNetwork) -> Task:
    """The task that the network was trained on, to read its tokens."""
    if trained.task != "next-word":
        return task_by_name(trained.task, steps=trained.length, seed=0)
    nothing = np.zeros(trained.length, dtype=np.int64)
    embedding = tensor_array(trained.tensors["embedding"])
    return NextWord(
        steps=trained.length, vocabulary=trained.vocabulary, places=nothing, targets=nothing, embedding=embedding
    )


def read_words(trained: TrainedNetwork, words: Sequence[str]) -> Reading:
    """The text's input vectors, and what is right after each of its words.

    A task that asks at the end alone is asked at every step here, for what is right at the end: so one sees when the
    network makes up its mind.

    Raises:
        TrainedError: the text is none that the task knows; says what it reads.
    """
    own = trained_task(trained)
    try:
        said, right = ANSWERS[trained.task](own, words)
        inputs = own.vectors(said)
    except TaskError as problem:
        raise TrainedError(f"this network was trained on {trained.task}: {visible_text(str(problem))}") from problem
    layers = trained.tensors["weight_hh_l0"].shape[0]
    if trained.cell == "feedforward" and layers != len(words):
        raise TrainedError(f"this feed-forward net has {layers} layers, so it runs {layers} steps, not {len(words)}")
    if own.kind == "classes":
        return Reading(inputs, own.output_names, right.astype(np.int64), None)
    return Reading(inputs, own.output_names, np.zeros(0, dtype=np.int64), right[:, None])


_Answer = Callable[[Task, Sequence[str]], tuple[Sequence[str], FloatArray]]


def _order(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    found = [word for word in words if word in ("A", "B")]
    own.vectors(words)  # what is no symbol is refused first
    if len(found) != 2:
        raise TaskError(f"it asks for the order of two capitals, A or B, and this text has {len(found)}")
    return words, np.full(len(words), own.output_names.index("".join(found)))


def _sign(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    return words, np.full(len(words), float(own.vector(words[0])[0] >= 0.0))


def _sum(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    numbers, marks = own.vectors(words).T
    if marks.sum() != 2:
        raise TaskError(
            f"it adds two numbers that are marked with a star, like .53*, and this text has {marks.sum():.0f}"
        )
    total = float((numbers * marks).sum())
    return words, np.full(len(words), total if own.output_names == ("sum",) else 0.5 * total)


def _copy(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    begin, end = words[:REMEMBERED], words[REMEMBERED:]
    own.vectors(words)
    silence = [*["_"] * (len(end) - REMEMBERED - 1), ">", *["_"] * REMEMBERED]
    if list(end) != silence or not set(begin) <= set(own.output_names[:-1]):
        raise TaskError("a text is ten symbols 1 … 8, blanks _, the sign > and ten blanks more")
    blank = own.output_names.index("_")
    right = np.full(len(words), blank)
    right[-REMEMBERED:] = [own.output_names.index(word) for word in begin]
    return words, right


def _series(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    last, there, comes = words[-1].partition(COMES)
    if not there:
        raise TaskError(f"the last number is to be followed by {COMES} and the one that comes, like +.83{COMES}+.71")
    said = [*words[:-1], last]
    return said, own.vectors([*said, comes])[1:, 0]


def _next(own: Task, words: Sequence[str]) -> tuple[Sequence[str], FloatArray]:
    own.vectors(words)
    places = [own.output_names.index(word) for word in (*words[1:], END_OF_TEXT)]
    return words, np.array(places)


ANSWERS: Mapping[TaskName, _Answer] = {
    "temporal-order": _order,
    "first-sign": _sign,
    "adding": _sum,
    "adding-average": _sum,
    "copy": _copy,
    "series": _series,
    "next-word": _next,
}

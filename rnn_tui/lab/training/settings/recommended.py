"""Settings with which each task is learned, or that show best what keeps it from being learned. Loads no NumPy."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rnn_tui.engine.kinds import TaskName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.lab.training.settings.twin import Twin


class Recommended(NamedTuple):
    """Settings of the experiment, the course, and what is to be seen with them."""

    experiment: Mapping[str, Any]
    course: Course
    sentence: str

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment with these settings.

        Raises:
            ExperimentError: it cannot be so.
        """
        return experiment.changed(**self.experiment)


_CLIPPED: Mapping[str, Any] = {"clip": "norm", "threshold": 1.0, "skip": "none", "truncate": None, "edits": ()}
_TANH: Mapping[str, Any] = {**_CLIPPED, "cell": "rnn", "activation": "tanh", "init": "gaussian"}
_GRU: Mapping[str, Any] = {**_CLIPPED, "cell": "gru", "init": "gaussian", "rho": 0.9}

RECOMMENDED: Mapping[TaskName, Recommended] = {
    "temporal-order": Recommended(
        {**_TANH, "hidden": 50, "init": "orthogonal", "rho": 1.0, "lr": 0.01},
        Course(task="temporal-order", length=20, eval_every=50, twin=None),
        "50 tanh units, η 0.01, clipped at norm 1: no errors after some 1,600 steps",
    ),
    "adding": Recommended(
        {**_GRU, "hidden": 32, "lr": 0.003},
        Course(task="adding", length=50, optimiser="adam", eval_every=50, twin=Twin("cell", "rnn")),
        "a GRU learns to add over 50 steps within some 3,000; its twin, a simple RNN, does not",
    ),
    "adding-average": Recommended(
        {**_GRU, "hidden": 32, "lr": 0.003},
        Course(task="adding-average", length=50, optimiser="adam", eval_every=50, twin=Twin("cell", "rnn")),
        "a GRU averages over 50 steps; its twin, a simple RNN, does not",
    ),
    "copy": Recommended(
        {**_GRU, "hidden": 64, "lr": 0.01},
        Course(task="copy", length=5, optimiser="adam", eval_every=50, twin=None),
        "a GRU of 64 units learns some of the ten symbols; to carry all ten takes far longer",
    ),
    "first-sign": Recommended(
        {**_TANH, "hidden": 16, "rho": 1.0, "lr": 0.05},
        Course(task="first-sign", length=20, twin=Twin("rho", 0.5)),
        "at ρ 1 it learns within some 400 steps; its twin starts at ρ 0.5, where the first step gets no gradient",
    ),
    "series": Recommended(
        {**_TANH, "hidden": 16, "rho": 0.9, "lr": 0.01},
        Course(task="series", length=20, optimiser="adam", twin=None),
        "16 tanh units soon forecast better than the value just seen allows: what is near needs no long memory",
    ),
    "next-word": Recommended(
        {**_CLIPPED, "rho": 0.9, "lr": 0.1},
        Course(task="next-word", twin=None),
        "learns your text by heart; where the current word names the next one, that needs no memory",
    ),
}
"""By task; of the next word the length is that of the text, where that is shorter."""

TASK_TITLES: Mapping[TaskName, str] = {
    "temporal-order": "which two capitals came, and in which order",
    "adding": "the sum of the two marked numbers",
    "adding-average": "the average of the two marked numbers",
    "copy": "the first ten symbols, said again at the end",
    "first-sign": "the sign of the first number",
    "series": "the next value of two waves in noise",
    "next-word": "the next word of the text",
}
"""The aim of each task in a few words, known before the tasks, and with them NumPy, are loaded."""

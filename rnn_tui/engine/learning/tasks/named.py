"""The tasks that need no more than a length and a seed, by name."""

from collections.abc import Mapping

from rnn_tui.engine.learning.tasks.adding import Adding, Averaging
from rnn_tui.engine.learning.tasks.copying import Copying
from rnn_tui.engine.learning.tasks.first_sign import FirstSign
from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.engine.learning.tasks.series import WaveSeries
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.learning.tasks.temporal_order import TemporalOrder

WITHOUT_TEXT: Mapping[str, type[Task]] = {
    kind.name: kind for kind in (TemporalOrder, Adding, Averaging, Copying, FirstSign, WaveSeries)
}
"""All but `NextWord`, which needs a text."""

NAMES: tuple[str, ...] = (*WITHOUT_TEXT, NextWord.name)


def task_by_name(name: str, *, steps: int, seed: int) -> Task:
    """The task of that name, one of `WITHOUT_TEXT`, for sequences of T = `steps`.

    Raises:
        KeyError: there is none.
        TaskError: T is too short for it.
    """
    return WITHOUT_TEXT[name](steps=steps, seed=seed)

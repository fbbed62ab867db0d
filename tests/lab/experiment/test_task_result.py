"""What is said of a network on its task: learned is what is below both references, and no luck."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.learning.batch import Batch, losses_of
from rnn_tui.engine.learning.tasks.named import WITHOUT_TEXT, task_by_name
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trained.task_result import TaskResult, error_text, is_below, short_error, task_result
from rnn_tui.lab.training.record.events import Event, reached_events
from rnn_tui.lab.training.record.samples import Sample
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.training import advanced, started
from tests.engine.learning.test_tasks import next_word

SERIES, ORDER = task_by_name("series", steps=20, seed=1), task_by_name("temporal-order", steps=20, seed=1)
PLAIN = next_word(4, ("What", "time", "is", "it"))

BETWEEN = (
    "it does better than guessing, but hardly better than its current input alone allows: "
    "root mean squared error 0.404 on fresh sequences"
)


def found(one: Task, loss: float, error: float, spread: float = 0.001) -> TaskResult:
    return task_result(one, loss=loss, error=error, standard_error=spread)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (found(ORDER, 0.02, 0.004), "it solves its task: 0.4 % wrong on fresh sequences"),
        (
            found(ORDER, 1.0, 0.4),
            "it does better than its current input alone allows: 40.0 % wrong on fresh sequences",
        ),
        (found(ORDER, 1.38, 0.7), "it is not clearly better than guessing: 70.0 % wrong on fresh sequences"),
        (found(SERIES, 0.163, 0.404), BETWEEN),
        (
            found(SERIES, 0.05, 0.224),
            "it does better than its current input alone allows: root mean squared error 0.224 on fresh sequences",
        ),
        (found(PLAIN, 0.0, 0.0), "0.0 % wrong on fresh sequences; the current input alone is enough for this task"),
    ],
)
def test_what_it_comes_to_in_words(result: TaskResult, sentence: str) -> None:
    assert result.sentence == sentence
    assert result.solved == sentence.startswith("it solves")


@pytest.mark.parametrize("name", WITHOUT_TEXT)
@given(share=st.floats(0.0, 1.5), spread=st.floats(0.0, 1.0))
def test_what_is_below_the_second_reference_is_below_the_first(name: str, share: float, spread: float) -> None:
    one = task_by_name(name, steps=10, seed=1)
    result = found(one, share * one.current_input.loss, 0.0, spread)
    assert result.below_guessing or not result.below_current_input
    assert result.below_current_input == is_below(result.loss, spread, one.current_input.loss)
    assert not (result.below_current_input and share > 0.9)


def test_what_may_be_luck_is_not_below() -> None:
    assert is_below(0.8, 0.01, 1.0)
    assert not is_below(0.8, 0.05, 1.0)
    assert not is_below(0.95, 0.0, 1.0)
    assert not is_below(float("nan"), 0.0, 1.0)
    assert not is_below(0.5, float("nan"), 1.0)
    assert not is_below(0.0, 0.0, 0.0)


def kinds(one: Task, *samples: tuple[float, float], spread: float = 0.001) -> list[str]:
    happened: list[Event] = []
    for step, (loss, error) in enumerate(samples):
        numbers = {"loss": loss, "error": error, "standard_error": spread, "rho": 1.0}
        sample = Sample(step=step, log10_parts=np.zeros(1), log10_hidden=np.zeros(1), **numbers)
        happened += reached_events(happened, sample, one)
    return [event.kind for event in happened]


def test_events_are_of_what_needs_memory() -> None:
    assert kinds(SERIES, (0.6, 0.77), (0.163, 0.404), (0.155, 0.394)) == []
    assert kinds(SERIES, (0.163, 0.404), (0.1, 0.3), (0.05, 0.2)) == ["beats-baseline"]
    assert kinds(ORDER, (1.39, 0.7), (1.0, 0.5), (0.01, 0.0), (0.01, 0.0)) == ["beats-baseline", "learned"]
    assert kinds(PLAIN, (1.2, 0.5), (0.0, 0.0), (0.0, 0.0)) == ["input-is-enough"]
    assert kinds(ORDER, (1.0, 0.5), spread=0.1) == []


def test_the_sentence_names_the_reference() -> None:
    sample = Sample(
        step=3,
        loss=0.05,
        error=0.2,
        standard_error=0.001,
        rho=1.0,
        log10_parts=np.zeros(1),
        log10_hidden=np.zeros(1),
    )
    (event,) = reached_events((), sample, SERIES)
    assert event.sentence == (
        "loss 0.050 on fresh sequences, below current input only "
        "(0.161: the best forecast from the value just seen alone)"
    )
    event, *_ = reached_events((), sample, ORDER)
    assert "below guessing (1.39: guessing one of the four orders)" in event.sentence


def test_a_network_that_reads_its_current_input_alone_learns_nothing_by_the_events() -> None:
    """Each word of this text names the next: trained to no errors, the network has shown no memory."""
    experiment = Experiment(text="What time is it", hidden=12, lr=0.3, clip="norm", rho=0.0)
    settings = TrainSettings(experiment=experiment, task="next-word", length=4, batch=4, eval_every=20)
    training = advanced(started(settings), 200)
    assert [event.kind for event in training.events] == ["input-is-enough"]
    last = training.main.samples.last
    assert last is not None
    assert last.error == 0.0


def test_errors_in_words() -> None:
    assert error_text("share wrong", 0.004) == "0.4 % wrong"
    assert error_text("share off by .04 or more", 0.5) == "50.0 % off by .04 or more"
    assert error_text("root mean squared error", 0.5) == "root mean squared error 0.500"
    assert short_error("share wrong", float("nan")) == "?"


def memoryless(one: Task, batch: Batch) -> FloatArray:
    """The best answers, or nearly so, from the current input of what is asked."""
    if one.name == "adding":
        number, mark = batch.inputs[-1].T
        return np.where(mark > 0, number + 0.5, 1.0)[None, :, None]
    if one.name == "series":
        return 0.86 * batch.inputs
    return np.zeros((*batch.targets.shape, one.outputs))


@pytest.mark.parametrize("name", ["adding", "series", "temporal-order", "first-sign"])
def test_no_luck_puts_what_has_no_memory_below(name: str) -> None:
    """As often as a long training is tried, on as few sequences as the largest networks are."""
    one = task_by_name(name, steps=10, seed=1)
    for draw in range(500):
        batch = one.fresh(200, draw)
        each = losses_of(memoryless(one, batch), batch.targets)
        spread = float(each.std()) / np.sqrt(len(each))
        assert not found(one, float(each.mean()), 0.0, spread).below_current_input

"""What would not fit in memory is refused before anything large is made, with the setting to blame and the figures."""

import pytest

from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.memory import MOST_PAIRED_STEPS, check_memory, memory_needed
from rnn_tui.lab.text import MOST_TOKENS


def test_three_quarters_of_the_memory_may_be_used() -> None:
    needed = memory_needed(Experiment())
    check_memory(Experiment(), available=needed * 4 // 3 + 2)
    with pytest.raises(ExperimentError):
        check_memory(Experiment(), available=needed * 4 // 3 - 2)


@pytest.mark.parametrize(
    ("experiment", "setting"),
    [
        (Experiment(hidden=10**6), "hidden"),
        (Experiment(inputs=10**9), "inputs"),
        (Experiment(text="a " * MOST_TOKENS), "text"),
    ],
)
def test_the_largest_setting_is_named_with_the_figures(experiment: Experiment, setting: str) -> None:
    with pytest.raises(ExperimentError, match=r"about [\d,.]+ GiB of memory, and the machine has 0\.1 GiB") as caught:
        check_memory(experiment, available=2**27)
    assert caught.value.setting == setting


def test_too_many_seeds_are_named() -> None:
    with pytest.raises(ExperimentError) as caught:
        check_memory(Experiment(), members=10**6, available=2**30)
    assert caught.value.setting == "seeds"


def test_pairs_of_steps_are_counted_only_where_they_are_measured() -> None:
    short = Experiment(text="a " * MOST_PAIRED_STEPS)
    long = Experiment(text="a " * (MOST_PAIRED_STEPS + 1))
    assert memory_needed(short) == memory_needed(short, full=True)
    assert memory_needed(long) < memory_needed(short) < memory_needed(long, full=True)

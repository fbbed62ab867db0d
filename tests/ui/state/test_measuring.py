"""Which measurements are made at once, while a key waits for its answer."""

from dataclasses import replace

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.shell.measuring import MOST_PRODUCTS_AT_ONCE, is_quick


def words(count: int) -> str:
    return " ".join(["a"] * count)


def test_a_skip_counts_as_a_second_way_through_every_pair_of_steps() -> None:
    # T (T + H) H + H³/4 of a simple RNN is just within what is made at once, and twice that is beyond
    experiment = Experiment(text=words(48), hidden=32)
    steps, hidden = 48, 32
    assert MOST_PRODUCTS_AT_ONCE / 2 < steps * (steps + hidden) * hidden + hidden**3 // 4 <= MOST_PRODUCTS_AT_ONCE
    assert is_quick(experiment)
    assert not is_quick(replace(experiment, skip="shared:2"))

"""What is said of a change, and what to press next, from the measurements alone."""

from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measure import measure
from rnn_tui.ui.hints import next_hint
from rnn_tui.ui.notices import change_notice


def test_clipping_that_has_nothing_to_limit_says_so() -> None:
    for threshold, nothing in ((1e3, True), (1e-3, False)):
        off = Experiment(threshold=threshold)
        said = change_notice(measure(off), measure(off.changed(clip="norm")))
        assert ("nothing exceeds θ" in said) == nothing, said


def test_a_text_of_one_word_is_told_what_it_lacks() -> None:
    alone = measure(Experiment(text="alone"))
    assert "One word has no past" in next_hint(alone.experiment, alone, frozenset())

"""What is said of a change, and what to press next, from the measurements alone."""

import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.unroll.hints import next_hint
from rnn_tui.ui.shell.notices import change_notice
from tests.ui.painting import scene, text


def test_clipping_that_has_nothing_to_limit_says_so() -> None:
    for threshold, nothing in ((1e3, True), (1e-3, False)):
        off = Experiment(threshold=threshold)
        said = change_notice(measure(off), measure(off.changed(clip="norm")))
        assert ("nothing exceeds θ" in said) == nothing, said


def test_a_text_of_one_word_is_answered_with_what_it_lacks() -> None:
    alone = measure(Experiment(text="alone"))
    assert "One word has no past" in next_hint(LabUse(alone.experiment, alone, frozenset()))


@pytest.mark.parametrize("width", [58, 76, 116])
def test_an_open_forget_gate_holds(width: int) -> None:
    experiment = Experiment(cell="lstm", forget_bias=8.0, text="a b c d e f g h i j k l m n o p")
    what = scene(experiment)
    found = what.measurement
    assert found is not None
    assert found.verdict == "steady"
    line = text(NetworkPanel(), what, width=width, height=2).splitlines()[1]
    assert line.startswith("HOLDING")
    assert "STEADY" not in line
    assert "explodes" not in next_hint(LabUse(experiment, found, frozenset()))
    said = change_notice(measure(experiment.changed(seed=3)), found)
    assert said.endswith("a step, holding")


def test_a_gradient_that_grows_on_its_way_is_reported_as_an_explosion() -> None:
    grown = Experiment(activation="linear", rho=2.0)
    assert "explodes" in next_hint(LabUse(grown, measure(grown), frozenset()))
    assert change_notice(measure(Experiment()), measure(grown)).endswith("a step, exploding")


def test_a_change_of_the_text_says_what_it_did_to_the_verdict() -> None:
    before = Experiment(activation="linear", rho=1.0)
    longer = change_notice(measure(before), measure(before.changed(text="What time is it now")))
    assert longer.endswith("4 → 5 steps; ×0.99 → ×0.84 a step, vanishing")
    shorter = change_notice(measure(before), measure(before.changed(text="What time is")))
    assert shorter.endswith("a step, too short to judge")

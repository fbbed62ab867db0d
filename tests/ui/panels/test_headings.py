"""The head of every screen speaks of the network that the screen shows, by the rule of the verdict."""

import re

import numpy as np
import pytest
from wcwidth import wcswidth

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trained.network import Tensor, TrainedNetwork
from rnn_tui.lab.experiment.trained.task_result import TaskResult
from rnn_tui.lab.powers.powers import powers
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.powers.panels.heading import PowersHeading
from rnn_tui.ui.screens.powers.scene import PowersResults, PowersView
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from tests.ui import opened
from tests.ui.painting import painted, scene, scene_of, text
from tests.ui.pressing import lab, press, settle


def head(what: UnrollScene, width: int = 78) -> str:
    return text(NetworkPanel(), what, width=width, height=2).splitlines()[1]


def test_the_line_of_the_default_at_80_columns() -> None:
    assert head(scene(Experiment())).rstrip() == (
        "VANISHING  the gradient at “What” is 10 % as large as at “it”: ×0.46 a step"
    )
    dials, line = text(NetworkPanel(), scene(Experiment(clip="norm")), width=76, height=2).splitlines()
    assert "gradient at “What” 10 % as large as at “it”, ×0.46 a step" in line
    assert "clip norm" in dials


@pytest.mark.parametrize(
    "words", ["今天 天气 很 好", "سلام دنیا من خوبم", "incomprehensibilities a b extraordinarily", "a b c a"]
)
@pytest.mark.parametrize("skip", ["none", "pinned:1-4"])
def test_a_persons_words_stay_within_the_line(words: str, skip: str) -> None:
    what = scene(Experiment(text=words, skip=skip))
    for width in (58, 76, 78, 116):
        for height in (2, 6):
            pen = painted(NetworkPanel(), what, width=width, height=height)
            assert [len(row) for row in pen.rows] == [width] * height
            for line in pen.lines():
                assert wcswidth(line.replace("\u200e", "")) == width


def test_where_this_error_and_any_disagree_the_line_says_both() -> None:
    assert "at “What” 38 % as large as at “it”: ×0.73; any error ≤ ×1.03" in head(scene(Experiment(rho=1.5)))
    assert "c at “What” 28 % as large as at “it”: ×0.65; any (h, c) ≤ ×0.86" in head(scene(Experiment(cell="lstm")))
    assert "but only 9.9 % at “time”" in head(scene(Experiment(skip="pinned:1-4")))
    assert head(scene(Experiment(text="What time is"))).startswith("too short to judge")


def test_powers_speak_of_w_repeated() -> None:
    experiment = Experiment(rho=1.12)
    what = scene_of(experiment, PowersView(), PowersResults(powers=powers(experiment)))
    line = text(NetworkPanel(heading=PowersHeading()), what, width=78, height=2).splitlines()[1]
    assert line.startswith("EXPLODING  ‖Wⁿ‖ ×1.12 a step over n = 2,046 to 4,000  this W repeated, no text")
    assert "“" not in line
    assert "memory" not in line


async def test_the_head_of_powers_never_says_other_than_its_chart() -> None:
    async with lab(Experiment(rho=1.05), size=(80, 24)) as (app, pilot):
        await press(pilot, "2")
        await settle(pilot)
        panel = app.screen.query_one("#network")
        found = opened.results(app, "powers").powers
        assert found is not None
        said = "\n".join("".join(char for char, _ in row) for row in panel._rows)  # type: ignore[attr-defined]
        assert "EXPLODING  ‖Wⁿ‖ ×1.05 a step" in said
        assert "to infinity" in found.limit


async def test_the_head_of_train_shows_the_network_in_training() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "5")
        await settle(pilot)
        await press(pilot, "X")
        await settle(pilot)
        panel = app.screen.query_one("#network")
        said = "\n".join("".join(char for char, _ in row) for row in panel._rows)  # type: ignore[attr-defined]
        training = opened.progress(app).training
        assert training is not None
        rho = training.main.samples.kept[-1].rho
        shown = re.search(r"ρ\(W\) ([0-9.]+)", said.splitlines()[2])
        assert shown is not None
        assert float(shown[1]) == pytest.approx(rho, abs=5e-3)
        assert "in training" in said
        assert "memory" not in said
        assert "guesses are luck" not in said


async def test_the_head_of_compare_speaks_of_the_chosen_network() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "3")
        await settle(pilot)
        panel = app.screen.query_one("#network")

        def line() -> str:
            return "".join(char for char, _ in panel._rows[2])  # type: ignore[attr-defined]

        assert "“What” is 10 % as large as at “it”" in line()
        await press(pilot, "down")
        assert re.search(r"■ (feed-forward: )? *VANISHING", line()), line()
        assert opened.results(app, "compare").compare is not None


def latching(*, gain: float, result: TaskResult | None = None) -> Experiment:
    """A unit that takes on the sign of the first number and holds it, and whose readout tells it `gain` times."""
    tensors = {
        "weight_ih_l0": np.ones((1, 1)),
        "weight_hh_l0": np.full((1, 1), 4.0),
        "bias_ih_l0": np.zeros(1),
        "bias_hh_l0": np.zeros(1),
        "readout_weight": np.array([[-gain], [gain]]),
        "readout_bias": np.zeros(2),
    }
    trained = TrainedNetwork(
        task="first-sign",
        length=6,
        steps=100,
        cell="rnn",
        activation="tanh",
        skip="none",
        hidden=1,
        inputs=1,
        vocabulary=(),
        result=result,
        tensors={name: Tensor(value.shape, value.astype("<f8").tobytes()) for name, value in tensors.items()},
    )
    return Experiment(text="1.5 -.1 .2 -.3 .1 -.2", hidden=1, inputs=1, trained=trained)


def test_a_small_gradient_of_a_network_that_answers_right_is_no_failure() -> None:
    right = scene(latching(gain=3.0))
    assert right.measurement is not None
    assert right.measurement.verdict == "vanishing"
    assert "yet right: no failure" in head(right)
    assert "Yet it answers right (with 99.8 %)" in right.measurement.verdict_sentence
    assert "A small gradient is no failure." in right.measurement.verdict_sentence
    # the same unit, whose readout tells the opposite: the gradient vanishes as much, and nothing excuses it
    wrong = scene(latching(gain=-3.0))
    assert wrong.measurement is not None
    assert wrong.measurement.verdict == "vanishing"
    assert "failure" not in head(wrong) + wrong.measurement.verdict_sentence
    assert "failure" not in head(scene(Experiment()))


def test_what_a_network_does_on_fresh_sequences_counts_more_than_one_right_answer() -> None:
    result = TaskResult(0.01, 0.004, "share wrong", True, True, False)
    solved = scene(latching(gain=-3.0, result=result))
    assert solved.measurement is not None
    assert "Yet it solves its task: 0.4 % wrong on fresh sequences" in solved.measurement.verdict_sentence
    assert "no failure" in head(solved)
    lucky = scene(latching(gain=3.0, result=result._replace(loss=0.7, error=0.5, below_current_input=False)))
    assert lucky.measurement is not None
    assert "failure" not in head(lucky) + lucky.measurement.verdict_sentence


async def test_what_is_set_of_the_start_is_no_value_of_the_network_in_training() -> None:
    async with lab(Experiment(lr=0.05), size=(120, 36)) as (app, pilot):
        await press(pilot, "5")
        panel = app.screen.query_one(NetworkPanel)

        def dials() -> str:
            return "".join(char for row in panel._rows[:2] for char, _ in row)

        assert "σ₁(W) 1.30" in dials()
        await press(pilot, "x")
        await press(pilot, "X")
        assert "at the start, now" in dials()
        assert "σ₁(W) 1.30" not in dials()
        # the trained network is that of all screens: what is set is what is shown, until it is trained on
        await press(pilot, "A", "5")
        assert "now" not in dials()
        assert "at the start" not in dials()

"""A trained network in the lab: what it says, which texts it reads, and that ρ turns its own W."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import TaskName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import recurrent_weight
from rnn_tui.lab.training.adopt import adopted_experiment
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.training import advanced, started
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
from rnn_tui.ui.screens.unroll.panels.inspector import InspectorPanel
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from tests.ui import opened
from tests.ui.painting import scene, text
from tests.ui.pressing import lab, note, press


def trained(task: TaskName = "temporal-order") -> Experiment:
    settings = TrainSettings(experiment=Experiment(lr=0.2, clip="norm"), task=task, length=6, batch=4)
    return adopted_experiment(advanced(started(settings), 50))


def is_trained(experiment: Experiment) -> bool:
    return experiment.trained is not None


@pytest.mark.parametrize("task", ["temporal-order", "adding"])
def test_the_cells_and_the_inspector_show_what_it_says(task: TaskName) -> None:
    what = scene(trained(task))
    found = what.measurement
    assert found is not None
    said, right = (found.vocabulary[int(each[-1])] for each in (found.predicted, found.targets))
    cells = text(UnrolledPanel(), what, width=116, height=13)
    inspected = text(InspectorPanel(), what, width=116, height=13)
    assert f"→ {said}" in cells
    for each in (said, right):
        assert each in inspected
    assert "nan" not in cells + inspected
    assert ("nats" in inspected) == (task == "temporal-order")
    assert ("off by" in inspected) == (task == "adding")
    assert ("right answer got" in inspected) == (task == "temporal-order")


@pytest.mark.parametrize("task", ["temporal-order", pytest.param("adding", marks=pytest.mark.slow)])
async def test_it_is_compared_with_drawn_ones_and_is_not_lost_by_taking_one(task: TaskName) -> None:
    async with lab(trained(task)) as (app, pilot):
        await press(pilot, "3", "b")
        found = opened.results(app, "compare").compare
        assert found is not None
        assert [row.name for row in found.rows if row.experiment and is_trained(row.experiment)] == ["simple RNN"]
        banded = [row.name for row in found.rows if row.figures is not None and row.figures.bands is not None]
        assert banded == [row.name for row in found.rows[1:]]
        assert "only the simple RNN has been trained" in found.sentence
        await press(pilot, "down", "enter")
        assert app.experiment.cell == "feedforward"
        assert not is_trained(app.experiment)
        await press(pilot, "3")
        assert opened.results(app, "compare").compare is found
        await press(pilot, "plus", "minus", "minus")
        assert app.is_running


async def test_a_text_that_it_cannot_read_is_refused_while_typing() -> None:
    async with lab(trained()) as (app, pilot):
        before = app.experiment
        await press(pilot, "t", "space", "x")
        assert "“x” is none of the symbols A B c d e f" in note(app)
        await press(pilot, "escape")
        assert app.experiment == before


async def test_rho_turns_the_trained_w_and_another_cell_is_not_trained() -> None:
    async with lab(trained()) as (app, pilot):
        weight = recurrent_weight(app.experiment)
        await press(pilot, "]")
        assert is_trained(app.experiment)
        turned = recurrent_weight(app.experiment)
        assert np.allclose(turned / weight, (turned / weight)[0, 0])
        assert not np.allclose(turned, weight)
        await press(pilot, "u")
        assert np.array_equal(recurrent_weight(app.experiment), weight)
        await press(pilot, "g")
        assert app.experiment.cell == "lstm"
        assert not is_trained(app.experiment)
        await press(pilot, "u")
        assert is_trained(app.experiment)


def test_the_network_panel_says_what_it_was_trained_on() -> None:
    what = scene(trained())
    assert NetworkPanel[UnrollScene]().title(what) == "Network · simple RNN, trained on temporal-order, T = 6, 50 steps"
    assert NetworkPanel[UnrollScene]().title(scene(Experiment())) == "Network · simple RNN, untrained: guesses are luck"

"""What to press next: a hint for where the keys are, short enough for any window."""

import pytest
from rich.cells import cell_len

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.screens.table import SCREENS
from rnn_tui.ui.shell.hints import ALL_KEYS, FIRST_HINT, OVER
from rnn_tui.ui.shell.sizes import LEAST_WIDTH
from tests.ui.pressing import lab, press

COMPARING = ("compare_row", "word", "compare_bands", "compare_sort", "take_network", "compare_hide")


async def test_help_and_the_palette_have_hints_of_their_own() -> None:
    async with lab() as (app, pilot):
        for key, said in (("question_mark", "then all keys"), ("escape", "Turn W:"), ("colon", "Type a part")):
            await press(pilot, key)
            assert said in app.hint.text
        await press(pilot, "escape")
        assert "Turn W:" in app.hint.text


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(text="What"),
        Experiment(activation="relu", rho=0.0),
        Experiment(activation="linear", rho=2.0),
    ],
)
def test_every_hint_fits_into_the_narrowest_window(experiment: Experiment) -> None:
    measurement = measure(experiment)
    done: frozenset[str] = frozenset()
    for action in (
        "",
        "turn_rho",
        "clip",
        "step",
        "inspect",
        "play",
        "edit_text",
        "dial",
        "influence_view",
        "help",
        *COMPARING,
    ):
        done |= {action}
        hints = [spec.next_hint(LabUse(experiment, measurement, done)) for spec in SCREENS]
        for hint in (*hints, *OVER.values(), ALL_KEYS, FIRST_HINT):
            assert 0 < cell_len(hint.replace("`", "")) <= LEAST_WIDTH - 2, hint

"""Helpers for tests that press keys."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.widgets import Static

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.history import History
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.cliff.scene import CliffView
from rnn_tui.ui.screens.compare.scene import CompareView
from rnn_tui.ui.screens.powers.scene import PowersView
from rnn_tui.ui.screens.spectrum.scene import SpectrumView
from rnn_tui.ui.screens.train.scene import TrainView
from rnn_tui.ui.screens.unroll.scene import UnrollView
from rnn_tui.ui.shell.common_screens.scene_screen import SceneScreen
from tests.ui import opened

# Rounds in a row in which nothing is found to do: a message that is being handled may still send one in the first.
ROUNDS = 2
FIRST_VIEWS: Mapping[str, object] = {
    "unroll": UnrollView(),
    "powers": PowersView(),
    "compare": CompareView(),
    "spectrum": SpectrumView(),
    "train": TrainView(),
    "cliff": CliffView(),
    "inspect": UnrollView(),
}


async def settle(pilot: Pilot[int]) -> None:
    """Waits until all messages are handled, nothing is being measured, and the screen is painted.

    Textual's own pauses watch the process's clock, 20 ms at a time: slow where all is quiet, and too short where
    another process has the machine. This asks every widget instead.
    """
    app = pilot.app
    assert isinstance(app, LabApp)
    quiet = 0
    while quiet < ROUNDS and app.is_running:
        await pilot._wait_for_screen()
        if measures(app):
            await asyncio.sleep(0.001)
        quiet = 0 if measures(app) or waits(app) else quiet + 1


def measures(app: LabApp) -> bool:
    """Whether a measurement is under way, or the charts' library is being loaded."""
    at_work = any(job.at_work for name, job in app._jobs.items() if name != "train" or not opened.trains(app))
    return app.busy or at_work or (not app.refusal and (app.measurement is None or not app.charts))


def waits(app: LabApp) -> bool:
    """Paints what is due, and says whether anything still waits to be handled or painted."""
    if not app.is_running:
        return False
    screen = app.screen
    screen._on_timer_update()
    pumps = (app, *screen.walk_children(with_self=True))
    undrawn = bool(screen._dirty_widgets) or screen._layout_required or bool(screen._callbacks)
    return undrawn or any(pump._next_callbacks or not pump._message_queue.empty() for pump in pumps)


def send_key(app: LabApp, key: str) -> None:
    """Sends a key as the terminal does, and waits for nothing."""
    name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
    app.post_message(events.Key(name, key if len(key) == 1 else key_to_character(name)))


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Presses keys one after the other, each once the one before has had its effect."""
    assert isinstance(pilot.app, LabApp)
    for key in keys:
        send_key(pilot.app, key)
        await settle(pilot)


@asynccontextmanager
async def lab(
    experiment: Experiment | None = None, *, size: tuple[int, int] = (120, 36), theme: str | None = None
) -> AsyncIterator[tuple[LabApp, Pilot[int]]]:
    """The lab, opened and measured."""
    app = LabApp(Lab(experiment or Experiment()), theme=theme)
    app.set_reactive(LabApp.charts, True)  # it is loaded, and loading it again would paint everything once more
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


async def as_opened(pilot: Pilot[int], experiment: Experiment) -> None:
    """Brings the lab back to how it was opened: what is set, the views, and the training, which ends.

    Opening another takes ten times as long.
    """
    app = pilot.app
    assert isinstance(app, LabApp)
    await press(pilot, "escape")  # ends a walk, and closes a prompt or what is over the screen
    while len(app.screen_stack) > 1 or app.prompt is not None:
        await press(pilot, "escape")
    if "train" in app.made:
        train = opened.train(app)
        app.job("train").forget()
        train.progress, train.set_aside, train._pending, train._wanted = None, (), None, None
    for name, screen in app.made.items():
        assert isinstance(screen, SceneScreen)
        screen._side_work.stop()
        screen._view = FIRST_VIEWS[name]
    app.dial, app.step = "rho", len(experiment.words) - 1
    app.enter(History.of(experiment))
    if app.context != "unroll":
        await press(pilot, "1")
    app.say_next()


def note(app: LabApp) -> str:
    """What is shown beside what is being typed."""
    return app.objection or app.offers or str(app.screen.query_one("#prompt-note", Static).content).strip()

"""Helpers for tests that press keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Static

from rnn_tui.lab.experiment import Experiment
from rnn_tui.ui.app import LabApp


async def settle(pilot: Pilot[int]) -> None:
    """Waits until all messages are handled and nothing is being measured."""
    app = pilot.app
    assert isinstance(app, LabApp)
    await pilot.pause()
    while app.is_running and (app.busy or app.measurement is None):
        await pilot.pause(0.01)
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Presses keys one after the other, each once the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


@asynccontextmanager
async def lab(
    experiment: Experiment | None = None, *, size: tuple[int, int] = (120, 36), theme: str | None = None
) -> AsyncIterator[tuple[LabApp, Pilot[int]]]:
    """The lab, opened and measured."""
    app = LabApp(experiment or Experiment(), theme=theme)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


def note(app: LabApp) -> str:
    """What stands beside what is being typed."""
    return str(app.screen.query_one("#prompt-note", Static).content).strip()

"""The screens of a lab under test, each as what it is; only those that were opened can be asked for, but for Unroll."""

from typing import Any, TypeVar

from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.cliff.screen import CliffScreen
from rnn_tui.ui.screens.compare.screen import CompareScreen
from rnn_tui.ui.screens.powers.screen import PowersScreen
from rnn_tui.ui.screens.spectrum.screen import SpectrumScreen
from rnn_tui.ui.screens.train.screen import TrainScreen
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.screens.unroll.screen import UnrollScreen

Kind = TypeVar("Kind")


def _screen(app: LabApp, name: str, kind: type[Kind]) -> Kind:
    found = app.lab_screen(name)
    assert isinstance(found, kind)
    return found


def unroll(app: LabApp) -> UnrollScreen:
    return _screen(app, "unroll", UnrollScreen)


def powers(app: LabApp) -> PowersScreen:
    return _screen(app, "powers", PowersScreen)


def compare(app: LabApp) -> CompareScreen:
    return _screen(app, "compare", CompareScreen)


def spectrum(app: LabApp) -> SpectrumScreen:
    return _screen(app, "spectrum", SpectrumScreen)


def train(app: LabApp) -> TrainScreen:
    return _screen(app, "train", TrainScreen)


def cliff(app: LabApp) -> CliffScreen:
    return _screen(app, "cliff", CliffScreen)


def results(app: LabApp, name: str) -> Any:
    """What was measured for a screen alone; of one that was not opened, nothing."""
    return app.lab_screen(name).results


def progress(app: LabApp) -> Progress:
    """The training and its drive, of a Train screen that was opened."""
    return train(app).now


def trains(app: LabApp) -> bool:
    """Whether a training goes on until it is paused."""
    found = train(app).progress if "train" in app.made else None
    return found is not None and found.going and found.goal is None

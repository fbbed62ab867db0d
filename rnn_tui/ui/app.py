"""LabApp: one experiment on the screen, measured anew at every change."""

from typing import TYPE_CHECKING

from textual.app import App
from textual.reactive import reactive

from rnn_tui.lab.experiment import Experiment
from rnn_tui.ui.view import View
from rnn_tui.ui.widgets.hint import Hint

if TYPE_CHECKING:
    from rnn_tui.lab.measurement import Measurement, Triangle


class LabApp(App[int]):
    """The lab.

    Screens bind their `measurement`, `experiment`, `view` and `triangle` to the app's; panels bind to the screen's.

    Attributes:
        experiment: what is set now; newer than `measurement.experiment` while a measurement is under way.
        measurement: the newest valid one; None until the first is there.
        triangle: the measures over pairs of steps for the window that a panel asked for with `TriangleWanted`;
            None where `measurement.triangle` holds all of them.
        view: what the person looks at.
        busy: whether a measurement is under way.
        hint: what the hint line says.
    """

    experiment: reactive[Experiment] = reactive(Experiment, init=False)
    measurement: "reactive[Measurement | None]" = reactive(None)
    triangle: "reactive[Triangle | None]" = reactive(None)
    view: reactive[View] = reactive(View(0))
    busy: reactive[bool] = reactive(False)
    hint: reactive[Hint] = reactive(Hint(""))

    def __init__(self, experiment: Experiment, *, theme: str | None = None, view: View | None = None) -> None:
        super().__init__()
        self.set_reactive(LabApp.experiment, experiment)
        self.set_reactive(LabApp.view, view or View(len(experiment.words) - 1))
        self.wanted_theme = theme

    def on_mount(self) -> None:
        from rnn_tui.ui.screens.unroll import UnrollScreen

        screen = UnrollScreen().data_bind(LabApp.measurement, LabApp.experiment, LabApp.view, LabApp.triangle)
        self.push_screen(screen)

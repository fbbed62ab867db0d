"""What the keys of the Unroll screen do, and those of the inspector of a step, which is shown over it."""

from collections.abc import Iterator
from typing import get_args

from textual.timer import Timer

from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.unroll.layout import unroll_layout
from rnn_tui.ui.screens.unroll.panels.cells.rows import shape_of
from rnn_tui.ui.screens.unroll.play import period, pictures
from rnn_tui.ui.screens.unroll.scene import InfluenceView, Lower, Play, UnrollResults, UnrollView
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen
from rnn_tui.ui.shell.lines.hint_line import Hint
from rnn_tui.ui.state.requests import TriangleWanted

_VIEW_NAMES = {
    "shares": "the share of each word in each state",
    "stacked": "shares as columns, one colour a word",
    "log": "its size, on a log scale",
    "itemised": "itemised gradient ‖C[t,k]‖ of each copy of W",
}
_LOWER_NAMES = {
    "both": "influence and gradient",
    "influence": "influence alone",
    "gradient": "gradient alone",
    "clips": "three kinds of clipping compared",
}


class StepActions(LabScreen[UnrollView, UnrollResults]):
    """The selected step of the text, and how influence is shown."""

    def action_step(self, steps: int) -> None:
        self.lab.select_step(self.lab.step + steps)

    def action_leap(self, direction: int) -> None:
        self.lab.leap(direction)

    def action_first_step(self) -> None:
        self.lab.select_step(0)

    def action_last_step(self) -> None:
        self.lab.select_step(len(self.shown_experiment.words) - 1)

    def action_influence_view(self) -> None:
        views = get_args(InfluenceView)
        view = views[(views.index(self.view.influence) + 1) % len(views)]
        self.set_view(influence=view)
        self.lab.say(f"influence: {_VIEW_NAMES[view]}")

    def on_triangle_wanted(self, message: TriangleWanted) -> None:
        """Measures the window of pairs that a panel shows; a walk does not wait for it."""
        if self.view.play is None:
            self.lab.measure_window(*message.window)


class UnrollActions(StepActions):
    """The actions of the Unroll screen: its panels, and the walk forward and back."""

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=UnrollView(), results=UnrollResults())
        self._walk: Iterator[Play] = iter(())
        self._walk_timer: Timer | None = None
        self._step_before_walk = 0

    async def action_inspect(self) -> None:
        if self.lab.measurement is None:
            self.lab.say("nothing is measured yet")
        else:
            await self.lab.run_action("open_over('inspect')")

    def action_lower_panels(self) -> None:
        shown = self.shown_experiment
        in_turn = unroll_layout(*self.app.size, len(shown.words), shape_of(shown)).both == "in turn"
        choices = ("influence", "gradient", "clips") if in_turn else get_args(Lower)
        now = choices.index(self.view.lower) if self.view.lower in choices else 0
        lower = choices[(now + 1) % len(choices)]
        self.set_view(lower=lower)
        self.lab.say(f"lower panels: {_LOWER_NAMES[lower]}")

    # ---- the walk

    def action_play(self) -> None:
        if self.lab.measurement is None:
            self.lab.say("nothing is measured yet")
            return
        steps = self.lab.measurement.steps
        self._walk = pictures(steps)
        self._step_before_walk = self.lab.step
        self._walk_timer = self.set_interval(period(steps), self._walk_on)
        self._walk_on()

    def _walk_on(self) -> None:
        picture = next(self._walk, None)
        measurement = self.lab.measurement
        if picture is None or measurement is None or picture.step >= measurement.steps:
            self.interrupt()
            self.lab.step = min(self._step_before_walk, len(self.shown_experiment.words) - 1)
            self.lab.say_next()
            return
        self.lab.step = picture.step
        self.set_view(play=picture)
        self.lab.hint = Hint(self._walk_line(picture), "notice")

    def _walk_line(self, picture: Play) -> str:
        measurement = self.lab.measurement
        assert measurement is not None
        step, steps = picture.step + 1, measurement.steps
        if picture.phase == "forward":
            carries = "the gates carry" if measurement.gates else "W carries"
            return f"forward: {carries} the state on, step {step:,} of {steps:,}; any key stops"
        norm = log10_text(float(measurement.log10_grad_hidden[picture.step]))
        return f"back: the gradient ‖∂L/∂h‖ is {norm} at step {step:,} of {steps:,}; any key stops"

    def interrupt(self) -> bool:
        if self._walk_timer is None:
            return False
        self._walk_timer.stop()
        self._walk_timer = None
        self.set_view(play=None)
        return True

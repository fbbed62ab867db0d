"""Looking: the selected step, the views, the walk there and back; nothing here changes what is measured."""

from collections.abc import Iterator
from typing import get_args

from textual.timer import Timer

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.shell.kept import kept_screen
from rnn_tui.ui.shell.lines.hint import Hint
from rnn_tui.ui.shell.over import OverScreen
from rnn_tui.ui.state.view import InfluenceView, Lower, Play, View
from rnn_tui.ui.unroll.play import period, pictures

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


class Looking(LabCore):
    """Actions that make another view."""

    def __init__(self, experiment: Experiment, *, view: View | None = None) -> None:
        super().__init__(experiment, view=view)
        self._walk: Iterator[Play] = iter(())
        self._walk_timer: Timer | None = None
        self._step_before_walk = 0

    # ---- steps

    @property
    def _last(self) -> int:
        return len(self.measurement.words if self.measurement is not None else self.experiment.words) - 1

    def action_step(self, steps: int) -> None:
        self._select(self.view.step + steps)

    def action_leap(self, direction: int) -> None:
        self._select(self.view.step + direction * max(1, (self._last + 1) // 10))

    def action_first_step(self) -> None:
        self._select(0)

    def action_last_step(self) -> None:
        self._select(self._last)

    def _select(self, step: int) -> None:
        step = min(max(step, 0), self._last)
        if step != self.view.step:
            self.look(step=step)
        elif self._last == 0:
            self.say("the text has this one step; `t` types a longer one")
        else:
            self.say("already at the first step" if step == 0 else "already at the last step")

    # ---- views

    def action_influence_view(self) -> None:
        views = get_args(InfluenceView)
        view = views[(views.index(self.view.influence) + 1) % len(views)]
        self.look(influence=view)
        self.say(f"influence: {_VIEW_NAMES[view]}")

    def action_lower_panels(self) -> None:
        from rnn_tui.ui.unroll.cells.rows import shape_of
        from rnn_tui.ui.unroll.two_panels import heights

        shown = self.measurement.experiment if self.measurement is not None else self.experiment
        in_turn = heights(self.size.width, self.size.height, self._last + 1, shape_of(shown)).both == "in turn"
        choices = ("influence", "gradient", "clips") if in_turn else get_args(Lower)
        now = choices.index(self.view.lower) if self.view.lower in choices else 0
        lower = choices[(now + 1) % len(choices)]
        self.look(lower=lower)
        self.say(f"lower panels: {_LOWER_NAMES[lower]}")

    async def action_help(self) -> None:
        if self.context == "help":
            self.leave_screen()
            return
        from rnn_tui.ui.shell.help import HelpScreen

        await self._open_over(HelpScreen)

    async def action_find_command(self) -> None:
        from rnn_tui.ui.shell.commands import CommandsScreen

        await self._open_over(CommandsScreen)

    async def _open_over(self, kind: type[OverScreen]) -> None:
        """Opens a screen over the one that has the keys."""
        screen = kept_screen(self, kind, kind)
        screen.begin(self.context)
        await self.push_screen(screen)

    def action_choose_command(self, lines: int) -> None:
        from rnn_tui.ui.shell.commands import CommandsScreen

        if isinstance(self.screen, CommandsScreen) and not self.screen.choose(lines):
            self.say("no command that way")

    async def action_run_command(self) -> None:
        from rnn_tui.ui.shell.commands import CommandsScreen

        if not isinstance(self.screen, CommandsScreen):
            return
        action = self.screen.chosen()
        if action is None:
            self.say("no command has that in its name")
            return
        self.leave_screen()
        await self.run_action(action)

    def action_read(self, lines: int) -> None:
        from rnn_tui.ui.shell.help import HelpScreen

        if isinstance(self.screen, HelpScreen) and not self.screen.read(lines):
            self.say("that is all")

    def action_read_page(self, pages: int) -> None:
        from rnn_tui.ui.shell.help import HelpScreen

        if isinstance(self.screen, HelpScreen) and not self.screen.read(pages, pages=True):
            self.say("that is all")

    def action_stop_looking(self) -> None:
        if self.stop_looking():
            self.say("stopped; `Esc` begins anew")
        elif self.look_again():
            self.say("measuring again what was stopped")
        else:
            self.say("nothing is being measured")

    def action_repaint(self) -> None:
        self.paint_anew()

    def paint_anew(self) -> None:
        """Sends every cell of the screen again, for a terminal whose contents are not what they were."""
        self.forget_cells()
        self.screen.refresh(repaint=True, layout=True)

    # ---- the walk

    def action_play(self) -> None:
        if self.measurement is None:
            self.say("nothing is measured yet")
            return
        steps = self.measurement.steps
        self._walk = pictures(steps)
        self._step_before_walk = self.view.step
        self._walk_timer = self.set_interval(period(steps), self._walk_on)
        self._walk_on()

    def _walk_on(self) -> None:
        picture = next(self._walk, None)
        if picture is None or self.measurement is None or picture.step >= self.measurement.steps:
            self.stop_playing()
            self.look(step=min(self._step_before_walk, self._last))
            return
        self.look(step=picture.step, play=picture)
        self.hint = Hint(self._walk_line(picture), "notice")

    def _walk_line(self, picture: Play) -> str:
        assert self.measurement is not None
        step, steps = picture.step + 1, self.measurement.steps
        if picture.phase == "forward":
            carries = "the gates carry" if self.measurement.gates else "W carries"
            return f"forward: {carries} the state on, step {step:,} of {steps:,}; any key stops"
        norm = log10_text(float(self.measurement.log10_grad_hidden[picture.step]))
        return f"back: the gradient ‖∂L/∂h‖ is {norm} at step {step:,} of {steps:,}; any key stops"

    def stop_playing(self) -> None:
        if self._walk_timer is not None:
            self._walk_timer.stop()
            self._walk_timer = None
        self.look(play=None)
        self.say_next()

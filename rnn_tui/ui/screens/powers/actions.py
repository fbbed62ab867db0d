"""What the keys of the Powers screen do: its cursor, its number and its matrix, tanh, how far n goes."""

from typing import get_args

from rnn_tui.lab.experiment.all_settings import DEFAULT_RHO
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.powers.layout import powers_layout
from rnn_tui.ui.screens.powers.scene import PowersPanels, PowersResults, PowersView
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen

LASTS = (100, 1000, 4000, 10_000)
_EVEN = "a row is everywhere as many digits"
_BENT = "the more digits, the closer together"
_PANEL_NAMES = {
    "both": "the powers and the random products",
    "powers": "the powers alone",
    "products": "the random products alone",
}


class PowersActions(LabScreen[PowersView, PowersResults]):
    """The actions of the Powers screen: its cursor, its number, its matrix, tanh, and how far n goes."""

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=PowersView(), results=PowersResults())

    # ---- the cursor

    def action_power(self, places: int) -> None:
        from rnn_tui.engine.dynamics.powers import steps_on_log_scale

        steps = steps_on_log_scale(self.view.last).tolist()
        before = steps.index(self._nearest(steps))
        self._put_cursor(steps, min(max(before + places, 0), len(steps) - 1))

    def action_power_end(self, direction: int) -> None:
        from rnn_tui.engine.dynamics.powers import steps_on_log_scale

        steps = steps_on_log_scale(self.view.last).tolist()
        self._put_cursor(steps, 0 if direction < 0 else len(steps) - 1)

    def _nearest(self, steps: list[int]) -> int:
        """The n of the axis that is nearest to the cursor's."""
        n = self.view.n
        return steps[-1] if n is None else min(steps, key=lambda each: abs(each - n))

    def _put_cursor(self, steps: list[int], place: int) -> None:
        view = self.view
        if steps[place] == self._nearest(steps):
            self.lab.say(
                "there is no n before 1" if place == 0 else f"n goes to {view.last:,}; `+` and `-` change that"
            )
            return
        self.set_view(n=None if place == len(steps) - 1 else steps[place])

    # ---- the view

    def action_power_tanh(self) -> None:
        on = not self.view.tanh
        self.set_view(tanh=on)
        self.lab.say("tanh between the steps: x(n) = tanh(W x(n−1))" if on else "no tanh: x(n) = W x(n−1)")

    def action_power_number(self) -> None:
        if self.lab.experiment.init == "number":
            self.lab.say("W is one number already; `w` goes on to another kind of W")
            return
        number = not self.view.number
        self.set_view(number=number)
        self.lab.say("one number w = ρ(W); `[` `]` turn it" if number else "the matrix W again")

    def action_power_last(self, clicks: int) -> None:
        view = self.view
        lasts = [last for last in LASTS if (last > view.last if clicks > 0 else last < view.last)]
        if not lasts:
            self.lab.say(f"n goes to {view.last:,}, {'and no further' if clicks > 0 else 'and that is the least'}")
            return
        last = lasts[0] if clicks > 0 else lasts[-1]
        self.set_view(last=last, n=view.n if view.n is not None and view.n < last else None)
        self.lab.say(f"n from 1 to {last:,}")

    def action_power_axis(self) -> None:
        even = not self.view.even
        self.set_view(even=even)
        self.lab.say(f"the axis upwards: {_EVEN if even else _BENT}")

    def action_power_panels(self) -> None:
        turns = powers_layout(self.size.width, self.size.height).in_turn
        choices = get_args(PowersPanels)[1:] if turns else get_args(PowersPanels)
        shown = self.view.panels
        now = choices.index(shown) if shown in choices else 0
        panels = choices[(now + 1) % len(choices)]
        self.set_view(panels=panels)
        self.lab.say(f"shown: {_PANEL_NAMES[panels]}")

    # ---- the kind of W

    def action_nonnormal(self) -> None:
        before = self.lab.experiment
        if self.view.number:
            self.set_view(number=False)
        if before.init == "nonnormal":
            self.lab.try_change(lambda: before.changed(init=self._kind_before()))
        else:
            self.lab.try_change(lambda: _nonnormal(before, self.lab.history.hidden_before_number()))

    def _kind_before(self) -> str:
        kinds = (each.init for each in reversed(self.lab.history.past) if each.init not in ("nonnormal", "number"))
        return next(kinds, Experiment().init)


def _nonnormal(before: Experiment, hidden_before: int) -> Experiment:
    """The experiment with a non-normal W of ρ < 1: only there does what grows first fade in the end."""
    hidden = max(2, hidden_before if before.init == "number" else before.hidden)
    rho = before.rho if before.rho is not None and 0 < before.rho < 1 else DEFAULT_RHO
    return before.changed(init="nonnormal", hidden=hidden, edits=()).changed(rho=rho)

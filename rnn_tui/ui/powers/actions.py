"""Raising: the Powers screen's cursor, its number and its matrix, tanh between the steps, how far n goes."""

from dataclasses import replace
from typing import Any, get_args

from rnn_tui.lab.experiment.declarations import DEFAULT_RHO
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.state.view import PowersPanels

LASTS = (100, 1000, 4000, 10_000)
_EVEN = "a row is everywhere as many digits"
_BENT = "the more digits, the closer together"
_PANEL_NAMES = {
    "both": "the powers and the random products",
    "powers": "the powers alone",
    "products": "the random products alone",
}


class Raising(LabCore):
    """Actions of the Powers screen."""

    def _look(self, **what: Any) -> None:
        self.look(powers=replace(self.view.powers, **what))

    # ---- the cursor

    def action_power(self, places: int) -> None:
        from rnn_tui.engine.dynamics.powers import steps_on_log_scale

        steps = steps_on_log_scale(self.view.powers.last).tolist()
        before = steps.index(self._nearest(steps))
        self._put_cursor(steps, min(max(before + places, 0), len(steps) - 1))

    def action_power_end(self, direction: int) -> None:
        from rnn_tui.engine.dynamics.powers import steps_on_log_scale

        steps = steps_on_log_scale(self.view.powers.last).tolist()
        self._put_cursor(steps, 0 if direction < 0 else len(steps) - 1)

    def _nearest(self, steps: list[int]) -> int:
        """The n of the axis that is nearest to the cursor's."""
        n = self.view.powers.n
        return steps[-1] if n is None else min(steps, key=lambda each: abs(each - n))

    def _put_cursor(self, steps: list[int], place: int) -> None:
        view = self.view.powers
        if steps[place] == self._nearest(steps):
            self.say("there is no n before 1" if place == 0 else f"n goes to {view.last:,}; `+` and `-` change that")
            return
        self._look(n=None if place == len(steps) - 1 else steps[place])

    # ---- what is looked at

    def action_power_tanh(self) -> None:
        on = not self.view.powers.tanh
        self._look(tanh=on)
        self.say("tanh between the steps: x(n) = tanh(W x(n−1))" if on else "no tanh: x(n) = W x(n−1)")

    def action_power_number(self) -> None:
        if self.experiment.init == "number":
            self.say("W is one number already; `w` goes on to another kind of W")
            return
        number = not self.view.powers.number
        self._look(number=number)
        self.say("one number w = ρ(W); `[` `]` turn it" if number else "the matrix W again")

    def action_power_last(self, clicks: int) -> None:
        view = self.view.powers
        lasts = [last for last in LASTS if (last > view.last if clicks > 0 else last < view.last)]
        if not lasts:
            self.say(f"n goes to {view.last:,}, {'and no further' if clicks > 0 else 'and that is the least'}")
            return
        last = lasts[0] if clicks > 0 else lasts[-1]
        self._look(last=last, n=view.n if view.n is not None and view.n < last else None)
        self.say(f"n from 1 to {last:,}")

    def action_power_axis(self) -> None:
        even = not self.view.powers.even
        self._look(even=even)
        self.say(f"the axis upwards: {_EVEN if even else _BENT}")

    def action_power_panels(self) -> None:
        from rnn_tui.ui.powers.screen import in_turn

        turns = in_turn(self.size.width, self.size.height)
        choices = get_args(PowersPanels)[1:] if turns else get_args(PowersPanels)
        shown = self.view.powers.panels
        now = choices.index(shown) if shown in choices else 0
        panels = choices[(now + 1) % len(choices)]
        self._look(panels=panels)
        self.say(f"shown: {_PANEL_NAMES[panels]}")

    # ---- the kind of W

    def action_nonnormal(self) -> None:
        before = self.experiment
        if self.view.powers.number:
            self._look(number=False)
        if before.init == "nonnormal":
            self.try_change(lambda: before.changed(init=self._kind_before()))
        else:
            self.try_change(lambda: _nonnormal(before, self.history.hidden_before_number()))

    def _kind_before(self) -> str:
        kinds = (each.init for each in reversed(self.history.past) if each.init not in ("nonnormal", "number"))
        return next(kinds, Experiment().init)


def _nonnormal(before: Experiment, matrix_size: int) -> Experiment:
    """The experiment with a non-normal W of ρ < 1: only there does what grows first fade in the end."""
    hidden = max(2, matrix_size if before.init == "number" else before.hidden)
    rho = before.rho if before.rho is not None and 0 < before.rho < 1 else DEFAULT_RHO
    return before.changed(init="nonnormal", hidden=hidden, edits=()).changed(rho=rho)

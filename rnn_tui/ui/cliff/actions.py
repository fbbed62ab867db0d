"""Descending: what the keys do on the Cliff, which has settings, dials and an undo of its own."""

from dataclasses import replace
from functools import partial

from rnn_tui.lab.cliff.history import CliffHistory
from rnn_tui.lab.cliff.settings import STARTS, CliffSettings
from rnn_tui.lab.history import Run
from rnn_tui.ui.shell.actions.changing import Changing
from rnn_tui.ui.shell.actions.typing import Typing
from rnn_tui.ui.shell.lines.prompting import Then
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from rnn_tui.ui.state.cliff_looks import known_points, steps_at_once
from rnn_tui.ui.state.dials import Dial, dial_after
from rnn_tui.ui.state.view import CliffView

MOST_STEPS = 500
ZOOM = 1.5
PAN = 0.25
_ENDS = {-1: "as low as it goes", 1: "as high as it goes"}


class Descending(Changing, Typing):
    """Actions on the Cliff; those that every screen has are the Cliff's own while it is open."""

    @property
    def cliff(self) -> CliffView:
        """What is looked at on the Cliff."""
        return self.view.cliff

    def _on_the_cliff(self) -> bool:
        return self.context == "cliff"

    # ---- the settings

    def _set_cliff(self, settings: CliffSettings, *, run: str | None = None) -> None:
        """Takes other settings, and says in what they differ."""
        before = self.cliff.settings
        turn = Run(run, self.clock()) if run is not None else None
        self._enter_cliff(self.cliff.history.changed(settings, run=turn))
        self.say(changes(before, settings))

    def _enter_cliff(self, history: CliffHistory) -> None:
        self.look(cliff=replace(self.cliff, history=history))

    def _show_picture(self, settings: CliffSettings) -> None:
        """Looks at another part of the surface: that sets nothing, so there is nothing to undo."""
        self._enter_cliff(self.cliff.history.looking_at(settings))

    def action_turn(self, clicks: int) -> None:
        if self._on_the_cliff():
            self._turn_cliff(CLIFF_DIALS[self.cliff.dial], clicks)
        else:
            super().action_turn(clicks)

    def action_turn_far(self, clicks: int) -> None:
        if self._on_the_cliff():
            self._turn_cliff(CLIFF_DIALS[self.cliff.dial], clicks, coarse=True)
        else:
            super().action_turn_far(clicks)

    def action_move_start(self, axis: str, clicks: int) -> None:
        self._turn_cliff(CLIFF_DIALS[axis], clicks)

    def _turn_cliff(self, dial: Dial[CliffSettings], clicks: int, *, coarse: bool = False) -> None:
        before = self.cliff.settings
        after = dial.turned(before, clicks, coarse=coarse)
        if after == before:
            self.say(f"{dial.title} is {dial.value_text(before)}, {_ENDS[1 if clicks > 0 else -1]}")
        else:
            is_start = dial.name in ("w", "b")
            self._set_cliff(after.with_start_shown() if is_start else after, run="start" if is_start else dial.name)

    def action_dial(self, clicks: int) -> None:
        if not self._on_the_cliff():
            super().action_dial(clicks)
            return
        dial = dial_after(tuple(CLIFF_DIALS.values()), self.cliff.dial, clicks)
        self.look(cliff=replace(self.cliff, dial=dial.name))
        self.say(f"{dial.title} {dial.value_text(self.cliff.settings)}: {dial.help_of(self.cliff.settings)}")

    def action_type_value(self) -> None:
        if not self._on_the_cliff():
            super().action_type_value()
            return
        dial, before = CLIFF_DIALS[self.cliff.dial], self.cliff.settings

        def keep(settings: CliffSettings) -> Then:
            if settings == before:
                return partial(self.say, f"{dial.title} is {dial.value_text(before)} already")
            return partial(self._set_cliff, settings.with_start_shown() if dial.name in ("w", "b") else settings)

        self.ask_value(
            dial.title, dial.value_text(before), note=dial.help_of(before), typed=partial(dial.typed, before), keep=keep
        )

    def action_named_start(self, name: str) -> None:
        settings = self.cliff.settings.changed(**STARTS[name])
        self.look(cliff=replace(self.cliff, step=0, start=name))
        self._set_cliff(settings)
        self.say(f"{name}: from ({settings.w:g}, {settings.b:g}) with η = {settings.lr:g}".replace("-", "−"))

    def action_back_to_start(self) -> None:
        if not self._on_the_cliff():
            super().action_back_to_start()
            return
        history, first = self.cliff.history, CliffSettings()
        if history.present == first and self.cliff.step == 0:
            self.say("the cliff is as it was at first")
            return
        self.look(cliff=replace(CliffView(dial=self.cliff.dial), history=history.changed(first)))
        self.say("the cliff as it was at first; `u` brings the settings back")

    def action_undo(self) -> None:
        if self._on_the_cliff():
            self._go_cliff(undo=True)
        else:
            super().action_undo()

    def action_redo(self) -> None:
        if self._on_the_cliff():
            self._go_cliff(undo=False)
        else:
            super().action_redo()

    def _go_cliff(self, *, undo: bool) -> None:
        before = self.cliff
        history = before.history.undone() if undo else before.history.redone()
        if history is before.history:
            self.say(f"nothing of the cliff to {'undo' if undo else 'redo'}")
            return
        self._enter_cliff(history)
        self.say(f"{'undid' if undo else 'did again'}: {changes(before.settings, self.cliff.settings)}")

    # ---- the steps

    def action_descend(self, steps: int) -> None:
        from rnn_tui.lab.cliff.paths import descend
        from rnn_tui.lab.cliff.words import endings, step_notice

        settings, before = self.cliff.settings, self.cliff.step
        step = min(max(before + steps, 0), MOST_STEPS)
        if step == before:
            self.say("this is where both paths start" if steps < 0 else f"{MOST_STEPS:,} steps are enough")
            return
        known = self.looks.cliff_descents
        if steps > 0 and steps_at_once(settings, step + 1 - known_points(settings, known)):
            found = descend(settings, step, so_far=known)
            taken = max(len(path.points) for path in (found.unclipped, found.clipped)) - 1
            step = max(before, min(step, taken))
            if step == before:
                self.say(f"neither path goes any further: {endings(found)[0]}")
                return
            self.looks = self.looks.with_found("cliff_descents", descend(settings, step, so_far=found))
            self.say(step_notice(found))
        self.look(cliff=replace(self.cliff, step=step))
        if steps < 0:
            self.say(f"back at step {step:,}")

    def action_descend_anew(self) -> None:
        if self.cliff.step == 0:
            self.say("both paths are at their start")
            return
        self.look(cliff=replace(self.cliff, step=0))
        self.say("both paths are back at their start")

    # ---- the picture

    def action_zoom(self, clicks: int) -> None:
        settings = self.cliff.settings
        w, b = self._centre()
        after = settings.zoomed(ZOOM**clicks, w=w, b=b)
        if after == settings:
            self.say("this is as near as it goes" if clicks > 0 else "this is as far away as it goes")
            return
        self._show_picture(after)
        self.say(f"the picture is {_size(after)}")

    def _centre(self) -> tuple[float, float]:
        """What stays where it is: the clipped path's point, else the unclipped one's or the start, else the middle."""
        settings, found = self.cliff.settings, self.looks.cliff_descents
        points = [path.points[-1] for path in (found.clipped, found.unclipped)] if found is not None else []
        for w, b in (*((point.w, point.b) for point in points), (settings.w, settings.b)):
            if settings.shows(w, b):
                return w, b
        return (settings.w_low + settings.w_high) / 2, (settings.b_low + settings.b_high) / 2

    def action_pan(self, right: int, up: int) -> None:
        settings = self.cliff.settings
        after = settings.panned(right=PAN * right, up=PAN * up)
        if after == settings:
            self.say("the picture goes no farther that way")
        else:
            self._show_picture(after)

    def action_whole_picture(self) -> None:
        settings, start = self.cliff.settings, self.cliff.start
        after = settings.framed_as(settings.changed(**STARTS[start]))
        whole = settings.framed_as(CliffSettings())
        if after == settings == whole:
            self.say("this is the picture as it is at first")
            return
        self._show_picture(after if after != settings else whole)
        self.say(f"the picture of {start}" if after != settings else "the picture as it is at first")

    def action_all_of_both(self) -> None:
        found = self.looks.cliff_descents
        if found is None:
            self.say("nothing is measured yet")
            return
        points = [(point.w, point.b) for path in (found.unclipped, found.clipped) for point in path.points]
        after = self.cliff.settings.around(points)
        self._show_picture(after)
        self.say(f"all of both paths: the picture is {_size(after)}")


def changes(before: CliffSettings, after: CliffSettings) -> str:
    """The settings in which two cliffs differ, but for the picture: `η 0.4 → 0.5`."""
    found = [
        f"{dial.label} {dial.value_text(before)} → {dial.value_text(after)}"
        for dial in CLIFF_DIALS.values()
        if getattr(before, dial.name) != getattr(after, dial.name)
    ]
    return ", ".join(found) or "nothing but the picture"


def _size(settings: CliffSettings) -> str:
    return f"{settings.w_high - settings.w_low:.3g} wide and {settings.b_high - settings.b_low:.3g} high"

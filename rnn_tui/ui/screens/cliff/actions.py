"""What the keys do on the Cliff, which has settings, dials and an undo of its own."""

from dataclasses import replace
from functools import partial

from rnn_tui.lab.cliff.settings import STARTS, CliffSettings
from rnn_tui.lab.session.cliff_history import CliffHistory
from rnn_tui.lab.session.history import DialRun
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.cliff.measured import known_points, steps_at_once
from rnn_tui.ui.screens.cliff.scene import CliffResults, CliffView
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen
from rnn_tui.ui.shell.lines.prompt import Then
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from rnn_tui.ui.state.dials import ENDS, Dial, dial_after

MOST_STEPS = 500
ZOOM = 1.5
PAN = 0.25


class CliffActions(LabScreen[CliffView, CliffResults]):
    """Its settings, its dials and its undo are its own: the keys that change the experiment elsewhere change these."""

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        opened, *later = lab.taken_up
        history = CliffHistory(present=opened.cliff or CliffSettings())
        super().__init__(spec, lab, view=CliffView(history=history), results=CliffResults())
        for each in later:
            self.take_up(each)

    def completed(self, lab: Lab) -> Lab:
        return replace(lab, cliff=self.view.settings)

    def take_up(self, lab: Lab) -> None:
        if lab.cliff is not None and lab.cliff != self.view.settings:
            self.set_view(history=self.view.history.changed(lab.cliff), step=0)

    # ---- the settings

    def _set(self, settings: CliffSettings, *, run: str | None = None) -> None:
        """Takes other settings, and says in what they differ."""
        before = self.view.settings
        turn = DialRun(run, self.lab.clock()) if run is not None else None
        self._enter(self.view.history.changed(settings, run=turn))
        self.lab.say(cliff_changes(before, settings))

    def _enter(self, history: CliffHistory) -> None:
        self.set_view(history=history)
        self.lab.keep_soon()

    def _show_picture(self, settings: CliffSettings) -> None:
        """Shows another part of the surface: that sets nothing, so there is nothing to undo."""
        self._enter(self.view.history.looking_at(settings))

    def action_turn(self, clicks: int) -> None:
        self._turn(CLIFF_DIALS[self.view.dial], clicks)

    def action_turn_far(self, clicks: int) -> None:
        self._turn(CLIFF_DIALS[self.view.dial], clicks, coarse=True)

    def action_move_start(self, axis: str, clicks: int) -> None:
        self._turn(CLIFF_DIALS[axis], clicks)

    def _turn(self, dial: Dial[CliffSettings], clicks: int, *, coarse: bool = False) -> None:
        before = self.view.settings
        after = dial.turned(before, clicks, coarse=coarse)
        if after == before:
            self.lab.say(f"{dial.title} is {dial.value_text(before)}, {ENDS[1 if clicks > 0 else -1]}")
        else:
            is_start = dial.name in ("w", "b")
            self._set(after.with_start_shown() if is_start else after, run="start" if is_start else dial.name)

    def action_dial(self, clicks: int) -> None:
        dial = dial_after(tuple(CLIFF_DIALS.values()), self.view.dial, clicks)
        self.set_view(dial=dial.name)
        self.lab.say(f"{dial.title} {dial.value_text(self.view.settings)}: {dial.help_of(self.view.settings)}")

    def action_type_value(self) -> None:
        dial, before = CLIFF_DIALS[self.view.dial], self.view.settings

        def keep(settings: CliffSettings) -> Then:
            if settings == before:
                return partial(self.lab.say, f"{dial.title} is {dial.value_text(before)} already")
            return partial(self._set, settings.with_start_shown() if dial.name in ("w", "b") else settings)

        shown, note = dial.value_text(before), dial.help_of(before)
        self.ask_value(dial.title, shown, note=note, typed=partial(dial.typed, before), keep=keep)

    def action_named_start(self, name: str) -> None:
        settings = self.view.settings.changed(**STARTS[name])
        self.set_view(step=0, start=name)
        self._set(settings)
        self.lab.say(f"{name}: from ({settings.w:g}, {settings.b:g}) with η = {settings.lr:g}".replace("-", "−"))

    def action_back_to_start(self) -> None:
        history, first = self.view.history, CliffSettings()
        if history.present == first and self.view.step == 0:
            self.lab.say("the cliff is as it was at first")
            return
        self.set_view(step=0, start=CliffView().start)
        self._enter(history.changed(first))
        self.lab.say("the cliff as it was at first; `u` brings the settings back")

    def action_undo(self) -> None:
        self._go(self.view.history.undone(), "undid", nothing="nothing of the cliff to undo")

    def action_redo(self) -> None:
        self._go(self.view.history.redone(), "did again", nothing="nothing of the cliff to redo")

    def _go(self, history: CliffHistory, opening: str, *, nothing: str) -> None:
        before = self.view
        if history is before.history:
            self.lab.say(nothing)
            return
        self._enter(history)
        self.lab.say(f"{opening}: {cliff_changes(before.settings, self.view.settings)}")

    # ---- the steps

    def action_descend(self, steps: int) -> None:
        from rnn_tui.lab.cliff.paths import descend
        from rnn_tui.lab.cliff.words import ending_sentences, step_notice

        settings, before = self.view.settings, self.view.step
        step = min(max(before + steps, 0), MOST_STEPS)
        if step == before:
            self.lab.say("this is where both paths start" if steps < 0 else f"{MOST_STEPS:,} steps are enough")
            return
        known = self.results.descents
        if steps > 0 and steps_at_once(settings, step + 1 - known_points(settings, known)):
            found = descend(settings, step, so_far=known)
            taken = max(len(path.points) for path in (found.unclipped, found.clipped)) - 1
            step = max(before, min(step, taken))
            if step == before:
                self.lab.say(f"neither path goes any further: {ending_sentences(found)[0]}")
                return
            self.put_result("descents", descend(settings, step, so_far=found))
            self.lab.say(step_notice(found))
        self.set_view(step=step)
        if steps < 0:
            self.lab.say(f"back at step {step:,}")

    def action_descend_anew(self) -> None:
        if self.view.step == 0:
            self.lab.say("both paths are at their start")
            return
        self.set_view(step=0)
        self.lab.say("both paths are back at their start")

    # ---- the picture

    def action_zoom(self, clicks: int) -> None:
        settings = self.view.settings
        w, b = self._centre()
        after = settings.zoomed(ZOOM**clicks, w=w, b=b)
        if after == settings:
            self.lab.say("this is as near as it goes" if clicks > 0 else "this is as far away as it goes")
            return
        self._show_picture(after)
        self.lab.say(f"the picture is {_size(after)}")

    def _centre(self) -> tuple[float, float]:
        """What stays where it is: the clipped path's point, else the unclipped one's or the start, else the middle."""
        settings, found = self.view.settings, self.results.descents
        points = [path.points[-1] for path in (found.clipped, found.unclipped)] if found is not None else []
        for w, b in (*((point.w, point.b) for point in points), (settings.w, settings.b)):
            if settings.shows(w, b):
                return w, b
        return (settings.w_low + settings.w_high) / 2, (settings.b_low + settings.b_high) / 2

    def action_pan(self, right: int, up: int) -> None:
        settings = self.view.settings
        after = settings.panned(right=PAN * right, up=PAN * up)
        if after == settings:
            self.lab.say("the picture goes no farther that way")
        else:
            self._show_picture(after)

    def action_whole_picture(self) -> None:
        settings, start = self.view.settings, self.view.start
        after = settings.framed_as(settings.changed(**STARTS[start]))
        whole = settings.framed_as(CliffSettings())
        if after == settings == whole:
            self.lab.say("this is the picture as it is at first")
            return
        self._show_picture(after if after != settings else whole)
        self.lab.say(f"the picture of {start}" if after != settings else "the picture as it is at first")

    def action_all_of_both(self) -> None:
        found = self.results.descents
        if found is None:
            self.lab.say("nothing is measured yet")
            return
        points = [(point.w, point.b) for path in (found.unclipped, found.clipped) for point in path.points]
        after = self.view.settings.around(points)
        self._show_picture(after)
        self.lab.say(f"all of both paths: the picture is {_size(after)}")


def cliff_changes(before: CliffSettings, after: CliffSettings) -> str:
    """The settings in which two cliffs differ, but for the picture: `η 0.4 → 0.5`."""
    found = [
        f"{dial.label} {dial.value_text(before)} → {dial.value_text(after)}"
        for dial in CLIFF_DIALS.values()
        if getattr(before, dial.name) != getattr(after, dial.name)
    ]
    return ", ".join(found) or "nothing but the picture"


def _size(settings: CliffSettings) -> str:
    return f"{settings.w_high - settings.w_low:.3g} wide and {settings.b_high - settings.b_low:.3g} high"

"""Matrix: the cursor over W, and the changes of what is under it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from rnn_tui.lab.experiment.edits import LARGEST, Column, Edit, Entry, Row, line_of, parse
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.number_input import parse_real, parse_whole
from rnn_tui.ui.shell.actions.looking import Looking
from rnn_tui.ui.shell.actions.typing import Typing
from rnn_tui.ui.shell.lines.prompting import Prompt, Then
from rnn_tui.ui.state.view import Hand, Shown, SpectrumPanel

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

FINE, COARSE = 0.01, 0.1
DECIMALS = 2
TIMES, TIMES_COARSE = 1.1, 2.0
DIGITS = 10  # of a factor that several presses have made
_SHOWN = {
    "weight": "W itself",
    "gradient": "∂L/∂W, each entry's gradient",
    "radius": "∂ρ/∂W, how far each entry moves ρ",
}
_PANELS = {
    "all": "all panels",
    "matrix": "W alone",
    "plane": "the eigenvalues",
    "values": "singular values and Lyapunov exponents",
    "theory": "theory, and this text",
}


class Matrix(Typing, Looking):
    """Actions on the W that ρ and σ₁ are told of, entry by entry."""

    # ---- the cursor

    def action_entry(self, rows: int, columns: int) -> None:
        row, column = self._cursor()
        self._go_to(row + rows, column + columns)

    def _go_to(self, row: int, column: int) -> None:
        last = self.experiment.hidden - 1
        to = min(max(row, 0), last), min(max(column, 0), last)
        if to == self._cursor():
            edge = "row" if row != to[0] else "column"
            self.say(f"this is the {'first' if min(row, column) < 0 else 'last'} {edge} of W")
            return
        self._look_at(row=to[0], column=to[1], panel=self._with_w())

    def _with_w(self) -> SpectrumPanel:
        """The panel that is shown, or another one where the cursor would not be seen."""
        from rnn_tui.ui.spectrum.panels.places import choices, places

        panel = self.view.spectrum.panel
        return panel if "matrix" in places(*self.size, panel) else choices(*self.size)[0]

    def _cursor(self) -> tuple[int, int]:
        return self.view.spectrum.cursor(self.experiment.hidden)

    def _look_at(self, **what: Any) -> None:
        self.look(spectrum=replace(self.view.spectrum, **what))

    def action_go_to_entry(self) -> None:
        row, column = self._cursor()

        def kept(text: str) -> str | Then:
            hidden = self.experiment.hidden
            try:
                row, column = map(parse_whole, text.replace(",", " ").split())
            except ValueError:
                row = column = 0
            if not (1 <= row <= hidden and 1 <= column <= hidden):
                return f"{text!r} is no row and column of W: two numbers from 1 to {hidden:,}, such as 3,4"
            return partial(self._go_to, row - 1, column - 1)

        self.ask(Prompt(label="row, column", value=f"{row + 1},{column + 1}", replaced=True, kept=kept))

    def action_largest_entry(self) -> None:
        """Goes to the entry where what the grid shows is largest in size."""
        import numpy as np

        from rnn_tui.ui.spectrum.panels.shown import grid_shown
        from rnn_tui.ui.spectrum.screen import SpectrumScreen

        scene = self.screen.scene if isinstance(self.screen, SpectrumScreen) else None
        shown = grid_shown(scene) if scene is not None else None
        if shown is None:
            self.say("there is nothing to compare yet")
            return
        row, column = np.unravel_index(int(shown.strength.argmax()), shown.strength.shape)
        if (int(row), int(column)) == self._cursor():
            self.say("this is the largest entry of what is shown")
        else:
            self._look_at(row=int(row), column=int(column), panel=self._with_w())

    def action_hand(self) -> None:
        hands = get_args(Hand)
        hand = hands[(hands.index(self.view.spectrum.hand) + 1) % len(hands)]
        self._look_at(hand=hand)
        row, column = self._cursor()
        if hand == "entry":
            self.say(f"in hand: the entry W[{row + 1},{column + 1}]; `+` `-` nudge it")
        else:
            place = row if hand == "row" else column
            self.say(f"in hand: {hand} {place + 1}; `+` `-` scale all of it, `0` clears it")

    # ---- changes

    def action_nudge(self, clicks: int) -> None:
        self._nudge(clicks, fine=FINE, factor=TIMES)

    def action_nudge_far(self, clicks: int) -> None:
        self._nudge(clicks, fine=COARSE, factor=TIMES_COARSE)

    def _nudge(self, clicks: int, *, fine: float, factor: float) -> None:
        weight = self._weight()
        if weight is None:
            return
        row, column = self._cursor()
        if self.view.spectrum.hand == "entry":
            value = round(float(weight[row, column]) + clicks * fine, DECIMALS)
            self._edit(Entry(row + 1, column + 1, value + 0.0))
        else:
            self._scale(weight, _product(1.0, factor**clicks))

    def action_clear_entry(self) -> None:
        weight = self._weight()
        if weight is None:
            return
        row, column = self._cursor()
        if self.view.spectrum.hand == "entry":
            self._edit(Entry(row + 1, column + 1, 0.0))
        else:
            self._scale(weight, 0.0)

    def _scale(self, weight: "FloatArray", factor: float) -> None:
        """Multiplies the row or column in hand; what several presses come to is one edit."""
        edit = self._scaled(factor)
        row, column = self._cursor()
        if not (weight[row] if isinstance(edit, Row) else weight[:, column]).any():
            self.say(f"{self.view.spectrum.hand} {edit[0]} is 0 throughout, and stays 0 however it is scaled")
            return
        self._edit(edit)

    def _scaled(self, factor: float) -> Row | Column:
        row, column = self._cursor()
        return Row(row + 1, factor) if self.view.spectrum.hand == "row" else Column(column + 1, factor)

    def _edit(self, edit: Edit) -> None:
        place = f"W {edit[:2]}" if isinstance(edit, Entry) else f"{type(edit).__name__} {edit[0]}"
        before = self.experiment
        if self.try_change(lambda: edited(before, edit), run=place) and self.experiment == before:
            self.say("it is so already")

    def _weight(self) -> "FloatArray | None":
        """W as it is set; None, and said so, while that is being measured."""
        from rnn_tui.lab.spectrum.entries import weight_of

        found = weight_of(self.measurement, self.experiment) if self.measurement is not None else None
        if found is None:
            self.say("W is still being measured; press again in a moment")
        return found

    def action_type_entry(self) -> None:
        weight = self._weight()
        if weight is None:
            return
        row, column = self._cursor()
        hand, before = self.view.spectrum.hand, self.experiment
        make: Callable[[float], Edit]
        if hand == "entry":
            label, value, note = f"W[{row + 1},{column + 1}]", f"{float(weight[row, column]):.6g}", "any number"
            make = partial(Entry, row + 1, column + 1)
        else:
            label, value, note = f"{hand} {(row if hand == 'row' else column) + 1} times", "1", "a factor for all of it"
            make = self._scaled

        def experiment_of(text: str) -> Experiment | str:
            try:
                return edited(before, make(parse_real(text)))
            except (ExperimentError, ValueError):
                return f"{text.strip()!r} is no number from −{LARGEST:,.0f} to {LARGEST:,.0f}, such as 0.5 or −1e-3"

        def changed(text: str) -> None:
            wrong = experiment_of(text)
            self.prompt_note(wrong if isinstance(wrong, str) else note, wrong=isinstance(wrong, str))

        def kept(text: str) -> str | Then:
            experiment = experiment_of(text)
            if isinstance(experiment, str):
                return experiment
            if experiment == before:
                return partial(self.say, f"{label} is {value} already")
            return partial(self.change, experiment)

        self.ask(Prompt(label=label, value=value, note=note, replaced=True, changed=changed, kept=kept))

    # ---- what is shown

    def action_shown_of_w(self) -> None:
        choices = get_args(Shown)
        shown = choices[(choices.index(self.view.spectrum.shown) + 1) % len(choices)]
        self._look_at(shown=shown)
        self.say(f"the grid shows {_SHOWN[shown]}")

    def action_jacobian_step(self, steps: int) -> None:
        self.action_step(steps)

    def action_jacobian_leap(self, direction: int) -> None:
        self.action_leap(direction)

    def action_spectrum_panel(self) -> None:
        from rnn_tui.ui.spectrum.panels.places import choices

        offered = choices(*self.size)
        panel = self.view.spectrum.panel
        now = offered.index(panel) if panel in offered else 0
        panel = offered[(now + 1) % len(offered)]
        self._look_at(panel=panel)
        self.say(f"shown: {_PANELS[panel]}")


def edited(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment with one more edit of W; a row or column scaled again is scaled once, by both factors together.

    Raises:
        ExperimentError: a number that cannot be.
    """
    last = parse(experiment.edits[-1]) if experiment.edits else None
    if isinstance(edit, Row) and isinstance(last, Row) and last.row == edit.row:
        together: Row | Column = Row(edit.row, _product(last.factor, edit.factor))
    elif isinstance(edit, Column) and isinstance(last, Column) and last.column == edit.column:
        together = Column(edit.column, _product(last.factor, edit.factor))
    else:
        return experiment.edited(line_of(edit))
    if not 1 / LARGEST < abs(together.factor) < LARGEST:
        return experiment.edited(line_of(edit))
    rest = experiment.edits[:-1]
    return experiment.changed(edits=rest if together.factor == 1.0 else (*rest, line_of(together)))


def _product(one: float, other: float) -> float:
    """To so many digits that there and back again is 1."""
    return float(f"{one * other:.{DIGITS}g}")

"""What the keys of the Spectrum screen do: the cursor over W, and the changes of what is under it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, get_args

from rnn_tui.lab.experiment.edits import LARGEST, ColumnScaling, Edit, Entry, RowScaling, edit_line, parse_edit
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.number_input import parse_real, parse_whole
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.spectrum.scene import Hand, Shown, SpectrumPanel, SpectrumResults, SpectrumView
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen
from rnn_tui.ui.shell.lines.prompt import Prompt, Then

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


class SpectrumActions(LabScreen[SpectrumView, SpectrumResults]):
    """The actions of the Spectrum screen: its cursor, what is set of W entry by entry, and its panels."""

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=SpectrumView(), results=SpectrumResults())

    # ---- the cursor

    def action_entry(self, rows: int, columns: int) -> None:
        row, column = self._cursor()
        self._go_to(row + rows, column + columns)

    def _go_to(self, row: int, column: int) -> None:
        last = self.lab.experiment.hidden - 1
        to = min(max(row, 0), last), min(max(column, 0), last)
        if to == self._cursor():
            edge = "row" if row != to[0] else "column"
            self.lab.say(f"this is the {'first' if min(row, column) < 0 else 'last'} {edge} of W")
            return
        self.set_view(row=to[0], column=to[1], panel=self._with_w())

    def _with_w(self) -> SpectrumPanel:
        """The panel that is shown, or another one where the cursor would not be seen."""
        from rnn_tui.ui.screens.spectrum.layout import panel_choices, spectrum_layout

        panel = self.view.panel
        return panel if "matrix" in spectrum_layout(*self.size, panel) else panel_choices(*self.size)[0]

    def _cursor(self) -> tuple[int, int]:
        return self.view.cursor(self.lab.experiment.hidden)

    def action_go_to_entry(self) -> None:
        row, column = self._cursor()

        def kept(text: str) -> str | Then:
            hidden = self.lab.experiment.hidden
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

        from rnn_tui.ui.screens.spectrum.panels.shown import grid_shown

        shown = grid_shown(self.scene) if self.scene is not None else None
        if shown is None:
            self.lab.say("there is nothing to compare yet")
            return
        row, column = np.unravel_index(int(shown.strength.argmax()), shown.strength.shape)
        if (int(row), int(column)) == self._cursor():
            self.lab.say("this is the largest entry of what is shown")
        else:
            self.set_view(row=int(row), column=int(column), panel=self._with_w())

    def action_hand(self) -> None:
        hands = get_args(Hand)
        hand = hands[(hands.index(self.view.hand) + 1) % len(hands)]
        self.set_view(hand=hand)
        row, column = self._cursor()
        if hand == "entry":
            self.lab.say(f"in hand: the entry W[{row + 1},{column + 1}]; `+` `-` nudge it")
        else:
            place = row if hand == "row" else column
            self.lab.say(f"in hand: {hand} {place + 1}; `+` `-` scale all of it, `0` clears it")

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
        if self.view.hand == "entry":
            value = round(float(weight[row, column]) + clicks * fine, DECIMALS)
            self._edit(Entry(row + 1, column + 1, value + 0.0))
        else:
            self._scale(weight, _product(1.0, factor**clicks))

    def action_clear_entry(self) -> None:
        weight = self._weight()
        if weight is None:
            return
        row, column = self._cursor()
        if self.view.hand == "entry":
            self._edit(Entry(row + 1, column + 1, 0.0))
        else:
            self._scale(weight, 0.0)

    def _scale(self, weight: "FloatArray", factor: float) -> None:
        """Multiplies the row or column in hand; what several presses come to is one edit."""
        edit = self._scaled(factor)
        row, column = self._cursor()
        if not (weight[row] if isinstance(edit, RowScaling) else weight[:, column]).any():
            self.lab.say(f"{self.view.hand} {edit[0]} is 0 throughout, and stays 0 however it is scaled")
            return
        self._edit(edit)

    def _scaled(self, factor: float) -> RowScaling | ColumnScaling:
        row, column = self._cursor()
        return RowScaling(row + 1, factor) if self.view.hand == "row" else ColumnScaling(column + 1, factor)

    def _edit(self, edit: Edit) -> None:
        place = f"W {edit[:2]}" if isinstance(edit, Entry) else f"{type(edit).__name__} {edit[0]}"
        before = self.lab.experiment
        if self.lab.try_change(lambda: edited(before, edit), run=place) and self.lab.experiment == before:
            self.lab.say("it is so already")

    def _weight(self) -> "FloatArray | None":
        """W as it is set; None, and said so, while that is being measured."""
        from rnn_tui.lab.spectrum.entries import weight_of

        found = weight_of(self.lab.measurement, self.lab.experiment) if self.lab.measurement is not None else None
        if found is None:
            self.lab.say("W is still being measured; press again in a moment")
        return found

    def action_type_entry(self) -> None:
        weight = self._weight()
        if weight is None:
            return
        row, column = self._cursor()
        hand, before = self.view.hand, self.lab.experiment
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
                return partial(self.lab.say, f"{label} is {value} already")
            return partial(self.lab.change, experiment)

        self.ask(Prompt(label=label, value=value, note=note, replaced=True, changed=changed, kept=kept))

    # ---- what is shown

    def action_shown_of_w(self) -> None:
        choices = get_args(Shown)
        shown = choices[(choices.index(self.view.shown) + 1) % len(choices)]
        self.set_view(shown=shown)
        self.lab.say(f"the grid shows {_SHOWN[shown]}")

    def action_jacobian_step(self, steps: int) -> None:
        self.lab.select_step(self.lab.step + steps)

    def action_jacobian_leap(self, direction: int) -> None:
        self.lab.leap(direction)

    def action_spectrum_panel(self) -> None:
        from rnn_tui.ui.screens.spectrum.layout import panel_choices

        offered = panel_choices(*self.size)
        panel = self.view.panel
        now = offered.index(panel) if panel in offered else 0
        panel = offered[(now + 1) % len(offered)]
        self.set_view(panel=panel)
        self.lab.say(f"shown: {_PANELS[panel]}")


def edited(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment with one more edit of W; a row or column scaled again is scaled once, by both factors together.

    Raises:
        ExperimentError: a number that cannot be.
    """
    last = parse_edit(experiment.edits[-1]) if experiment.edits else None
    if isinstance(edit, RowScaling) and isinstance(last, RowScaling) and last.row == edit.row:
        together: RowScaling | ColumnScaling = RowScaling(edit.row, _product(last.factor, edit.factor))
    elif isinstance(edit, ColumnScaling) and isinstance(last, ColumnScaling) and last.column == edit.column:
        together = ColumnScaling(edit.column, _product(last.factor, edit.factor))
    else:
        return experiment.edited(edit_line(edit))
    if not 1 / LARGEST < abs(together.factor) < LARGEST:
        return experiment.edited(edit_line(edit))
    rest = experiment.edits[:-1]
    return experiment.changed(edits=rest if together.factor == 1.0 else (*rest, edit_line(together)))


def _product(one: float, other: float) -> float:
    """To so many digits that there and back again is 1."""
    return float(f"{one * other:.{DIGITS}g}")

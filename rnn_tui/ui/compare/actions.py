"""Comparing: the rows and columns of the Compare screen, and the way of a network to the other screens."""

from dataclasses import replace
from typing import Any, get_args

from rnn_tui.lab.experiment.networks import KINDS, network_of
from rnn_tui.lab.experiment.words import with_next, without_last
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.compare.measured import BAND_SEEDS, SWAPPED, base_of, built_for, goes_on, order_of
from rnn_tui.ui.shell.actions.switching import Switching
from rnn_tui.ui.state.view import ComparePanels

_PANEL_NAMES = {"both": "chart and table", "chart": "the chart alone", "table": "the table alone"}


class Comparing(Switching):
    """Actions of the Compare screen."""

    def _compare(self, **what: Any) -> None:
        self.look(compare=replace(self.view.compare, **what))

    def action_compare_row(self, rows: int) -> None:
        names = order_of(self.looks.compare, self.view.compare)
        place = names.index(self.view.compare.chosen) + rows
        if 0 <= place < len(names):
            self._compare(chosen=names[place])
        else:
            self.say("this is the first network" if rows < 0 else "this is the last network")

    def action_compare_sort(self, columns: int) -> None:
        from rnn_tui.ui.compare.panels.columns import SORTS, column_named

        sort = SORTS[(SORTS.index(self.view.compare.sort) + columns) % len(SORTS)]
        self._compare(sort=sort, flipped=False)
        column = column_named(sort)
        self.say(
            "the networks in their own order" if column is None else f"sorted by {column.title}; `f` turns it round"
        )

    def action_compare_flip(self) -> None:
        flipped = not self.view.compare.flipped
        self._compare(flipped=flipped)
        if self.view.compare.sort == "network":
            self.say("the last network first" if flipped else "the first network first")
        else:
            self.say("the smallest first" if flipped else "the largest first")

    def action_compare_hide(self) -> None:
        name, hidden = self.view.compare.chosen, self.view.compare.hidden
        self._compare(hidden=hidden ^ {name})
        self.say(
            f"the {name} is in the chart again"
            if name in hidden
            else f"the {name} has left the chart; `h` brings it back"
        )

    def action_compare_alone(self) -> None:
        name, hidden = self.view.compare.chosen, self.view.compare.hidden
        others = frozenset(KINDS) - {name}
        self._compare(hidden=frozenset() if hidden == others else others)
        self.say(
            "all networks are in the chart"
            if hidden == others
            else f"the {name} alone is in the chart; `H` brings all back"
        )

    def action_compare_bands(self) -> None:
        bands = not self.view.compare.bands
        self._compare(bands=bands)
        self.say(f"each network over {BAND_SEEDS} seeds: bands for the chosen one" if bands else "no bands")

    def action_compare_panels(self) -> None:
        from rnn_tui.ui.compare.screen import in_turn

        choices = ("table", "chart") if in_turn(*self.size) else get_args(ComparePanels)
        now = choices.index(self.view.compare.panels) if self.view.compare.panels in choices else 0
        panels = choices[(now + 1) % len(choices)]
        self._compare(panels=panels)
        self.say(f"shown: {_PANEL_NAMES[panels]}")

    def action_compare_anew(self) -> None:
        self._compare(built=None, again=self.view.compare.again + 1)
        steps = len(self.experiment.words)
        self.say(f"all networks are built anew, for {steps:,} {'step' if steps == 1 else 'steps'}")

    def action_word(self, words: int) -> None:
        before = self.experiment
        try:
            after = with_next(before, (*self.history.past, *self.history.future)) if words > 0 else without_last(before)
        except ExperimentError as problem:
            self.complain(str(problem))
            return
        built = self.view.compare.built
        if built is None or not goes_on(built, after):
            self._compare(built=before)
        self.change(after, opening="one word more" if words > 0 else "one word less", run="words")

    async def action_take_network(self) -> None:
        """Makes the chosen row's network that of all screens, in one step of undo, and goes to Unroll."""
        view = self.view.compare
        base = base_of(self.experiment, view)
        row = None if self.looks.compare is None else self.looks.compare.row(view.chosen)
        try:
            experiment = network_of(base, view.chosen)
        except ExperimentError as problem:
            self.complain(f"the {view.chosen} cannot be: {problem}")
            return
        if row is not None and row.refusal is not None and built_for(self.experiment, view) is not None:
            steps = len(base.words)
            self.say(f"the {view.chosen} refuses {steps:,} steps; `m` builds one for them")
            return
        swapped = tuple(
            (name, getattr(experiment, name), getattr(base, name))
            for name in SWAPPED
            if getattr(experiment, name) != getattr(base, name)
        )
        self._compare(swapped=swapped)
        await self.action_screen("unroll")
        if experiment == self.experiment:
            self.say(f"this is the {view.chosen} already")
        else:
            self.change(experiment, opening=f"the {view.chosen}, `u` takes it back")

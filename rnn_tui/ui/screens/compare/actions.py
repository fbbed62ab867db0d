"""What the keys of the Compare screen do: its rows and columns, and the way of a network to the other screens."""

from typing import get_args

from rnn_tui.lab.experiment.networks import NETWORK_KINDS, network_of
from rnn_tui.lab.experiment.words import with_next, without_last
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.compare.layout import shows_one_at_a_time
from rnn_tui.ui.screens.compare.measured import BAND_SEEDS, SWAPPED, base_experiment, built_for, extends_text, order_of
from rnn_tui.ui.screens.compare.panels.columns import SORTS, column_named
from rnn_tui.ui.screens.compare.scene import ComparePanels, CompareResults, CompareView
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen

_PANEL_NAMES = {"both": "chart and table", "chart": "the chart alone", "table": "the table alone"}


class CompareActions(LabScreen[CompareView, CompareResults]):
    """The actions of the Compare screen: its rows, its columns, its panels, and the way to other screens."""

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=CompareView(), results=CompareResults())

    def action_compare_row(self, rows: int) -> None:
        names = order_of(self.results.compare, self.view)
        place = names.index(self.view.chosen) + rows
        if 0 <= place < len(names):
            self.set_view(chosen=names[place])
        else:
            self.lab.say("this is the first network" if rows < 0 else "this is the last network")

    def action_compare_sort(self, columns: int) -> None:
        sort = SORTS[(SORTS.index(self.view.sort) + columns) % len(SORTS)]
        self.set_view(sort=sort, flipped=False)
        column = column_named(sort)
        self.lab.say(
            "the networks in their own order" if column is None else f"sorted by {column.title}; `f` turns it round"
        )

    def action_compare_flip(self) -> None:
        flipped = not self.view.flipped
        self.set_view(flipped=flipped)
        if self.view.sort == "network":
            self.lab.say("the last network first" if flipped else "the first network first")
        else:
            self.lab.say("the smallest first" if flipped else "the largest first")

    def action_compare_hide(self) -> None:
        name, hidden = self.view.chosen, self.view.hidden
        self.set_view(hidden=hidden ^ {name})
        self.lab.say(
            f"the {name} is in the chart again"
            if name in hidden
            else f"the {name} has left the chart; `h` brings it back"
        )

    def action_compare_alone(self) -> None:
        name, hidden = self.view.chosen, self.view.hidden
        others = frozenset(NETWORK_KINDS) - {name}
        self.set_view(hidden=frozenset() if hidden == others else others)
        self.lab.say(
            "all networks are in the chart"
            if hidden == others
            else f"the {name} alone is in the chart; `H` brings all back"
        )

    def action_compare_bands(self) -> None:
        bands = not self.view.bands
        self.set_view(bands=bands)
        self.lab.say(f"each network over {BAND_SEEDS} seeds: bands for the chosen one" if bands else "no bands")

    def action_compare_panels(self) -> None:
        choices = ("table", "chart") if shows_one_at_a_time(*self.size) else get_args(ComparePanels)
        now = choices.index(self.view.panels) if self.view.panels in choices else 0
        panels = choices[(now + 1) % len(choices)]
        self.set_view(panels=panels)
        self.lab.say(f"shown: {_PANEL_NAMES[panels]}")

    def action_compare_anew(self) -> None:
        self.set_view(built=None, again=self.view.again + 1)
        steps = len(self.lab.experiment.words)
        self.lab.say(f"all networks are built anew, for {steps:,} {'step' if steps == 1 else 'steps'}")

    def action_word(self, words: int) -> None:
        before = self.lab.experiment
        try:
            after = (
                with_next(before, (*self.lab.history.past, *self.lab.history.future))
                if words > 0
                else without_last(before)
            )
        except ExperimentError as problem:
            self.lab.complain(str(problem))
            return
        built = self.view.built
        if built is None or not extends_text(built, after):
            self.set_view(built=before)
        self.lab.change(after, opening="one word more" if words > 0 else "one word less", run="words")

    async def action_take_network(self) -> None:
        """Makes the chosen row's network that of all screens, in one step of undo, and goes to Unroll."""
        view = self.view
        base = base_experiment(self.lab.experiment, view)
        row = None if self.results.compare is None else self.results.compare.row(view.chosen)
        try:
            experiment = network_of(base, view.chosen)
        except ExperimentError as problem:
            self.lab.complain(f"the {view.chosen} cannot be: {problem}")
            return
        if row is not None and row.refusal is not None and built_for(self.lab.experiment, view) is not None:
            steps = len(base.words)
            self.lab.say(f"the {view.chosen} refuses {steps:,} steps; `m` builds one for them")
            return
        swapped = tuple(
            (name, getattr(experiment, name), getattr(base, name))
            for name in SWAPPED
            if getattr(experiment, name) != getattr(base, name)
        )
        self.set_view(swapped=swapped)
        await self.lab.run_action("screen('unroll')")
        if experiment == self.lab.experiment:
            self.lab.say(f"this is the {view.chosen} already")
        else:
            self.lab.change(experiment, opening=f"the {view.chosen}, `u` takes it back")

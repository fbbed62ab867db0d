"""What the Compare screen has measured, of which experiment, and when a part of it is shown."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.screens.compare.scene import CompareView
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import Comparison

BAND_SEEDS = 50
# A chart takes a part of a frame to draw: what is found more often than this is shown together.
SHOWN_EVERY_SECONDS = 0.025
# By then the key that asked has been painted: two threads at once would share the interpreter.
REST_SECONDS = 0.02
# What a network that is taken from the comparison may bring to all screens: the first two it has in any comparison.
OWN = ("cell", "skip")
SWAPPED = (*OWN, "init", "activation", "edits", "trained")


def base_experiment(experiment: Experiment, view: CompareView) -> Experiment:
    """The experiment that the networks are made from: with the comparison's own W again, where one was taken from it.

    Else an identity W that was taken to the other screens would come back as the W of all.
    """
    if not view.swapped or any(
        getattr(experiment, name) != taken for name, taken, _ in view.swapped if name not in OWN
    ):
        return experiment
    try:
        return experiment.changed(**{name: own for name, _, own in view.swapped})
    except ExperimentError:
        return experiment


def extends_text(built: Experiment, experiment: Experiment) -> bool:
    """Whether one of two texts begins with all of the other, so that networks stay built for the first."""
    common = min(len(built.words), len(experiment.words))
    return built.tokens == experiment.tokens and built.words[:common] == experiment.words[:common]


def built_for(experiment: Experiment, view: CompareView) -> str | None:
    """The text of another length that the networks stay built for; None where that is the experiment's own."""
    built = view.built
    if built is None or len(built.words) == len(experiment.words) or not extends_text(built, experiment):
        return None
    return built.text


def compare_task(experiment: Experiment, view: CompareView, before: "Comparison | None") -> SideTask:
    """The comparison of an experiment, from the chosen row on; `before` is shown until it is there."""
    base, built = base_experiment(experiment, view), built_for(experiment, view)
    seeds = tuple(range(base.seed, base.seed + BAND_SEEDS)) if view.bands else ()

    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.compare.compare import comparisons

        shown, found = time.monotonic(), None
        time.sleep(REST_SECONDS)
        for found in comparisons(base, seeds=seeds, built_for=built, before=before, first=view.chosen, watch=watch):
            if time.monotonic() - shown >= SHOWN_EVERY_SECONDS:
                yield found
                shown, found = time.monotonic(), None
        time.sleep(REST_SECONDS)
        if found is not None:
            yield found

    return SideTask("compare", (base, built, seeds, view.again), work)


def order_of(comparison: "Comparison | None", view: CompareView) -> tuple[str, ...]:
    """The names of the networks in the order of their rows: by the last whole comparison, so that no row jumps."""
    from rnn_tui.ui.screens.compare.panels.columns import sorted_names

    whole = comparison.before if comparison is not None and comparison.waiting else comparison
    if whole is None:
        return tuple(NETWORK_KINDS)
    return sorted_names(whole.rows, view.sort, flipped=view.flipped)

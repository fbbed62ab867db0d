"""What the grid shows of every entry of W: its value, its gradient, or its part in ρ."""

import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.spectrum.entries import Entries

_TITLES = {"weight": "W", "gradient": "∂L/∂W", "radius": "∂ρ/∂W"}


class ShownGrid(NamedTuple):
    """The numbers of the grid and how strongly each is coloured, both (H, H).

    Attributes:
        values: with their sign; of the gradient what float64 holds of it.
        strength: 0 to 1.
    """

    values: "FloatArray"
    strength: "FloatArray"


def weight_shown(scene: SpectrumScene) -> "FloatArray | None":
    """W as it is set, where that is known before it is measured; else as it was measured."""
    if scene.measurement is None:
        return None
    from rnn_tui.lab.spectrum.entries import weight_of

    known = weight_of(scene.measurement, scene.experiment)
    return scene.measurement.trace.weight_hh if known is None else known


def entries_of(scene: SpectrumScene) -> "Entries | None":
    """What each entry does, of just the W that was measured; None until it is found."""
    found = scene.results.entries
    return found if found is not None and found.measurement is scene.measurement else None


def grid_shown(scene: SpectrumScene) -> ShownGrid | None:
    """What the grid shows; None where that is not known, or there is none."""
    import numpy as np

    weight = weight_shown(scene)
    if weight is None:
        return None
    if scene.view.shown == "weight":
        return ShownGrid(weight, _linear(weight))
    found = entries_of(scene)
    if found is None:
        return None
    if scene.view.shown == "radius":
        slopes = found.radius_slopes
        return None if slopes is None else ShownGrid(slopes, _linear(slopes))
    sizes = np.nan_to_num(found.log10_gradient, nan=-math.inf, neginf=-math.inf)
    top = float(sizes.max())
    with np.errstate(over="ignore", under="ignore"):
        strength = 10.0 ** (sizes - top) if math.isfinite(top) else np.zeros_like(sizes)
        return ShownGrid(found.gradient_sign * 10.0**found.log10_gradient, strength)


def waiting_note(scene: SpectrumScene, name: str) -> str:
    """What is to be said of a view that is not all there: `…` while it is measured, else why it is not."""
    stage = scene.results.stage(name)
    if stage is None or scene.results.complete(name):
        return ""
    return stage.problem or ("stopped" if stage.stopped else f"{stage.progress:.0%} …" if stage.progress else "…")


def title_with_progress(title: str, scene: SpectrumScene, name: str) -> str:
    """A panel's title, and how far what it shows is."""
    state = waiting_note(scene, name)
    return f"{title} · {state}" if state else title


def _linear(values: "FloatArray") -> "FloatArray":
    import numpy as np

    largest = float(np.abs(values).max())
    return np.abs(values) / largest if largest else np.zeros_like(values)


def grid_title(scene: SpectrumScene, measurement: Measurement) -> str:
    """What the grid is of: `W, 8×8`, of a gated cell its block, of a feed-forward net its layer."""
    hidden, kind = len(measurement.trace.weight_hh), CELLS[measurement.experiment.cell]
    shown = _TITLES[scene.view.shown]
    block = f"block {kind.candidate}, the new content," if kind.gated else ""
    block = block if kind.shares_weights else f"layer 1 of {measurement.steps:,},"
    return f"{shown} · {block} {hidden}×{hidden}" if block else f"{shown} · {hidden}×{hidden}"


def set_entries(experiment: Experiment) -> frozenset[tuple[int, int]]:
    """The entries that were set one by one, as (row, column) from 0."""
    from rnn_tui.lab.experiment.edits import Entry, parse_edit

    edits = (parse_edit(line) for line in experiment.edits)
    return frozenset((edit.row - 1, edit.column - 1) for edit in edits if isinstance(edit, Entry))

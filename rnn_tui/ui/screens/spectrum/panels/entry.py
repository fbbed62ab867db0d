"""What is to be said of the entry of W under the cursor, or of its row or column, line by line."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, Run, phrase, said
from rnn_tui.ui.screens.spectrum.panels.shown import entries_of, set_entries, weight_shown
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.spectrum.entries import Entries

TRIED = 0.1


def entry_lines(scene: SpectrumScene, measurement: Measurement) -> list[list[Phrase]]:
    """The lines, the most important first; each is phrases that grow brief where there is no room."""
    weight, found = weight_shown(scene), entries_of(scene)
    if weight is None:
        return []
    stale = scene.experiment != measurement.experiment
    return [
        _name(scene, weight),
        _gradient(scene, measurement, None if stale else found),
        _parts(scene, None if stale else found),
        _whole(scene, measurement, stale=stale),
        _lengths(scene, weight),
        _edits(scene),
    ]


def value_text(value: float) -> str:
    """An entry with all the digits that are read: `−0.432187`, `12.5`, `3.1e-9`."""
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return text.replace("-", "−") if text != "-0" else "0"
    return number_text(value)


class _Inks:
    """The inks of the lines."""

    def __init__(self, scene: SpectrumScene) -> None:
        palette = scene.palette
        self.normal = Ink(palette.text, palette.panel)
        self.muted = Ink(palette.muted, palette.panel)
        self.strong = Ink(palette.text, palette.panel, bold=True)
        self.good = Ink(palette.good, palette.panel)

    def pair(self, label: str, value: str) -> tuple[Run, Run]:
        """A label and its number."""
        return (f"{label} ", self.muted), (value, self.normal)


def _name(scene: SpectrumScene, weight: "FloatArray") -> list[Phrase]:
    inks, view = _Inks(scene), scene.view
    row, column = view.cursor(len(weight))
    if view.hand != "entry":
        place = row if view.hand == "row" else column
        length = _length(weight[row] if view.hand == "row" else weight[:, column])
        means = f"what unit {place + 1} {'hears' if view.hand == 'row' else 'says'}"
        line = (f"{view.hand} {place + 1}  ", inks.strong), ("‖·‖ ", inks.muted), (length, inks.strong)
        return [phrase(line, ranks=9), said(inks.muted, means, "", ranks=3)]
    value = value_text(float(weight[row, column]))
    was_set = (row, column) in set_entries(scene.experiment)
    name = (f"W[{row + 1},{column + 1}] = ", inks.strong), (value, inks.strong)
    by_hand = [said(inks.good, "set by you", "set", ranks=6)] if was_set else []
    return [
        phrase(name, ranks=9),
        *by_hand,
        said(inks.muted, f"unit {column + 1} to unit {row + 1}", "", ranks=3),
    ]


def _length(values: "FloatArray") -> str:
    return number_text(math.hypot(*values.tolist()))


def _gradient(scene: SpectrumScene, measurement: Measurement, found: "Entries | None") -> list[Phrase]:
    """The entry's own gradient, and where an update takes it."""
    inks = _Inks(scene)
    if found is None:
        return [phrase(inks.pair("∂L/∂W", "…"), ranks=9)]
    place = scene.view.cursor(len(found.after))
    log10 = float(found.log10_gradient[place])
    sign = "−" if found.gradient_sign[place] < 0 else ""
    lines = [phrase(inks.pair("∂L/∂W", log10_text(log10, sign=sign)), ranks=9)]
    if measurement.experiment.cell == "feedforward":
        return [*lines, said(inks.muted, "the first layer hears h₀ = 0", "h₀ = 0", "", ranks=4)]
    if found.unmoved[place]:
        return [*lines, said(inks.muted, "W − ηg is too near W for float32", "float32 leaves W", "", ranks=4)]
    after = float(found.after[place])
    taken = "out of range" if math.isnan(after) else value_text(after)
    long, short = inks.pair("W − ηg =", taken), inks.pair("−ηg:", taken)
    return [*lines, phrase(long, short, (), ranks=5)]


def _parts(scene: SpectrumScene, found: "Entries | None") -> list[Phrase]:
    """How ρ and σ₁ move with the entry."""
    inks = _Inks(scene)
    if found is None:
        return [phrase(inks.pair("∂ρ/∂W", "…"), ranks=9)]
    place = scene.view.cursor(len(found.after))
    lines = []
    measured = found.measurement
    for name, slopes, size in (
        ("∂ρ/∂W", found.radius_slopes, measured.spectral_radius),
        ("∂σ₁/∂W", found.largest_slopes, measured.largest_singular_value),
    ):
        none = "tied" if size else "none at 0"
        lines.append(phrase(inks.pair(name, none if slopes is None else number_text(float(slopes[place]))), ranks=9))
    if found.radius_slopes is None or found.largest_slopes is None:
        if measured.spectral_radius == 0.0:
            return lines
        return [*lines, said(inks.muted, "several are as large, so it has no one slope", "no one slope", "", ranks=2)]
    moved = number_text(TRIED * float(found.radius_slopes[place]))
    return [*lines, said(inks.muted, f"+{TRIED:g} here: ρ by about {moved}", "", ranks=2)]


def _whole(scene: SpectrumScene, measurement: Measurement, *, stale: bool) -> list[Phrase]:
    """ρ and σ₁, and how they are set exactly."""
    inks = _Inks(scene)
    radius, largest = measurement.spectral_radius, measurement.largest_singular_value
    dial = {"rho": "ρ", "sigma": "σ₁"}.get(scene.dial)
    how = f"= sets {dial} exactly" if dial else "Tab to ρ or σ₁, = sets it"
    return [
        phrase(inks.pair("ρ", "…" if stale else number_text(radius)), ranks=9),
        phrase(inks.pair("σ₁", "…" if stale else number_text(largest)), ranks=9),
        said(inks.muted, how, "= sets", "", ranks=4),
    ]


def _lengths(scene: SpectrumScene, weight: "FloatArray") -> list[Phrase]:
    inks = _Inks(scene)
    row, column = scene.view.cursor(len(weight))
    return [
        phrase(inks.pair(f"‖row {row + 1}‖", _length(weight[row])), ranks=5),
        phrase(inks.pair(f"‖column {column + 1}‖", _length(weight[:, column])), ranks=4),
        said(inks.muted, "x takes one in hand", "", ranks=2),
    ]


def _edits(scene: SpectrumScene) -> list[Phrase]:
    """What was changed of W after it was drawn; the newest last."""
    inks, edits = _Inks(scene), scene.experiment.edits
    if not edits and scene.experiment.trained is not None:
        return [said(inks.muted, "as training left it", ranks=1)]
    if not edits:
        kind, seed = scene.experiment.init, scene.experiment.seed
        return [said(inks.muted, f"as drawn: {kind}, seed {seed:,}", "as drawn", ranks=1)]
    label = f"{len(edits):,} edit{'s' if len(edits) > 1 else ''}", inks.muted
    ways = tuple((label, (f"  {_listed(edits, kept)}", inks.normal)) for kept in (6, 4, 3, 2, 1))
    return [phrase(*ways, (label,), ranks=5)]


def _listed(edits: Sequence[str], kept: int) -> str:
    """The newest edits."""
    shown = edits[-kept:]
    return ("… " if len(edits) > kept else "") + "  ".join(shown)

"""Pictures of the screens, accepted after looking at them. Each test says what its picture must show."""

from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
from rnn_tui.ui.screens.unroll.panels.gradient import GradientPanel
from rnn_tui.ui.screens.unroll.scene import Play, UnrollView
from rnn_tui.ui.themes.themes import shipped_folder
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written
from tests.ui.painting import scene, text
from tests.ui.pressing import press, settle

Compare = Callable[..., bool]

SENTENCE = "the cat sat on the mat and the dog lay by the door while rain fell on the old tin roof all night long"
THEMES = sorted(path.stem for path in shipped_folder().glob("*.toml"))


def looks_the_same(
    compare: Compare,
    *,
    size: tuple[int, int] = (120, 36),
    keys: tuple[str, ...] = (),
    theme: str | None = None,
    **settings: Any,
) -> bool:
    """Opens the lab, presses keys, and compares what is seen with the accepted picture."""
    app = LabApp(Lab(Experiment(**settings)), theme=theme)

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    return compare(app, terminal_size=size, run_before=before)


def test_unroll_80x24(snap_compare: Compare) -> None:
    """All four panels, the network in its two lines."""
    assert looks_the_same(snap_compare, size=(80, 24))


def test_unroll_120x36(snap_compare: Compare) -> None:
    """All four panels; the cells have borders, the verdict its sentence. This is the README's picture."""
    assert looks_the_same(snap_compare, size=(120, 36))


def test_lstm_120x36(snap_compare: Compare) -> None:
    """What carries the state on and what comes back: gates and two paths."""
    assert looks_the_same(snap_compare, cell="lstm")


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != "night"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    """Text easy to read; forward, gradient, signs and words distinguished."""
    assert looks_the_same(snap_compare, theme=theme, text="What time is it now", clip="norm", threshold=0.5)


def test_inspector_80x24(snap_compare: Compare) -> None:
    """Every number of the step with its name and meaning, and the share of each word."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("i", "left"), clip="norm", loss="mean")


def test_typing_a_text(snap_compare: Compare) -> None:
    """The line that is typed in, and the panels already showing the longer text."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("t", "space", "n", "o", "w"))


def test_help(snap_compare: Compare) -> None:
    """Every key, group by group."""
    assert looks_the_same(snap_compare, keys=("question_mark",))


KINDS: dict[str, dict[str, Any]] = {
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "feedforward": {"cell": "feedforward"},
    "shared": {"skip": "shared:2"},
    "pinned": {"skip": "pinned:1-4"},
    "cut": {"cell": "lstm", "truncate": 2},
}
NOW, EIGHT, SIX = "What time is it now", "What time is it and who are you", "the cat sat on the mat"
SCRIPTS = "سلام دنیا 日本語 👩‍🚀 café e\u0301t\u00e9 🇮🇷 کتاب"
CLIPPED = {"clip": "norm", "threshold": 0.2}
STATES = {
    # what carries the state on and what comes back: gates and two paths, a W a layer, a way around W, a cut
    **{
        f"{kind} {'x'.join(map(str, size))}": State(panels=("network", "unrolled"), size=size, settings=settings)
        for kind, settings in KINDS.items()
        for size in (SMALL, LARGE)
    },
    "60x18": State(panels=ALL, size=(60, 18)),
    "200x60": State(panels=ALL, size=(200, 60)),
    "too narrow for panels side by side": State(panels=ALL, size=(70, 50)),
    "too small for anything": State(size=(48, 14)),
    "lstm 60x18": State(panels=("unrolled",), size=(60, 18), settings={"cell": "lstm"}),
    "lstm 200x60": State(panels=("unrolled",), size=(200, 60), settings={"cell": "lstm"}),
    # the first word fades, or stays
    "lstm shut": State(panels=ALL, settings={"cell": "lstm", "forget_bias": 0.0, "text": SIX}),
    "lstm open": State(panels=ALL, settings={"cell": "lstm", "forget_bias": 4.0, "text": SIX}),
    "long text": State(("home", *["right"] * 15), ALL, settings={"text": SENTENCE}),
    "long text of a gru": State(("home", *["right"] * 15), ("unrolled",), settings={"cell": "gru", "text": SENTENCE}),
    "very long text": State(("home", *["shift+right"] * 4), ALL, settings={"text": f"{SENTENCE} " * 25}),
    # not one border has moved
    "many scripts": State(("home", "right"), ALL, settings={"text": SCRIPTS}),
    "many units": State(panels=("unrolled",), settings={"hidden": 64}),
    "units in bands": State(panels=("unrolled",), size=(200, 60), settings={"hidden": 64}),
    "stacked": State(("left", "left", "v"), ("influence",), settings={"text": EIGHT}),
    "log": State(("left", "left", "v", "v"), ("influence",), settings={"text": EIGHT}),
    "itemised": State(("left", "left", "v", "v", "v"), ("influence",), settings={"text": EIGHT}),
    # a second curve; a θ line for steps alone; for values, that they are not these
    **{
        f"clip {kind}": State(panels=("network", "gradient"), size=SMALL, settings={"clip": kind, "threshold": 0.2})
        for kind in ("norm", "value", "step")
    },
    "clips 80x24": State(("p", "p", "p"), ("clips",), SMALL, {"text": NOW, **CLIPPED}),
    "clips 120x36": State(("p", "p", "p"), ("clips", "gradient"), LARGE, {"text": NOW, **CLIPPED}),
    "clips 70x50": State(("p", "p", "p"), ("clips",), (70, 50), {"text": NOW, **CLIPPED}),
    "sum": State(panels=("network", "gradient"), settings={"text": NOW, "loss": "sum"}),
    "exploding": State(panels=ALL, settings={"text": NOW, "activation": "linear", "rho": 1.5}),
    # factors, norms and ticks as powers of ten, and none of them 0
    "beyond floats": State(panels=ALL, settings={"text": "tick tock " * 60, "activation": "linear", "rho": 0.01}),
    # no arrow back, and zeros at the foot of the chart
    "dead": State(panels=ALL, settings={"activation": "relu", "rho": 0.0}),
    "one step": State(panels=ALL, settings={"text": "What"}),
    "inspector 60x18": State(("i", "left"), ALL, (60, 18), {"clip": "norm", "loss": "mean"}),
    "inspector 120x36": State(("i", "left"), ALL, LARGE, {"clip": "norm", "loss": "mean"}),
    "inspector of an lstm": State(("i", "left"), ALL, LARGE, {"cell": "lstm"}),
    "a dial in hand": State(("tab",) * 6),
}


async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_playing(snapshot: SnapshotAssertion, phase: Any) -> None:
    """Forward: empty cells ahead and no gradient. Backward: the gradient has come back as far as the marked step."""
    shown = scene(Experiment(), step=1, view=UnrollView(play=Play(phase, 1)))
    assert text(UnrolledPanel(), shown, width=116, height=12) == snapshot(name="cells")
    assert text(GradientPanel(), shown, width=56, height=12) == snapshot(name="gradient")

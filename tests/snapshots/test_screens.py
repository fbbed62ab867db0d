"""Pictures of the screens, accepted after looking at them. Each test says what its picture must show."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from textual.pilot import Pilot

from rnn_tui.engine.kinds import ClipMode
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.saved.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.shell.screen import LabScreen
from rnn_tui.ui.themes.themes import shipped_folder
from rnn_tui.ui.unroll.scene import InfluenceView, Play
from tests.ui import screens
from tests.ui.pressing import press, settle

Compare = Callable[..., bool]
Do = Callable[[LabApp, Pilot[int]], Awaitable[None]]

SENTENCE = "the cat sat on the mat and the dog lay by the door while rain fell on the old tin roof all night long"
THEMES = sorted(path.stem for path in shipped_folder().glob("*.toml"))


def looks_the_same(
    compare: Compare,
    *,
    size: tuple[int, int] = (120, 36),
    step: int | None = None,
    view: Mapping[str, object] | None = None,
    keys: tuple[str, ...] = (),
    do: Do | None = None,
    theme: str | None = None,
    **settings: Any,
) -> bool:
    """Opens the lab, presses keys, changes what is shown there, and compares what is seen with the accepted picture."""
    app = LabApp(Lab(Experiment(**settings)), theme=theme)

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *keys)
        if step is not None:
            app.step = step
        screen = app.screen
        if view is not None and isinstance(screen, LabScreen):
            screen.set_view(**view)
        if do is not None:
            await do(app, pilot)
        await settle(pilot)

    return compare(app, terminal_size=size, run_before=before)


def test_unroll_60x18(snap_compare: Compare) -> None:
    """Three panels with thin frames; every number of the verdict line whole."""
    assert looks_the_same(snap_compare, size=(60, 18))


def test_unroll_80x24(snap_compare: Compare) -> None:
    """All four panels, the network in its two lines."""
    assert looks_the_same(snap_compare, size=(80, 24))


def test_unroll_120x36(snap_compare: Compare) -> None:
    """All four panels; the cells have borders, the verdict its sentence."""
    assert looks_the_same(snap_compare, size=(120, 36))


def test_unroll_200x60(snap_compare: Compare) -> None:
    """Tall bars, tall cells, the bound and the notes in whole sentences; no great empty areas."""
    assert looks_the_same(snap_compare, size=(200, 60))


def test_unroll_70x50(snap_compare: Compare) -> None:
    """Too narrow for panels side by side, tall enough for one below the other."""
    assert looks_the_same(snap_compare, size=(70, 50))


KINDS: dict[str, dict[str, Any]] = {
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "feedforward": {"cell": "feedforward"},
    "shared": {"skip": "shared:2"},
    "pinned": {"skip": "pinned:1-4"},
    "cut": {"cell": "lstm", "truncate": 2},
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", KINDS)
def test_kind(snap_compare: Compare, kind: str, size: tuple[int, int]) -> None:
    """What carries the state on and what comes back: gates and two paths, a W a layer, a way around W, a cut."""
    assert looks_the_same(snap_compare, size=size, **KINDS[kind])


@pytest.mark.parametrize("size", [(60, 18), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_lstm_small_and_large(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Both paths and the forget gate's number even here; with room, every unit of every gate."""
    assert looks_the_same(snap_compare, size=size, cell="lstm")


@pytest.mark.parametrize("bias", [0.0, 4.0])
def test_lstm_shut_and_open(snap_compare: Compare, bias: float) -> None:
    """Half shut, the c-path is thin and the first word fades; open, it is heavy and the first word stays."""
    assert looks_the_same(snap_compare, cell="lstm", forget_bias=bias, text="the cat sat on the mat")


def test_long_text_of_a_gru(snap_compare: Compare) -> None:
    """Gates in narrow cells, a window, and the overview."""
    assert looks_the_same(snap_compare, cell="gru", text=SENTENCE, step=15)


def test_inspector_of_an_lstm(snap_compare: Compare) -> None:
    """Both states, all gates, both Jacobians, and what f alone keeps."""
    assert looks_the_same(snap_compare, keys=("i", "left"), cell="lstm")


def test_too_small(snap_compare: Compare) -> None:
    """One plain line with the size needed."""
    assert looks_the_same(snap_compare, size=(48, 14))


@pytest.mark.parametrize("theme", THEMES)
def test_theme(snap_compare: Compare, theme: str) -> None:
    """Text easy to read; forward, gradient, signs and words told apart."""
    assert looks_the_same(snap_compare, theme=theme, text="What time is it now", clip="norm", threshold=0.5)


@pytest.mark.parametrize("influence", ["stacked", "log", "itemised"])
def test_influence(snap_compare: Compare, influence: InfluenceView) -> None:
    """The same words in the same colours; every segment or cell has its number."""
    words = "What time is it and who are you"
    assert looks_the_same(snap_compare, view={"influence": influence}, text=words)


@pytest.mark.parametrize("clip", ["norm", "value", "step"])
def test_clip(snap_compare: Compare, clip: ClipMode) -> None:
    """The clipped curve beside the raw one; a θ line for steps alone; for values, that they are not these."""
    assert looks_the_same(snap_compare, size=(80, 24), clip=clip, threshold=0.2)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (70, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_clips_compared(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Norm, value and step clipping of one gradient: what is left, how far it turns, what was touched."""
    view, text = {"lower": "clips"}, "What time is it now"
    assert looks_the_same(snap_compare, size=size, view=view, text=text, clip="norm", threshold=0.2)


def test_sum_loss(snap_compare: Compare) -> None:
    """Two curves: that of the sum stays level, that of the last loss falls."""
    assert looks_the_same(snap_compare, text="What time is it now", loss="sum")


def test_exploding(snap_compare: Compare) -> None:
    """The verdict in the colour of what is bad, and a curve that falls to the right."""
    assert looks_the_same(snap_compare, text="What time is it now", activation="linear", rho=1.5)


def test_vanishing_beyond_floats(snap_compare: Compare) -> None:
    """Factors and norms as powers of ten, ticks as powers of ten, and none of them 0."""
    assert looks_the_same(snap_compare, text="tick tock " * 60, activation="linear", rho=0.01)


def test_dead(snap_compare: Compare) -> None:
    """Units that are dots, no arrow back, and zeros at the foot of the chart."""
    assert looks_the_same(snap_compare, activation="relu", rho=0.0)


def test_one_step(snap_compare: Compare) -> None:
    """One cell in the middle, one point in the chart, and a verdict that claims nothing."""
    assert looks_the_same(snap_compare, text="What")


def test_long_text(snap_compare: Compare) -> None:
    """A window around the selected step, the overview, and the row of earlier words."""
    assert looks_the_same(snap_compare, text=SENTENCE, step=15)


def test_very_long_text(snap_compare: Compare) -> None:
    """A window of six hundred steps, with its influence measured on its own."""

    async def look(app: LabApp, pilot: Pilot[int]) -> None:
        while app.triangle is None:
            await pilot.pause(0.01)

    assert looks_the_same(snap_compare, text=f"{SENTENCE} " * 25, step=300, do=look)


def test_many_scripts(snap_compare: Compare) -> None:
    """Persian, Chinese, emoji and combining marks: not one border has moved."""
    assert looks_the_same(snap_compare, text="سلام دنیا 日本語 👩‍🚀 café e\u0301t\u00e9 🇮🇷 کتاب", step=1)


def test_many_units(snap_compare: Compare) -> None:
    """The sign and, large or small, the size of all of them, one cell a unit."""
    assert looks_the_same(snap_compare, hidden=64)


def test_units_in_bands(snap_compare: Compare) -> None:
    """Bars in two bands: more units than stand side by side."""
    assert looks_the_same(snap_compare, size=(200, 60), hidden=64)


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_playing(snap_compare: Compare, phase: Any) -> None:
    """Forward: empty cells ahead and no gradient. Backward: the gradient has come back as far as the marked step."""

    async def play(app: LabApp, pilot: Pilot[int]) -> None:
        app.step = 1
        screens.unroll(app).set_view(play=Play(phase, 1))
        await pilot.pause()

    assert looks_the_same(snap_compare, do=play)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_inspector(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Every number of the step with its name and meaning, and the share of each word."""
    assert looks_the_same(snap_compare, size=size, keys=("i", "left"), clip="norm", loss="mean")


def test_choosing_a_dial(snap_compare: Compare) -> None:
    """The dial in hand is plain to see, with its choices."""
    keys = ("tab",) * 6
    assert looks_the_same(snap_compare, keys=keys)


def test_typing_a_text(snap_compare: Compare) -> None:
    """The line that is typed in, and the panels already showing the longer text."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("t", "space", "n", "o", "w"))


def test_help(snap_compare: Compare) -> None:
    """Every key, group by group."""
    assert looks_the_same(snap_compare, keys=("question_mark",))

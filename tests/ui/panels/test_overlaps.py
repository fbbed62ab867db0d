"""No panel writes text over other text, at any size."""

from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.panels.drawing import canvas
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.compare.panels.chart import ComparedChart
from rnn_tui.ui.screens.unroll.panels.inspector import InspectorPanel
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from rnn_tui.ui.state.scene import AnyScene
from tests.ui.painting import scene
from tests.ui.panels.overlaps import WatchfulPen
from tests.ui.pressing import lab, press

NINE = "one two three four five six seven eight nine"
CASES = {
    "short": Experiment(),
    "nine words": Experiment(text=NINE),
    "clipped, summed, cut": Experiment(text=f"{NINE} {NINE}", clip="norm", threshold=0.01, loss="sum", truncate=3),
    "lstm": Experiment(text=f"Donaudampfschiff 日本語 پرسش {NINE}", cell="lstm", hidden=32, clip="step"),
    "gru": Experiment(text=NINE, cell="gru", rho=5.0, clip="value"),
    "exploding": Experiment(text="a b " * 100, rho=30.0, activation="relu", lr=1e5, influence_on="output"),
    "long": Experiment(text="a b c d e " * 210, loss="mean", truncate=7),
    "dead": Experiment(text=NINE, rho=0.0, activation="relu"),
    "feed-forward": Experiment(text=NINE, cell="feedforward"),
}
# where marks belong over what is there: a bound's over a slider, a network's curve over another's
DRAWN_OVER = (NetworkPanel, ComparedChart)
KEYS = ("v", "v", "v", "p", "p", "p", "p", "i", "i", "2", "p", "3", "p", "4", "p", "5", "p", "6")
LARGER = ((100, 30), (160, 45), (200, 60))
SIZES = st.tuples(st.integers(56, 198), st.integers(2, 56))


@cache
def scene_of(case: str, step: int) -> UnrollScene:
    steps = len(CASES[case].words)
    step = min(step, steps - 1)
    window = (max(0, step - 60), step + 1) if steps > 400 else None
    return scene(CASES[case], step=step, window=window)


def overlaps(panel: Canvas[Any], what: AnyScene, width: int, height: int) -> list[str]:
    pen = WatchfulPen(width, height, Ink(what.palette.text, what.palette.panel))
    panel.paint(pen, what)
    return pen.overlaps


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=25)
@given(size=SIZES, step=st.sampled_from([0, 3, 8, 10**6]))
@example(size=(76, 18), step=10**6)
@example(size=(78, 20), step=8)
def test_the_numbers_of_a_step_leave_each_other_room(case: str, size: tuple[int, int], step: int) -> None:
    assert overlaps(InspectorPanel(), scene_of(case, step), *size) == []


@pytest.mark.parametrize(
    "size", [(60, 18), (80, 24), *(pytest.param(size, marks=pytest.mark.slow) for size in LARGER)], ids=str
)
async def test_no_panel_of_any_screen_writes_over_text(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    painted: dict[type[Canvas[Any]], list[WatchfulPen]] = {}
    original = Canvas._painted

    def watched(panel: Canvas[Any], what: AnyScene, width: int, height: int) -> WatchfulPen:
        pens: list[WatchfulPen] = painted.setdefault(type(panel), [])

        def made(*given: Any) -> WatchfulPen:
            pens.append(WatchfulPen(*given))
            return pens[-1]

        with monkeypatch.context() as patch:
            patch.setattr(canvas, "Pen", made)
            return original(panel, what, width, height)  # type: ignore[return-value]

    monkeypatch.setattr(Canvas, "_painted", watched)
    async with lab(CASES["clipped, summed, cut"], size=size) as (_, pilot):
        await press(pilot, *KEYS)
    found = {panel: [each for pen in pens for each in pen.overlaps] for panel, pens in painted.items()}
    assert len(found) > 15, "not every panel was painted"
    assert {panel: each for panel, each in found.items() if each and not issubclass(panel, DRAWN_OVER)} == {}

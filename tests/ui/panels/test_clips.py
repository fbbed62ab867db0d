"""The clipping panel: a row for each kind, at every width, and nothing where there is no gradient."""

import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared, clips_compared
from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from tests.ui.painting import scene, text

EXPLODING = Experiment(
    clip="value", threshold=0.3, activation="linear", rho=1.3, text="What time is it and who are you"
)


def shown(experiment: Experiment, *, width: int, height: int) -> str:
    def source(scene: UnrollScene) -> ClipsCompared:
        assert scene.measurement is not None
        return clips_compared(scene.measurement)

    return text(ClipsPanel(source), scene(experiment), width=width, height=height)


@pytest.mark.parametrize(("width", "height"), [(56, 6), (76, 8), (116, 14), (196, 20)])
def test_each_kind_has_its_row_at_every_size(width: int, height: int) -> None:
    drawn = shown(EXPLODING, width=width, height=height)
    assert "‖g‖ 62.7" in drawn
    rows = {line.split()[1]: line for line in drawn.splitlines() if line.startswith(("●", "○"))}
    assert list(rows) == ["norm", "value", "step"]
    assert [kind for kind, line in rows.items() if line.startswith("●")] == ["value"]
    for kind, numbers in {"norm": ("0.300", "1.000"), "value": ("3.71", "0.745"), "step": ("25.8", "0.617")}.items():
        assert all(number in rows[kind] for number in numbers), rows[kind]
    assert max(map(len, drawn.splitlines())) <= width


def test_the_bar_is_as_long_as_the_share_of_the_norm_that_is_left() -> None:
    drawn = shown(EXPLODING, width=196, height=20)
    bars = {
        line.split()[1]: (line.count("━"), line.count("╌"))
        for line in drawn.splitlines()
        if line.startswith(("●", "○"))
    }
    kept, left = bars["step"]
    assert kept / (kept + left) == pytest.approx(25.8 / 62.7, abs=0.01)


def test_what_a_gradient_below_theta_is_left_as_it_is() -> None:
    drawn = shown(Experiment(threshold=100.0), width=116, height=14)
    assert drawn.count("nothing") == 3
    assert drawn.count("1.000") == 3
    assert "╌" not in drawn


def test_no_gradient_has_a_sentence() -> None:
    panel = ClipsPanel[UnrollScene](lambda _: None, absent="The gradient is not finite.")
    assert text(panel, scene(Experiment()), width=76, height=8).strip() == "The gradient is not finite."

"""The keys of the Unroll screen, and those of the inspector of a step, which is shown over it."""

from rnn_tui.ui.keys.lab import VIEWING
from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

STEP_KEYS = "Steps of the text"

STEP_ROWS: tuple[KeyRow, ...] = (
    row(
        STEP_KEYS,
        Foot("←→", "step", 88),
        "choose the step before, or the next",
        Command("left", "step(-1)", "Step before"),
        Command("right", "step(1)", "Next step"),
    ),
    row(
        STEP_KEYS,
        Foot("b f", "leap"),
        "leap a tenth of the text back, or on",
        Command("b shift+left ctrl+left", "leap(-1)", "Leap back"),
        Command("f shift+right ctrl+right", "leap(1)", "Leap on"),
    ),
    row(
        STEP_KEYS,
        Foot("Home End", "ends"),
        "choose the first step, or the last",
        Command("home less_than_sign", "first_step", "First step"),
        Command("end greater_than_sign", "last_step", "Last step"),
    ),
    row(
        STEP_KEYS,
        Foot("i", "inspect", 60),
        "the step in numbers: its loss, its gradient, the shares of the words, the update",
        Command("i", "inspect", "Inspect the step in numbers"),
    ),
)
PLAY_ROWS: tuple[KeyRow, ...] = (
    row(
        STEP_KEYS,
        Foot("space", "play", 80),
        "play the forward pass, then the gradient coming back; any key stops it",
        Command("space", "play", "Play forward, then back"),
    ),
)
INFLUENCE_ROWS: tuple[KeyRow, ...] = (
    row(
        VIEWING,
        Foot("m", "measure", 28),
        "how influence is measured: gradient, gradient × input, integrated gradients, occlusion",
        Command("m", "app.choose('influence')", "Next influence measure"),
    ),
    row(
        VIEWING,
        Foot("y", "on y", 8),
        "influence of the words on the state h, or on the output y",
        Command("y", "app.choose('influence_on')", "Influence on the state or the output"),
    ),
    row(
        VIEWING,
        Foot("v", "view", 45),
        "the view of the influence: shares, stacked, on a log scale, itemised gradient",
        Command("v", "influence_view", "Next view of the influence"),
    ),
)
PANEL_ROWS: tuple[KeyRow, ...] = (
    row(
        VIEWING,
        Foot("p", "panels", 25),
        "show both lower panels, the influence alone, the gradient alone, or three kinds of clipping compared",
        Command("p", "lower_panels", "Which lower panels are shown"),
    ),
)

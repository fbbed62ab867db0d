"""The keys of the Powers screen."""

from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

OF_POWERS = "The Powers screen"

POWERS_ROWS: tuple[KeyRow, ...] = (
    row(
        OF_POWERS,
        Foot("←→", "n", 91),
        "read the sizes after fewer factors, or after more",
        Command("left", "power(-1)", "Fewer factors"),
        Command("right", "power(1)", "More factors"),
    ),
    row(
        OF_POWERS,
        Foot("b f", "leap"),
        "leap back or on, ten times as far",
        Command("b shift+left ctrl+left", "power(-10)", "Leap to fewer factors"),
        Command("f shift+right ctrl+right", "power(10)", "Leap to more factors"),
    ),
    row(
        OF_POWERS,
        Foot("Home End", "ends"),
        "read the sizes after one factor, or after the last",
        Command("home less_than_sign", "power_end(-1)", "One factor"),
        Command("end greater_than_sign", "power_end(1)", "The last n"),
    ),
    row(
        OF_POWERS,
        Foot("h", "tanh", 94),
        "tanh between the steps, or none: it holds the state, and the gradient?",
        Command("h", "power_tanh", "tanh between the steps or none"),
    ),
    row(
        OF_POWERS,
        Foot("x", "w", 92),
        "one number w = ρ(W) in the place of W, or W again",
        Command("x", "power_number", "One number w or the matrix W"),
    ),
    row(
        OF_POWERS,
        Foot("N", "non-normal", 93),
        "a non-normal W, which fades in the end but first grows; or the kind of W before it",
        Command("N", "nonnormal", "A W that first grows, or the one before"),
    ),
    row(
        OF_POWERS,
        Foot("- +", "last n", 57),
        "fewer or more factors in all: 100, 1,000, 4,000, 10,000",
        Command("minus z", "power_last(-1)", "Fewer factors in all"),
        Command("plus Z", "power_last(1)", "More factors in all"),
    ),
    row(
        OF_POWERS,
        Foot("y", "axis", 20),
        "the axis upwards: even in the digits of a size, or closer together the more digits there are",
        Command("y", "power_axis", "Another axis upwards"),
    ),
    row(
        OF_POWERS,
        Foot("p", "panels", 25),
        "show both lower panels, the powers alone, or the random products alone",
        Command("p", "power_panels", "Which panels of powers are shown"),
    ),
)

"""The rows of the table of keys that are the Cliff's alone."""

from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

THE_CLIFF = "On the Cliff"

CLIFF_ROWS: tuple[KeyRow, ...] = (
    row(
        THE_CLIFF,
        Foot("space", "step", 90),
        "one step of both descents, or one back",
        Command("space enter", "descend(1)", "Descend a step"),
        Command("b backspace", "descend(-1)", "Take a step back"),
    ),
    row(
        THE_CLIFF,
        Foot("f", "ten", 80),
        "ten steps of both descents",
        Command("f", "descend(10)", "Descend ten steps"),
    ),
    row(
        THE_CLIFF,
        Foot("Home", "to start", 60),
        "both descents back to where they start",
        Command("home less_than_sign", "descend_anew", "Descents back to the start"),
    ),
    row(
        THE_CLIFF,
        Foot("←→↑↓", "start", 85),
        "move the start: w to the left and right, b up and down; both paths follow",
        Command("left", "move_start('w', -1)", "Start: w down"),
        Command("right", "move_start('w', 1)", "Start: w up"),
        Command("up", "move_start('b', 1)", "Start: b up"),
        Command("down", "move_start('b', -1)", "Start: b down"),
    ),
    row(
        THE_CLIFF,
        Foot("[ ]", "turn"),
        "turn the chosen dial of the cliff",
        Command("right_square_bracket full_stop", "turn(1)", "Turn the dial up"),
        Command("left_square_bracket comma", "turn(-1)", "Turn the dial down"),
    ),
    row(
        THE_CLIFF,
        Foot("w v", "wall, valley", 65),
        "start on the wall, (5, −2.61234) with η = 0.01, or in the valley, (4.9, −2.15) with η = 0.4",
        Command("w", "named_start('the wall')", "Start on the wall"),
        Command("v", "named_start('the valley')", "Start in the valley"),
    ),
    row(
        THE_CLIFF,
        Foot("+ -", "zoom", 64),
        "zoom in, or out: the point of the clipped path stays where it is",
        Command("plus z", "zoom(1)", "Zoom in"),
        Command("minus x", "zoom(-1)", "Zoom out"),
    ),
    row(
        THE_CLIFF,
        Foot("h l i m", "pan", 20),
        "move the picture to the left, right, up or down",
        Command("h shift+left ctrl+left", "pan(-1, 0)", "Picture to the left"),
        Command("l shift+right ctrl+right", "pan(1, 0)", "Picture to the right"),
        Command("i shift+up ctrl+up", "pan(0, 1)", "Picture up"),
        Command("m shift+down ctrl+down", "pan(0, -1)", "Picture down"),
    ),
    row(
        THE_CLIFF,
        Foot("0", "whole", 40),
        "the picture of the start, once more for the first one, or one that holds all of both paths",
        Command("0", "whole_picture", "The picture of the start"),
        Command("a", "all_of_both", "All of both paths"),
    ),
)

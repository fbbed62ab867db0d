"""The keys of the Spectrum screen."""

from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

MATRIX = "W entry by entry, on the Spectrum screen"

SPECTRUM_ROWS: tuple[KeyRow, ...] = (
    row(
        MATRIX,
        Foot("←→↑↓", "entry", 94),
        "move the cursor over W, row by row and column by column",
        Command("left", "entry(0, -1)", "Column before"),
        Command("right", "entry(0, 1)", "Next column"),
        Command("up", "entry(-1, 0)", "KeyRow before"),
        Command("down", "entry(1, 0)", "Next row"),
    ),
    row(
        MATRIX,
        Foot("+ -", "nudge", 93),
        "nudge the entry by 0.01; multiply the row or column in hand by 1.1, or divide it",
        Command("plus", "nudge(1)", "Nudge the entry up"),
        Command("minus", "nudge(-1)", "Nudge the entry down"),
    ),
    row(
        MATRIX,
        Foot("> <", "far"),
        "nudge the entry by 0.1; double the row or column in hand, or halve it",
        Command("greater_than_sign", "nudge_far(1)", "Nudge the entry far up"),
        Command("less_than_sign", "nudge_far(-1)", "Nudge the entry far down"),
    ),
    row(
        MATRIX,
        Foot("Enter", "number", 87),
        "type the entry's number, or a factor for the row or column in hand",
        Command("enter", "type_entry", "Type the entry's number"),
    ),
    row(
        MATRIX,
        Foot("0", "clear", 60),
        "set the entry, or the row or column in hand, to 0",
        Command("0", "clear_entry", "Set the entry to 0"),
    ),
    row(
        MATRIX,
        Foot("x", "row, column", 72),
        "take the entry, its whole row or its whole column in hand",
        Command("x", "hand", "Entry, row or column in hand"),
    ),
    row(
        MATRIX,
        Foot("i", "go to", 20),
        "go to a row and column by their numbers",
        Command("i", "go_to_entry", "Go to an entry"),
    ),
    row(
        MATRIX,
        Foot("m", "largest", 18),
        "go to the entry where what the grid shows is largest",
        Command("m", "largest_entry", "Go to the largest entry"),
    ),
    row(
        MATRIX,
        Foot("v", "view", 45),
        "what the grid shows of every entry: its number, its gradient ∂L/∂W, its part in ρ",
        Command("v", "shown_of_w", "What the grid of W shows"),
    ),
    row(
        MATRIX,
        Foot("b f", "step of J", 40),
        "the step whose Jacobian is shown: the one before, or the next",
        Command("b", "jacobian_step(-1)", "Jacobian of the step before"),
        Command("f", "jacobian_step(1)", "Jacobian of the next step"),
    ),
    row(
        MATRIX,
        Foot("B F", "leap"),
        "the step whose Jacobian is shown: a tenth of the text back, or on",
        Command("B", "jacobian_leap(-1)", "Jacobian of a step far back"),
        Command("F", "jacobian_leap(1)", "Jacobian of a step far on"),
    ),
    row(
        MATRIX,
        Foot("p", "panels", 62),
        "show all panels, W alone, or beside W the eigenvalues, the values, or the words",
        Command("p", "spectrum_panel", "Which panels are shown beside W"),
    ),
)

"""The keys of what is shown over a screen for a while: a prompt, the commands, the help."""

from collections.abc import Mapping

from rnn_tui.ui.keys.rows import Command, Context, Foot, KeyRow, row

TYPING, FINDING, READING = "While typing", "While finding a command", "While reading this help"
PROMPT, PALETTE, HELP = "prompt", "palette", "help"
# where a letter types itself
TYPED: frozenset[Context] = frozenset({PROMPT, PALETTE})
EVERYWHERE: frozenset[Context] = frozenset({PROMPT, PALETTE, HELP})

PROMPT_ROWS: tuple[KeyRow, ...] = (
    row(
        TYPING,
        Foot("Enter", "keep", 90),
        "keep what is typed",
        Command("enter ctrl+s", "keep_typed", "Keep what is typed"),
    ),
    row(
        TYPING,
        Foot("Tab", "complete"),
        "complete a path as far as its names agree, and list them where they part",
        Command("tab ctrl+n", "complete", "Complete the path"),
    ),
)
# in a prompt, over another screen, and in the numbers of a step
LEAVE = row(
    TYPING,
    Foot("Esc", "leave", 89),
    "leave all as it was before; also leaves the numbers of a step, this help and the commands",
    Command("escape ctrl+g", "leave", "Leave"),
)
PALETTE_ROWS: tuple[KeyRow, ...] = (
    row(
        FINDING,
        Foot("Enter", "run", 90),
        "run the command that is marked",
        Command("enter", "run_command", "Run the command"),
    ),
    row(
        FINDING,
        Foot("↑↓", "choose", 80),
        "mark the command before, or the next",
        Command("up ctrl+p", "choose_command(-1)", "Command before"),
        Command("down ctrl+n", "choose_command(1)", "Next command"),
    ),
    row(
        FINDING,
        Foot("PgUp PgDn", "far"),
        "mark the command ten lines up, or down",
        Command("pageup", "choose_command(-10)", "Ten commands up"),
        Command("pagedown", "choose_command(10)", "Ten commands down"),
    ),
)
HELP_ROWS: tuple[KeyRow, ...] = (
    row(
        READING,
        Foot("↑↓", "line", 80),
        "a line up, or down",
        Command("up k", "read(-1)", "A line up"),
        Command("down j", "read(1)", "A line down"),
    ),
    row(
        READING,
        Foot("PgUp PgDn", "page", 70),
        "a page up, or down",
        Command("pageup b", "read_page(-1)", "A page up"),
        Command("pagedown f space", "read_page(1)", "A page down"),
    ),
)

OVERLAY_ROWS: Mapping[Context, tuple[KeyRow, ...]] = {PROMPT: PROMPT_ROWS, PALETTE: PALETTE_ROWS, HELP: HELP_ROWS}

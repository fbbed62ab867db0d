"""The keys of what stands over a screen for a while, as rows of the table of keys: a prompt, the commands, the help."""

from rnn_tui.ui.keys.keys import HELP, LEAVING, PALETTE, PROMPT, Command, Foot, Row, row

TYPING, FINDING, READING = "While typing", "While finding a command", "While reading this help"

OVERLAY_ROWS: tuple[Row, ...] = (
    row(
        TYPING,
        Foot("Enter", "keep", 90),
        "keep what is typed",
        Command("enter ctrl+s", "keep_typed", "Keep what is typed"),
        contexts=PROMPT,
    ),
    row(
        TYPING,
        Foot("Tab", "complete"),
        "complete a path as far as its names agree, and list them where they part",
        Command("tab ctrl+n", "complete", "Complete the path"),
        contexts=PROMPT,
    ),
    row(
        TYPING,
        Foot("Esc", "leave", 89),
        "leave all as it was before; also leaves the numbers of a step, this help and the commands",
        Command("escape ctrl+g", "leave", "Leave"),
        contexts=LEAVING,
    ),
    row(
        FINDING,
        Foot("Enter", "run", 90),
        "run the command that is marked",
        Command("enter", "run_command", "Run the command"),
        contexts=PALETTE,
    ),
    row(
        FINDING,
        Foot("↑↓", "choose", 80),
        "mark the command before, or the next",
        Command("up ctrl+p", "choose_command(-1)", "Command before"),
        Command("down ctrl+n", "choose_command(1)", "Next command"),
        contexts=PALETTE,
    ),
    row(
        FINDING,
        Foot("PgUp PgDn", "far"),
        "mark the command ten lines up, or down",
        Command("pageup", "choose_command(-10)", "Ten commands up"),
        Command("pagedown", "choose_command(10)", "Ten commands down"),
        contexts=PALETTE,
    ),
    row(
        READING,
        Foot("↑↓", "line", 80),
        "a line up, or down",
        Command("up k", "read(-1)", "A line up"),
        Command("down j", "read(1)", "A line down"),
        contexts=HELP,
    ),
    row(
        READING,
        Foot("PgUp PgDn", "page", 70),
        "a page up, or down",
        Command("pageup b", "read_page(-1)", "A page up"),
        Command("pagedown f space", "read_page(1)", "A page down"),
        contexts=HELP,
    ),
)

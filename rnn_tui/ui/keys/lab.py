"""The keys of the lab as a whole: undo, files, help, and the way out."""

from rnn_tui.ui.keys.common import CommonRow, common, on_every_screen, with_side_work, without_a_training
from rnn_tui.ui.keys.overlays import EVERYWHERE, HELP
from rnn_tui.ui.keys.rows import Command, Foot

VIEWING, THE_LAB = "Views", "The lab"

LAB_ROWS: tuple[CommonRow, ...] = (
    common(
        with_side_work,
        VIEWING,
        Foot("Esc", "stop", 5),
        "stop what a screen is still measuring; again to begin it anew",
        Command("escape ctrl+g", "stop_measuring", "Stop measuring, or begin anew"),
    ),
    common(
        on_every_screen,
        VIEWING,
        Foot("T", "theme", 10),
        "the next theme; the choice is kept",
        Command("T", "app.next_theme", "Next theme"),
    ),
    common(
        on_every_screen,
        VIEWING,
        Foot("Ctrl+L", "repaint"),
        "paint the whole screen anew",
        Command("ctrl+l", "app.repaint", "Paint the screen anew"),
        over=EVERYWHERE,
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("u r", "undo", 65),
        "undo the last change, or redo it",
        Command("u", "undo", "Undo"),
        Command("r", "redo", "Redo"),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("R", "restart"),
        "back to the settings of the start; undo brings the others back",
        Command("R", "back_to_start", "Back to the start"),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("s o", "save, open", 15),
        "save the lab to a file, or open one",
        Command("s", "app.save", "Save the lab"),
        Command("o", "app.open", "Open a saved lab"),
    ),
    common(
        without_a_training,
        THE_LAB,
        Foot("U", "take up"),
        "take up the lab that was kept when one was left, or its connection lost; again for the one kept before",
        Command("U", "app.take_up_lab", "Take up the kept lab"),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("e", "export", 20),
        "export what is shown: .json .csv .txt numbers, .npz .safetensors weights, .svg picture",
        Command("e", "app.export", "Export what is measured"),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("Ctrl+P", "commands"),
        "find a command by its name",
        Command("ctrl+p colon", "app.find_command", "Find a command"),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("?", "help", 99),
        "every key; again to leave",
        Command("question_mark f1", "app.help", "Every key"),
        over=frozenset({HELP}),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("q", "quit", 98),
        "quit; while this help is shown, leave it",
        Command("q", "app.leave_lab", "Quit"),
        over=frozenset({HELP}),
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("Ctrl+C", "quit"),
        "quit at once, from anywhere",
        Command("ctrl+c ctrl+q", "app.quit_at_once", "Quit at once"),
        over=EVERYWHERE,
    ),
    common(
        on_every_screen,
        THE_LAB,
        Foot("Ctrl+Z", "suspend"),
        "back to the shell for a while; fg returns",
        Command("ctrl+z", "app.suspend_process", "Suspend"),
        over=EVERYWHERE,
    ),
)

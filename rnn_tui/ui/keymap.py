"""The keymap: one table that makes the bindings, the key line, the help, the palette and the README's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Context = Literal["unroll", "inspect", "help", "prompt", "palette"]

LAB: frozenset[Context] = frozenset({"unroll", "inspect"})
UNROLL: frozenset[Context] = frozenset({"unroll"})
HELP: frozenset[Context] = frozenset({"help"})
PROMPT: frozenset[Context] = frozenset({"prompt"})
PALETTE: frozenset[Context] = frozenset({"palette"})
LEAVING: frozenset[Context] = frozenset({"prompt", "palette", "help", "inspect"})
EVERYWHERE: frozenset[Context] = frozenset({"unroll", "inspect", "help", "prompt", "palette"})


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that keys do.

    Attributes:
        keys: the terminal's names of the keys, the best known first.
        action: what runs.
        title: its name in the command palette.
    """

    keys: tuple[str, ...]
    action: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Commands that belong together, as one row of the help.

    Attributes:
        shown: the keys as the key line shows them.
        label: one or two words for the key line.
        help: what it does, in a sentence.
        importance: 0 never stands in the key line; of the others the higher stays longer where room is short.
        contexts: where the commands work.
    """

    commands: tuple[Command, ...]
    shown: str
    label: str
    help: str
    group: str
    importance: int = 0
    contexts: frozenset[Context] = LAB

    @property
    def keys(self) -> str:
        """Every key of the row as the help shows it: `← →  b f`, the commands' first keys, then their others."""
        most = max(len(command.keys) for command in self.commands)
        ways = (
            " ".join(key_text(command.keys[way]) for command in self.commands if way < len(command.keys))
            for way in range(most)
        )
        return " or ".join(ways)


_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "comma": ",",
    "full_stop": ".",
    "equals_sign": "=",
    "question_mark": "?",
    "colon": ":",
    "space": "space",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "backspace": "Backspace",
    "delete": "Delete",
}


def key_text(key: str) -> str:
    """A key as a person knows it: `[` for `left_square_bracket`, `Ctrl+C` for `ctrl+c`."""
    *modifiers, last = key.split("+")
    shown = _NAMES.get(last) or (
        last.upper() if modifiers and len(last) == 1 else last if len(last) == 1 else last.title()
    )
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


STEPS, TURNING, NETWORK, GRADIENT, LOOKING, LAB_GROUP, TYPING, FINDING, READING = (
    "Steps of the text",
    "Turning the dials",
    "The network",
    "The gradient",
    "Looking",
    "The lab",
    "While typing",
    "While finding a command",
    "While reading this help",
)

KEYMAP: tuple[Row, ...] = (
    Row(
        commands=(
            Command(("left_square_bracket", "comma"), "turn_rho(-1)", "ρ(W) down"),
            Command(("right_square_bracket", "full_stop"), "turn_rho(1)", "ρ(W) up"),
        ),
        shown="[ ]",
        label="ρ(W)",
        help="turn ρ(W), how strongly W carries the state on, whichever dial is chosen",
        group=TURNING,
        importance=95,
    ),
    Row(
        commands=(
            Command(("up", "k"), "turn(1)", "Turn the dial up"),
            Command(("down", "j"), "turn(-1)", "Turn the dial down"),
        ),
        shown="↑↓",
        label="turn",
        help="turn the chosen dial",
        group=TURNING,
        importance=70,
    ),
    Row(
        commands=(
            Command(("pageup", "K"), "turn_far(1)", "Turn the dial far up"),
            Command(("pagedown", "J"), "turn_far(-1)", "Turn the dial far down"),
        ),
        shown="PgUp PgDn",
        label="far",
        help="turn the chosen dial in large steps",
        group=TURNING,
    ),
    Row(
        commands=(
            Command(("tab", "d"), "dial(1)", "Next dial"),
            Command(("shift+tab", "D"), "dial(-1)", "Dial before"),
        ),
        shown="Tab",
        label="dial",
        help="choose the next dial, or the one before",
        group=TURNING,
        importance=75,
    ),
    Row(
        commands=(Command(("enter", "equals_sign"), "type_value", "Type the dial's value"),),
        shown="Enter",
        label="type",
        help="type the value of the chosen dial",
        group=TURNING,
        importance=35,
    ),
    Row(
        commands=(Command(("c",), "clip", "Clipping on or off"),),
        shown="c",
        label="clip",
        help="clipping on or off",
        group=GRADIENT,
        importance=90,
    ),
    Row(
        commands=(Command(("C",), "clip_kind", "Next kind of clipping"),),
        shown="C",
        label="kind",
        help="clip by the norm of all, by value, or at every step on the way back",
        group=GRADIENT,
    ),
    Row(
        commands=(
            Command(("left",), "step(-1)", "Step before"),
            Command(("right",), "step(1)", "Next step"),
        ),
        shown="←→",
        label="step",
        help="choose the step before, or the next",
        group=STEPS,
        importance=88,
    ),
    Row(
        commands=(
            Command(("b", "shift+left", "ctrl+left"), "leap(-1)", "Leap back"),
            Command(("f", "shift+right", "ctrl+right"), "leap(1)", "Leap on"),
        ),
        shown="b f",
        label="leap",
        help="leap a tenth of the text back, or on",
        group=STEPS,
    ),
    Row(
        commands=(
            Command(("home", "less_than_sign"), "first_step", "First step"),
            Command(("end", "greater_than_sign"), "last_step", "Last step"),
        ),
        shown="Home End",
        label="ends",
        help="choose the first step, or the last",
        group=STEPS,
    ),
    Row(
        commands=(Command(("i",), "inspect", "Inspect the step in numbers"),),
        shown="i",
        label="inspect",
        help="the step in numbers: its loss, its gradient, the shares of the words, the update",
        group=STEPS,
        importance=60,
    ),
    Row(
        commands=(Command(("space",), "play", "Play forward, then back"),),
        shown="space",
        label="play",
        help="play the forward pass, then the gradient coming back; any key stops it",
        group=STEPS,
        importance=80,
        contexts=UNROLL,
    ),
    Row(
        commands=(Command(("t",), "edit_text", "Edit the text"),),
        shown="t",
        label="text",
        help="edit the text and see the result while typing",
        group=NETWORK,
        importance=85,
    ),
    Row(
        commands=(Command(("a",), "choose('activation')", "Next activation"),),
        shown="a",
        label="activation",
        help="the next activation: tanh, sigmoid, relu, linear",
        group=NETWORK,
        importance=50,
    ),
    Row(
        commands=(Command(("w",), "choose('init')", "Next kind of W"),),
        shown="w",
        label="W",
        help="the next kind of W: gaussian, orthogonal, identity, a single number",
        group=NETWORK,
        importance=55,
    ),
    Row(
        commands=(Command(("n",), "new_seed", "New seed"),),
        shown="n",
        label="seed",
        help="a new seed: another network of the same kind",
        group=NETWORK,
        importance=58,
    ),
    Row(
        commands=(Command(("l",), "choose('loss')", "Next loss"),),
        shown="l",
        label="loss",
        help="the loss: of the last step, the sum, or the mean over all steps",
        group=GRADIENT,
        importance=30,
    ),
    Row(
        commands=(Command(("m",), "choose('influence')", "Next influence measure"),),
        shown="m",
        label="measure",
        help="how influence is measured: gradient, gradient × input, occlusion",
        group=LOOKING,
        importance=28,
    ),
    Row(
        commands=(Command(("v",), "influence_view", "Next view of the influence"),),
        shown="v",
        label="view",
        help="the view of the influence: shares, stacked, on a log scale, itemised gradient",
        group=LOOKING,
        importance=45,
    ),
    Row(
        commands=(Command(("p",), "lower_panels", "Which lower panels are shown"),),
        shown="p",
        label="panels",
        help="show both lower panels, the influence alone, or the gradient alone",
        group=LOOKING,
        importance=25,
        contexts=UNROLL,
    ),
    Row(
        commands=(Command(("1",), "screen('unroll')", "The Unroll screen"),),
        shown="1",
        label="Unroll",
        help="the Unroll screen",
        group=LOOKING,
    ),
    Row(
        commands=(Command(("T",), "next_theme", "Next theme"),),
        shown="T",
        label="theme",
        help="the next theme; the choice is kept",
        group=LOOKING,
        importance=10,
    ),
    Row(
        commands=(Command(("ctrl+l",), "repaint", "Paint the screen anew"),),
        shown="Ctrl+L",
        label="repaint",
        help="paint the whole screen anew",
        group=LOOKING,
        contexts=EVERYWHERE,
    ),
    Row(
        commands=(Command(("u",), "undo", "Undo"), Command(("r",), "redo", "Redo")),
        shown="u r",
        label="undo",
        help="undo the last change, or redo it",
        group=LAB_GROUP,
        importance=65,
    ),
    Row(
        commands=(Command(("R",), "back_to_start", "Back to the start"),),
        shown="R",
        label="restart",
        help="back to the settings of the start; undo brings the others back",
        group=LAB_GROUP,
    ),
    Row(
        commands=(Command(("s",), "save", "Save the lab"), Command(("o",), "open", "Open a saved lab")),
        shown="s o",
        label="save, open",
        help="save the lab to a file, or open one",
        group=LAB_GROUP,
        importance=15,
    ),
    Row(
        commands=(Command(("e",), "export", "Export what is measured"),),
        shown="e",
        label="export",
        help="export by the file's ending: .json .csv .txt numbers, .npz .safetensors weights, .svg picture",
        group=LAB_GROUP,
        importance=20,
    ),
    Row(
        commands=(Command(("ctrl+p", "colon"), "find_command", "Find a command"),),
        shown="Ctrl+P",
        label="commands",
        help="find a command by its name",
        group=LAB_GROUP,
    ),
    Row(
        commands=(Command(("question_mark", "f1"), "help", "Every key"),),
        shown="?",
        label="help",
        help="every key; again to leave",
        group=LAB_GROUP,
        importance=99,
        contexts=LAB | HELP,
    ),
    Row(
        commands=(Command(("q",), "leave_lab", "Quit"),),
        shown="q",
        label="quit",
        help="quit; while this help is shown, leave it",
        group=LAB_GROUP,
        importance=98,
        contexts=LAB | HELP,
    ),
    Row(
        commands=(Command(("ctrl+c", "ctrl+q"), "quit_at_once", "Quit at once"),),
        shown="Ctrl+C",
        label="quit",
        help="quit at once, from anywhere",
        group=LAB_GROUP,
        contexts=EVERYWHERE,
    ),
    Row(
        commands=(Command(("ctrl+z",), "suspend_process", "Suspend"),),
        shown="Ctrl+Z",
        label="suspend",
        help="back to the shell for a while; fg returns",
        group=LAB_GROUP,
        contexts=EVERYWHERE,
    ),
    Row(
        commands=(Command(("enter", "ctrl+s"), "keep_typed", "Keep what is typed"),),
        shown="Enter",
        label="keep",
        help="keep what is typed",
        group=TYPING,
        importance=90,
        contexts=PROMPT,
    ),
    Row(
        commands=(Command(("escape", "ctrl+g"), "leave", "Leave"),),
        shown="Esc",
        label="leave",
        help="leave all as it was before; also leaves the numbers of a step, this help and the commands",
        group=TYPING,
        importance=89,
        contexts=LEAVING,
    ),
    Row(
        commands=(Command(("enter",), "run_command", "Run the command"),),
        shown="Enter",
        label="run",
        help="run the command that is marked",
        group=FINDING,
        importance=90,
        contexts=PALETTE,
    ),
    Row(
        commands=(
            Command(("up", "ctrl+p"), "choose_command(-1)", "Command before"),
            Command(("down", "ctrl+n"), "choose_command(1)", "Next command"),
        ),
        shown="↑↓",
        label="choose",
        help="mark the command before, or the next",
        group=FINDING,
        importance=80,
        contexts=PALETTE,
    ),
    Row(
        commands=(
            Command(("pageup",), "choose_command(-10)", "Ten commands up"),
            Command(("pagedown",), "choose_command(10)", "Ten commands down"),
        ),
        shown="PgUp PgDn",
        label="far",
        help="mark the command ten lines up, or down",
        group=FINDING,
        contexts=PALETTE,
    ),
    Row(
        commands=(
            Command(("up", "k"), "read(-1)", "A line up"),
            Command(("down", "j"), "read(1)", "A line down"),
        ),
        shown="↑↓",
        label="line",
        help="a line up, or down",
        group=READING,
        importance=80,
        contexts=HELP,
    ),
    Row(
        commands=(
            Command(("pageup", "b"), "read_page(-1)", "A page up"),
            Command(("pagedown", "f", "space"), "read_page(1)", "A page down"),
        ),
        shown="PgUp PgDn",
        label="page",
        help="a page up, or down",
        group=READING,
        importance=70,
        contexts=HELP,
    ),
)


def groups() -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The groups in the order of a first reading, each with its rows."""
    for group in (STEPS, TURNING, NETWORK, GRADIENT, LOOKING, LAB_GROUP, TYPING, FINDING, READING):
        yield group, tuple(row for row in KEYMAP if row.group == group)


def bindings() -> list[Binding]:
    """Every key of the table bound to its action, one binding an action.

    They come before those of widgets, and the app's `check_action` lets through those of the context alone.
    """
    return [
        Binding(",".join(command.keys), f"app.{command.action}", command.title, show=False, priority=True)
        for row in KEYMAP
        for command in row.commands
    ]


def allowed(action: str, context: Context) -> bool | None:
    """Whether an action of the table may run in a context; None for an action that is not in the table."""
    contexts = [
        row.contexts for row in KEYMAP for command in row.commands if command.action.partition("(")[0] == action
    ]
    return any(context in places for places in contexts) if contexts else None


def readme_table() -> str:
    """The keys of the lab as a Markdown table, group by group."""
    lines = ["| Keys | What they do |", "|---|---|"]
    for group, rows in groups():
        lines.append(f"| **{group}** | |")
        lines.extend(f"| {_markdown(row.keys)} | {row.help} |" for row in rows)
    return "\n".join(lines) + "\n"


def _markdown(keys: str) -> str:
    return " or ".join(" ".join(f"`{key}`" for key in way.split()) for way in keys.split(" or "))

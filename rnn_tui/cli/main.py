"""The door: opens the lab, or prints a measurement, a training, the manual or the themes."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from rnn_tui import __version__
from rnn_tui.cli import measure, train
from rnn_tui.cli.arguments import (
    MEASURE_FLAGS,
    SCREENS,
    TRAIN_FLAGS,
    Parser,
    UsageProblem,
    add_experiment_flags,
    lab_from,
    setting_refusal,
)
from rnn_tui.cli.output import ClosedPipe, Failure, print_text
from rnn_tui.lab.experiment.memory import check_memory
from rnn_tui.lab.files.files import FileProblem, path_text
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.printed import write_lines

# More than one thread makes the small products of this program wait for each other.
THREAD_VARIABLES = (
    "BLIS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
DEBUG = "RNN_TUI_DEBUG"
USAGE, FAILURE, INTERRUPTED, CLOSED_PIPE = 2, 1, 130, 141

_LAB = """See why a recurrent network forgets: type a sentence, turn W, and watch every word and every gradient.

  TEXT       the sentence, one word a step; - reads standard input
"""
_LAB_END = """commands (as the first word):
  rnn-tui measure [flags] [TEXT ...]   print the same measurement, without a screen
  rnn-tui train [flags]                train the network on a task, without a screen
  rnn-tui net FILE                     say which networks are in a file of trained weights
  rnn-tui manual [TOPIC]               print a page of the manual, or the list of them
  rnn-tui themes                       list the themes

A text that begins with a command's name or a dash comes after --, as in rnn-tui -- measure twice.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0, 1 for a failure, 2 for what cannot be followed."""
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    try:
        return _command(list(sys.argv[1:] if arguments is None else arguments))
    except (UsageProblem, FileProblem) as problem:
        return _complain(str(problem), USAGE)
    except Failure as problem:
        return _complain(str(problem), FAILURE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ClosedPipe:
        return CLOSED_PIPE
    except MemoryError:
        return _complain("there is not enough memory for a network and a text of these sizes", FAILURE)
    except Exception as problem:
        # Whatever it is, the person gets a sentence that can be reported.
        if os.environ.get(DEBUG):
            raise
        what = f"{type(problem).__name__}: {problem}".rstrip(": ")
        return _complain(f"this is a defect of rnn-tui, {what} ({DEBUG}=1 shows where)", FAILURE)


def _complain(sentence: str, status: int) -> int:
    if sys.stderr is not None:
        # Where standard error cannot be written there is nowhere left to say so: the status says it.
        with suppress(OSError):
            write_lines([f"rnn-tui: {sentence}"], sys.stderr)
    return status


def _command(arguments: list[str]) -> int:
    match arguments:
        case ["measure", *rest]:
            return measure.run(rest)
        case ["train", *rest]:
            return train.run(rest)
        case ["net", *rest]:
            from rnn_tui.cli import net

            return net.run(rest)
        case ["manual", *rest]:
            from rnn_tui.cli import manual

            return manual.run(rest, COMMANDS)
        case ["themes", *rest]:
            return _themes(rest)
        case _:
            return _open(arguments)


def lab_parser() -> Parser:
    """The flags of the lab."""
    parser = Parser("", "rnn-tui [flags] [TEXT ...]", _LAB, _LAB_END)
    parser.add_argument("--version", action="store_true", help="print the version and end")
    add_experiment_flags(parser)
    opened = parser.add_argument_group("opened")
    opened.add_argument(
        "--screen",
        metavar="|".join(SCREENS),
        help=f"the screen to open (default: {SCREENS[0]}, or the one that the lab was saved on)",
    )
    opened.add_argument(
        "--theme", metavar="NAME", help="the theme, one of `rnn-tui themes` (default: the last one used)"
    )
    return parser


# what makes the parser of each command that has the flags of an experiment
COMMANDS = {"lab": lab_parser, "measure": measure.measure_parser, "train": train.train_parser}


def _open(arguments: list[str]) -> int:
    parser = lab_parser()
    elsewhere = dict.fromkeys(MEASURE_FLAGS, "rnn-tui measure") | dict.fromkeys(TRAIN_FLAGS, "rnn-tui train")
    options, words = parser.parse(arguments, elsewhere)
    if options.help:
        return print_text(parser.format_help())
    if options.version:
        return print_text(f"rnn-tui {__version__}\n")
    if options.screen is not None and options.screen not in SCREENS:
        raise UsageProblem(f"--screen cannot be {options.screen!r}: one of {', '.join(SCREENS)}")
    lab, from_stdin = lab_from(options, words)
    try:
        check_memory(lab.experiment)
    except ExperimentError as problem:
        raise setting_refusal(problem, {}) from problem
    if options.theme is not None:
        _check_theme(options.theme)
    if from_stdin:
        _keyboard_from_terminal()
    from rnn_tui.ui.terminal.refusal import terminal_refusal

    if sentence := terminal_refusal():
        raise UsageProblem(sentence)
    from rnn_tui.ui.run import run_lab

    # a lab may have been saved on a screen that only another version has
    saved_on = lab.screen if lab.screen in SCREENS else SCREENS[0]
    return run_lab(replace(lab, screen=options.screen or saved_on), theme=options.theme)


def _check_theme(name: str) -> None:
    from rnn_tui.ui.themes.themes import load_themes

    themes, problems = load_themes()
    if name not in themes:
        broken = next((f"; {problem}" for problem in problems if problem.path.stem == name), "")
        raise UsageProblem(f"--theme cannot be {name!r}: one of {', '.join(themes)}{broken}")


def _keyboard_from_terminal() -> None:
    """Standard input gave the text, so keys come from the terminal itself."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as problem:
        raise UsageProblem(
            "standard input gave the text and there is no terminal to read keys from; `rnn-tui measure -` needs none"
        ) from problem
    os.dup2(terminal, 0)
    os.close(terminal)


def _themes(arguments: list[str]) -> int:
    parser = Parser(
        "themes", "rnn-tui themes", "List the themes, where their files are, and what is wrong with the broken ones.\n"
    )
    options, words = parser.parse(arguments, {})
    if options.help:
        return print_text(parser.format_help())
    if words:
        raise UsageProblem(
            f"`rnn-tui themes` takes nothing more, so not {words[0]!r}; the keys of the lab change the theme"
        )
    from rnn_tui.lab.text.glyphs import clusters
    from rnn_tui.ui.shell.user_files.preferences import load_preferences
    from rnn_tui.ui.themes.themes import DEFAULT_THEME, load_themes, shipped_folder, user_folder

    themes, problems = load_themes()
    settings, complaint = load_preferences()
    current = settings.theme if settings.theme in themes else DEFAULT_THEME
    unusable = {problem.path for problem in problems}
    wide = max((len(name) for name in themes), default=0)
    lines = []
    for name, palette in themes.items():
        own = user_folder() / f"{name}.toml"
        path = own if os.access(own, os.R_OK) and own not in unusable else shipped_folder() / own.name
        about = "".join(part for part, _ in clusters(palette.about))
        mark = "*" if name == current else " "
        lines.append(f"{mark} {name:<{wide}}  {about}\n  {'':<{wide}}  {path_text(path)}\n")
    lines.append(f"\n* is the theme in use; T in the lab changes it. Your own go to {path_text(user_folder())}\n")
    lines += [f"\nCannot be used: {problem}\n" for problem in problems]
    lines += [f"\n{complaint}\n"] if complaint else []
    return print_text("".join(lines))

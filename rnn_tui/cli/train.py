"""`rnn-tui train`: a network trained on a task, printed or written to files."""

import signal
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any

from rnn_tui.cli.arguments import (
    LAB_FLAG,
    LAB_FLAGS,
    MEASURE_ONLY,
    OUTPUT_FLAG,
    WEIGHTS_FLAG,
    Parser,
    UsageProblem,
    add_experiment_flags,
    add_printed_flags,
    check_printed,
    experiment_from,
    path_of,
    refusal,
)
from rnn_tui.cli.flags import flag_of
from rnn_tui.cli.output import failing, print_report, print_text, progress
from rnn_tui.lab.experiment.experiment import Experiment, ExperimentError, brief
from rnn_tui.lab.files.files import save_experiment, save_weights
from rnn_tui.lab.text.number_input import parse_whole
from rnn_tui.lab.training.settings import INTEGER_RANGES, OPTIMISERS, TASKS, TrainSettings
from rnn_tui.lab.training.twin import LOOKS, Twin

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

MOST_STEPS = 1_000_000_000
STEPS = 1000
INTERRUPTED = 130
# settings of the experiment that training does not look at: why
WITHOUT = {
    "loss": "the task says what is asked for",
    "influence": "it is of one text, not of a training",
    "influence_on": "it is of one text, not of a training",
}
OF_TEXT = ("tokens", "inputs")  # settings that count for the task next-word alone
_ABOUT = """Train the network on a task and print how it went.

  TEXT       for --task next-word: the text whose next word is to be learnt; - reads standard input
"""
_END = """Ctrl+C ends the training; what was learnt so far is printed and written all the same.
"""


def run(arguments: Sequence[str]) -> int:
    """Trains what the arguments ask for and prints it; the exit status, 0, or 130 where it was interrupted.

    Raises:
        UsageProblem, FileProblem: they cannot be followed.
        Failure: they can, and what was found cannot be written.
    """
    options, words, help_text = _parsed(arguments)
    if options.help:
        return print_text(help_text)
    settings, steps = _settings(options, words), _steps(options.steps)
    training, interrupted = _trained(settings, steps)
    from rnn_tui.lab.training.report import training_report
    from rnn_tui.lab.training.result import result

    found = result(training, interrupted=interrupted)
    _save(options, training)
    print_report(training_report(found), options.format, options.output)
    return INTERRUPTED if interrupted else 0


def _save(options: Namespace, training: "Training") -> None:
    """Writes the trained network: as a lab that the other commands open, and its weights with a text that it reads."""
    if options.save_lab is None and options.save_weights is None:
        return
    from rnn_tui.lab.experiment.trace import trace
    from rnn_tui.lab.training.adopt import adopted

    experiment = adopted(training)
    with failing():
        if options.save_lab is not None:
            save_experiment(options.save_lab, experiment)
        if options.save_weights is not None:
            save_weights(options.save_weights, trace(experiment))


def _parsed(arguments: Sequence[str]) -> tuple[Namespace, list[str], str]:
    """The flags, the words, and the help; refuses what can be refused before anything is read."""
    parser = Parser("train", "rnn-tui train [flags] [TEXT ...]", _ABOUT, _END)
    _add_training_flags(parser)
    add_experiment_flags(parser)
    printed = add_printed_flags(parser)
    files = {
        OUTPUT_FLAG: "write to this file instead of the terminal",
        LAB_FLAG: "also save the trained network as a lab, to be opened with --lab F",
        WEIGHTS_FLAG: "also write its parameters, to F.npz or F.safetensors",
    }
    for flag, text in files.items():
        printed.add_argument(flag, metavar="F", type=path_of, help=text)
    elsewhere = dict.fromkeys(LAB_FLAGS, "rnn-tui") | dict.fromkeys(MEASURE_ONLY, "rnn-tui measure")
    options, words = parser.parse(arguments, elsewhere)
    if options.help:
        return options, [], parser.format_help()
    check_printed(options, files=tuple(files))
    return options, words, ""


def _add_training_flags(parser: Parser) -> None:
    default, group = _default(), parser.add_argument_group("training")

    def add(flag: str, metavar: str, text: str, value: object = None) -> None:
        told = text if value is None else f"{text} (default: {value})"
        group.add_argument(flag, metavar=metavar, help=told, default=None if value is None else str(value))

    add("--task", "|".join(TASKS), f"what is to be learnt (default: {default.task}, or what the lab was trained on)")
    add("--steps", "N", "steps to make", STEPS)
    add(
        "--length",
        "T",
        f"length of a sequence, as the task counts it (default: {default.length}, or what the text has)",
    )
    add("--batch", "B", "sequences a step", default.batch)
    add("--optimiser", "|".join(OPTIMISERS), "what is made of the clipped gradient", default.optimiser)
    add("--eval-every", "N", "try it on fresh sequences every N steps", default.eval_every)
    add("--twin", "SETTING=VALUE", f"also train a second network on the same batches: {LOOKS}")


def _default() -> TrainSettings:
    return TrainSettings(experiment=Experiment())


def _settings(options: Namespace, words: Sequence[str]) -> TrainSettings:
    for setting, why in WITHOUT.items():
        if setting in options:
            raise UsageProblem(f"{flag_of(setting)} is for `rnn-tui measure`: {why}")
    experiment, _ = experiment_from(options, words)
    start, lab = _default(), experiment.trained
    usual = start.length if lab is None else lab.length
    task = options.task or (start.task if lab is None else lab.task)
    if task != "next-word":
        given = [flag_of(setting) for setting in OF_TEXT if setting in options]
        given += ["--file"] * (options.file is not None) + ["a TEXT"] * bool(words)
        if given and task in TASKS:
            raise UsageProblem(f"{given[0]} is for --task next-word: {task} makes its own sequences")
    numbers: dict[str, Any] = {
        name: _whole(getattr(options, name)) for name in INTEGER_RANGES if getattr(options, name) is not None
    }
    if options.length is None:
        numbers["length"] = min(usual, len(experiment.words)) if task == "next-word" else usual
    try:
        settings = replace(
            start, experiment=experiment, go_on=lab is not None, task=task, optimiser=options.optimiser, **numbers
        )
        return settings if options.twin is None else settings.changed(twin=Twin.parse(options.twin))
    except ExperimentError as problem:
        raise refusal(problem, {}) from problem


def _whole(raw: str) -> int | str:
    """The whole number that a flag's value spells, or the value itself: `TrainSettings` says what is wrong with it."""
    try:
        return parse_whole(raw)
    except ValueError:
        return raw


def _steps(raw: str) -> int:
    value = _whole(raw)
    if not isinstance(value, int) or not 1 <= value <= MOST_STEPS:
        raise UsageProblem(f"--steps cannot be {brief(raw)}: a whole number from 1 to {MOST_STEPS:,}")
    return value


def _trained(settings: TrainSettings, steps: int) -> tuple["Training", bool]:
    """The training after the steps, or after as many as there were when Ctrl+C was pressed; and whether it was."""
    from rnn_tui.lab.training.training import advanced, started

    with _until_interrupted() as interrupted, progress(f"Training {steps:,} steps") as watch:
        try:
            start = started(settings)
        except ExperimentError as problem:
            raise refusal(problem, {}) from problem
        training = advanced(start, steps, watch=lambda done: watch(done) and not interrupted())
        return training, interrupted() and training.step < steps


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """Answers whether Ctrl+C was pressed, which ends nothing by itself; pressed again it ends the process at once."""
    pressed = False

    def press(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: False
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)

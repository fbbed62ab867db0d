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
    add_flag,
    add_printed_flags,
    check_printed,
    experiment_from,
    path_of,
    setting_refusal,
)
from rnn_tui.cli.flags import TRAINING_FLAGS, flag_of
from rnn_tui.cli.output import failing_writes, print_report, print_text, progress
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import save_weights
from rnn_tui.lab.session.saved import Lab, save_lab
from rnn_tui.lab.settings.errors import ExperimentError, brief
from rnn_tui.lab.settings.kinds import Integer
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import Twin

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

STEPS_RANGE = Integer(1, 1_000_000_000, grouped=True)
STEPS = 1000
INTERRUPTED = 130
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
    from rnn_tui.lab.training.report.report import training_report
    from rnn_tui.lab.training.result import training_result

    found = training_result(training, interrupted=interrupted)
    _save(options, training)
    print_report(training_report(found), options.format, options.output)
    return INTERRUPTED if interrupted else 0


def _save(options: Namespace, training: "Training") -> None:
    """Writes the trained network: as a lab that the other commands open, and its weights with a text that it reads."""
    if options.save_lab is None and options.save_weights is None:
        return
    from rnn_tui.lab.experiment.trace import trace
    from rnn_tui.lab.training.adopt import adopted_experiment

    experiment = adopted_experiment(training)
    with failing_writes():
        if options.save_lab is not None:
            save_lab(options.save_lab, Lab(experiment))
        if options.save_weights is not None:
            save_weights(options.save_weights, trace(experiment))


# the files that it writes, by their flags
FILES = {
    OUTPUT_FLAG: "write to this file instead of the terminal",
    LAB_FLAG: "also save the trained network as a lab, to be opened with --lab F",
    WEIGHTS_FLAG: "also write its parameters, to F.npz or F.safetensors",
}


def train_parser() -> Parser:
    """The flags of the command."""
    made = Parser("train", "rnn-tui train [flags] [TEXT ...]", _ABOUT, _END)
    _add_training_flags(made)
    add_experiment_flags(made)
    printed = add_printed_flags(made)
    for flag, text in FILES.items():
        printed.add_argument(flag, metavar="F", type=path_of, help=text)
    return made


def _parsed(arguments: Sequence[str]) -> tuple[Namespace, list[str], str]:
    """The flags, the words, and the help; refuses what can be refused before anything is read."""
    known = train_parser()
    elsewhere = dict.fromkeys(LAB_FLAGS, "rnn-tui") | dict.fromkeys(MEASURE_ONLY, "rnn-tui measure")
    options, words = known.parse(arguments, elsewhere)
    if options.help:
        return options, [], known.format_help()
    check_printed(options, files=tuple(FILES))
    return options, words, ""


def _add_training_flags(parser: Parser) -> None:
    group = parser.add_argument_group("training")
    for flag in TRAINING_FLAGS:
        add_flag(group, flag)
        if flag.setting == "task":
            group.add_argument("--steps", metavar="N", default=str(STEPS), help=f"steps to make (default: {STEPS})")


def _settings(options: Namespace, words: Sequence[str]) -> TrainSettings:
    for setting in EXPERIMENT.settings:
        if setting.untrained and setting.name in options:
            raise UsageProblem(f"{setting.flag} is for `rnn-tui measure`: {setting.untrained}")
    experiment, _ = experiment_from(options, words)
    start, lab = TrainSettings(experiment=Experiment()), experiment.trained
    given = {
        flag.setting: TRAINING[flag.setting].kind.spelled(vars(options)[flag.setting])
        for flag in TRAINING_FLAGS
        if flag.setting in options
    }
    twin = given.pop("twin", None)
    task = given.setdefault("task", start.task if lab is None else lab.task)
    _refuse_text(options, words, task)
    usual = start.length if lab is None else lab.length
    given.setdefault("length", min(usual, len(experiment.words)) if task == "next-word" else usual)
    try:
        new: dict[str, Any] = {**given, "experiment": experiment, "go_on": lab is not None}
        settings = replace(start, **new)
        return settings if twin is None else settings.changed(twin=Twin.parse(str(twin)))
    except ExperimentError as problem:
        raise setting_refusal(problem, {}) from problem


def _refuse_text(options: Namespace, words: Sequence[str], task: object) -> None:
    """Refuses a text, and the settings of one, where the task makes its own sequences."""
    if task == "next-word" or task not in TRAINING.choices["task"]:
        return
    of_text = EXPERIMENT.in_training("anew with the text")
    given = [flag_of(setting) for setting in of_text if setting in options]
    given += ["--file"] * (options.file is not None) + ["a TEXT"] * bool(words)
    if given:
        raise UsageProblem(f"{given[0]} is for --task next-word: {task} makes its own sequences")


def _steps(raw: str) -> int:
    try:
        steps: int = STEPS_RANGE.checked("steps", STEPS_RANGE.spelled(raw))
    except ExperimentError as problem:
        raise UsageProblem(f"--steps cannot be {brief(raw)}: {problem.allowed}") from problem
    return steps


def _trained(settings: TrainSettings, steps: int) -> tuple["Training", bool]:
    """The training after the steps, or after as many as there were when Ctrl+C was pressed; and whether it was."""
    from rnn_tui.lab.training.training import advanced, started

    with _until_interrupted() as interrupted, progress(f"Training {steps:,} steps") as watch:
        try:
            start = started(settings)
        except ExperimentError as problem:
            raise setting_refusal(problem, {}) from problem
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

"""`rnn-tui measure`: the measurement of a network on a text, printed or written to files."""

import signal
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rnn_tui.cli.arguments import (
    LAB_FLAGS,
    OUTPUT_FLAG,
    TRAIN_FLAGS,
    WEIGHTS_FLAG,
    Parser,
    UsageProblem,
    add_experiment_flags,
    add_printed_flags,
    check_printed,
    experiment_from,
    path_of,
    setting_refusal,
)
from rnn_tui.cli.output import failing_writes, print_report, print_text, progress
from rnn_tui.lab.experiment.all_settings import LARGEST_SEED
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import save_weights
from rnn_tui.lab.settings.errors import ExperimentError, brief
from rnn_tui.lab.text.number_input import parse_whole
from rnn_tui.lab.views.views import NO_VIEWS, RequestedViews, Views

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Measurement

MOST_SEEDS = 1_000_000
MOST_POWERS = 1_000_000
LAST = 4000  # the largest power of W unless one is asked for
VIEWS = ("--powers", "--compare", "--spectrum")
_ABOUT = """Measure the network on the text and print what the lab shows.

  TEXT       the sentence, one word a step; - reads standard input
"""
_END = "A text that begins with a dash comes after --.\n"


def run(arguments: Sequence[str]) -> int:
    """Measures what the arguments ask for and prints it; the exit status 0.

    Raises:
        UsageProblem, FileProblem: they cannot be followed.
        Failure: they can, and what was measured cannot be written.
    """
    options, words, help_text = _parsed(arguments)
    if options.help:
        return print_text(help_text)
    experiment, _ = experiment_from(options, words)
    seeds = None if options.seeds is None else _seeds(options.seeds, first=experiment.seed)
    asked = _asked(options, steps=len(experiment.words))
    measurement = _measured(experiment, full=options.full)
    # a CSV of a view has no place for the ensemble
    alone = seeds is None or (options.format == "csv" and asked != RequestedViews())
    ensemble = None if seeds is None or alone else _ensemble(experiment, seeds, full=options.full)
    views = _views(measurement, asked, seeds)
    if options.save_weights is not None:
        with failing_writes():
            save_weights(options.save_weights, measurement.trace)
    from rnn_tui.lab.views.report import measurement_report

    print_report(measurement_report(measurement, ensemble=ensemble, views=views), options.format, options.output)
    return 0


def measure_parser() -> Parser:
    """The flags of the command."""
    made = Parser("measure", "rnn-tui measure [flags] [TEXT ...]", _ABOUT, _END)
    add_experiment_flags(made)
    printed = add_printed_flags(made)
    printed.add_argument("--full", action="store_true", help="measure all pairs of steps of a long text too")
    printed.add_argument("--seeds", metavar="N", help="also measure N networks, of --seed and the seeds after it")
    printed.add_argument(
        "--powers", metavar="N", nargs="?", help=f"also powers of W up to n = N (default: {LAST}), and random products"
    )
    printed.add_argument("--compare", action="store_true", help="also the same text through nine networks")
    printed.add_argument(
        "--spectrum", metavar="T", nargs="?", help="also eigenvalues of W and of step T's Jacobian (default: the last)"
    )
    printed.add_argument("--output", metavar="F", type=path_of, help="write to this file instead of the terminal")
    printed.add_argument(
        "--save-weights",
        metavar="F",
        type=path_of,
        help="also write the parameters and inputs that were measured, to F.npz or F.safetensors",
    )
    return made


def _parsed(arguments: Sequence[str]) -> tuple[Namespace, list[str], str]:
    """The flags, the words, and the help; refuses what can be refused before anything is read."""
    known = measure_parser()
    options, words = known.parse(
        _with_values(arguments), dict.fromkeys(LAB_FLAGS, "rnn-tui") | dict.fromkeys(TRAIN_FLAGS, "rnn-tui train")
    )
    if options.help:
        return options, [], known.format_help()
    check_printed(options, files=(OUTPUT_FLAG, WEIGHTS_FLAG))
    views = [flag for flag in VIEWS if getattr(options, flag[2:]) not in (None, False)]
    if options.format == "csv" and len(views) > 1:
        raise UsageProblem(f"--format csv holds one table, so give one of {' and '.join(views)} at a time")
    if options.format == "csv" and views == ["--spectrum"] and options.seeds is not None:
        raise UsageProblem("--format csv holds one table, so give one of --spectrum and --seeds at a time")
    return options, words, ""


def _with_values(arguments: Sequence[str]) -> list[str]:
    """The arguments, in which a flag that may have a number has none where the next word is no number: it is text."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    made = []
    for i, word in enumerate(arguments):
        bare = word in ("--powers", "--spectrum") and i < end
        made.append(f"{word}=" if bare and not (i + 1 < end and _is_whole(arguments[i + 1])) else word)
    return made


def _is_whole(word: str) -> bool:
    try:
        parse_whole(word)
    except ValueError:
        return False
    return True


def _asked(options: Namespace, *, steps: int) -> RequestedViews:
    powers = spectrum = None
    if options.powers is not None:
        powers = _number("--powers", options.powers or str(LAST), MOST_POWERS)
    if options.spectrum is not None:
        spectrum = _number("--spectrum", options.spectrum or str(steps), steps)
    return RequestedViews(powers, options.compare, spectrum)


def _number(flag: str, raw: str, most: int) -> int:
    value = parse_whole(raw) if _is_whole(raw) else 0
    if not 1 <= value <= most:
        raise UsageProblem(f"{flag} cannot be {brief(raw)}: a whole number from 1 to {most:,}")
    return value


def _views(measurement: "Measurement", asked: RequestedViews, seeds: range | None) -> Views:
    if asked == RequestedViews():
        return NO_VIEWS
    from rnn_tui.lab.views.views import measure_views

    with _interruptible(), _refusing(), progress("Analysing W") as watch:
        return measure_views(measurement, asked, seeds=seeds, watch=watch)


def _measured(experiment: Experiment, *, full: bool) -> "Measurement":
    from rnn_tui.lab.measurement.measure import measure

    with _interruptible(), _refusing(), progress("Measuring") as watch:
        return measure(experiment, full=full, watch=watch)


def _seeds(raw: str, *, first: int) -> range:
    """The N seeds from the first on that `--seeds N` asks for."""
    count = _number("--seeds", raw, min(MOST_SEEDS, LARGEST_SEED + 1 - first))
    return range(first, first + count)


def _ensemble(experiment: Experiment, seeds: range, *, full: bool) -> "Ensemble":
    from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble

    with _interruptible(), _refusing(), progress(f"Measuring {len(seeds):,} seeds") as watch:
        return measure_ensemble(experiment, seeds, full=full, watch=watch)


@contextmanager
def _refusing() -> Iterator[None]:
    """What cannot be measured is a wrong usage: the sentence names the flag."""
    try:
        yield
    except ExperimentError as problem:
        raise setting_refusal(problem, {}) from problem


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl+C ends the process at once: Python's own handler would wait for the native code under way, maybe minutes."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)

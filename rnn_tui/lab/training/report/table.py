"""A training as a table for the terminal: what was learnt in words, what happened, and how it went, in 80 columns."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rnn_tui.engine.learning.tasks.task import Reference, Task
from rnn_tui.engine.network.spectrum import largest_singular_value
from rnn_tui.lab.experiment.initialise import candidate
from rnn_tui.lab.experiment.task_result import error_text, short_error
from rnn_tui.lab.report.table import network_words
from rnn_tui.lab.text.numbers import number_text, setting_text
from rnn_tui.lab.text.printed import write_lines
from rnn_tui.lab.text.tables import listed, wrapped
from rnn_tui.lab.training.curves import Curve
from rnn_tui.lab.training.events import Who
from rnn_tui.lab.training.next_step import next_step
from rnn_tui.lab.training.report.result import Result
from rnn_tui.lab.training.run import Run
from rnn_tui.lab.training.threshold import suggested_threshold

ROWS = 12
HEADS = ("step", "loss", "fresh loss", "error", "‖g‖", "clipped", "ρ(W)")
WIDTHS = (9, 9, 10, 8, 9, 7, 7)


def write_table(result: Result, out: TextIO) -> None:
    """Writes the task, how well each network does, the events, and some of the steps."""
    write_lines(_lines(result), out)


def _lines(result: Result) -> Iterator[str]:
    training = result.training
    task, settings = training.main.plan.task, training.settings
    e = settings.experiment
    main = training.main.plan
    sigma = largest_singular_value(candidate(main.architecture.network(main.start)))
    yield from wrapped(f"{task.name}: {task.title}, in sequences of {task.length:,} steps.")
    clip = "clipping off" if e.clip == "off" else f"clipping by {e.clip} at θ {setting_text(e.threshold)}"
    batch = f"{settings.batch:,} sequences a step"
    yield from listed([*network_words(e, sigma), settings.optimiser, f"η {setting_text(e.lr)}", clip, batch])
    if settings.twin is not None:
        yield from wrapped(f"Its twin has {settings.twin} and takes the same batches.")
    yield ""
    for who, run in training.runs.items():
        yield from wrapped(_outcome(result, who, run))
    yield from _references(task)
    if result.interrupted:
        yield from wrapped("It was stopped before the steps that were asked for; this is what it had learnt by then.")
    yield from _happened(result)
    for who, run in training.runs.items():
        yield ""
        if training.twin is not None:
            yield "The network" if who == "main" else "Its twin"
        yield from _course(run)
        yield from _remarks(result, who, run)


def _outcome(result: Result, who: Who, run: Run) -> str:
    found = result.evaluations[who]
    name = "The network" if who == "main" else "Its twin"
    learnt = f"After {run.step:,} step{'' if run.step == 1 else 's'} {name[0].lower()}{name[1:]} has "
    sentence = result.of_task(who).sentence
    return f"{learnt}loss {number_text(found.loss)}. {sentence[0].upper()}{sentence[1:]}."


def _references(task: Task) -> Iterator[str]:
    """What can be had without memory: by guessing, and from the current input only where that is another."""
    yield from _reference(task, "Guessing", task.guessing)
    if task.guessing == task.current_input:
        yield "Current input only: the same; it tells nothing of what is asked for."
    else:
        yield from _reference(task, "Current input only", task.current_input)


def _reference(task: Task, name: str, found: Reference) -> Iterator[str]:
    loss, error = number_text(found.loss), error_text(task.error_name, found.error)
    yield from wrapped(f"{name}: loss {loss} ({found.formula}), {error}; that is {found.meaning}.")


def _happened(result: Result) -> Iterator[str]:
    events = result.training.events
    if events:
        yield ""
    for event in events:
        who = "the twin: " if event.who == "twin" else ""
        yield from wrapped(f"- {event.step:>7,}  {who}{event.sentence}", indent="           ")


def _course(run: Run) -> Iterator[str]:
    """About `ROWS` of the samples, the last among them; with each the means over the steps since the row before."""
    kept = run.samples.kept
    yield _row(HEADS)
    before = 0
    for index in sorted({round(i * (len(kept) - 1) / ROWS) for i in range(ROWS + 1)}):
        sample = kept[index]
        loss, norm, clipped = (_mean(run.curves.of(name), before, sample.step) for name in ("loss", "norm", "clipped"))
        yield _row(
            (
                f"{sample.step:,}",
                "–" if loss is None else number_text(loss),
                number_text(sample.loss),
                short_error(run.plan.task.error_name, sample.error),
                "–" if norm is None else number_text(norm),
                "–" if clipped is None else f"{100 * clipped:.0f} %",
                number_text(sample.rho),
            )
        )
        before = sample.step


def _mean(curve: Curve, after: int, until: int) -> float | None:
    """The mean over the steps after one and up to another, to the nearest points; None where there are none."""
    begin, end = (int(place) for place in curve.steps.searchsorted([after, until], side="right"))
    each = curve.mean[begin:end]
    return float(each.mean()) if len(each) else None


def _row(cells: Sequence[str]) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))


def _remarks(result: Result, who: Who, run: Run) -> Sequence[str]:
    suggested, coming = suggested_threshold(run), next_step(result.training, who)
    said = [] if suggested is None else [*wrapped(suggested.sentence)]
    still = sum(coming.still.values())
    if still and run.diverged is None:
        total = coming.before.flat.size
        said += wrapped(f"In float32 the next step would leave {still:,} of {total:,} weights exactly where they are.")
    return said

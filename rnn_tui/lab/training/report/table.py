"""A training as a table: what was learnt in words, what happened, and how it went."""

from collections.abc import Iterator, Sequence

from rnn_tui.engine.learning.tasks.task import Reference, Task
from rnn_tui.engine.network.spectrum import largest_singular_value
from rnn_tui.lab.experiment.initialise import candidate
from rnn_tui.lab.experiment.trained.task_result import error_text, short_error
from rnn_tui.lab.measurement.report.report import network_words
from rnn_tui.lab.report.layout import CellRows, Item, Note, Parts
from rnn_tui.lab.text.numbers import number_text, setting_text
from rnn_tui.lab.training.record.curves import QuantityCurve
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.report.fields import NetworkReported
from rnn_tui.lab.training.result import TrainingResult

ROWS = 12
HEADS = ("step", "loss", "fresh loss", "error", "‖g‖", "clipped", "ρ(W)")
WIDTHS = (9, 9, 10, 8, 9, 7, 7)


def table_items(result: TrainingResult) -> Iterator[Item]:
    """The task, how well each network does, the events, and some of the steps."""
    training = result.training
    task, settings = training.main.plan.task, training.settings
    e = settings.experiment
    main = training.main.plan
    sigma = largest_singular_value(candidate(main.architecture.network(main.start)))
    yield f"{task.name}: {task.title}, in sequences of {task.length:,} steps."
    clip = "clipping off" if e.clip == "off" else f"clipping by {e.clip} at θ {setting_text(e.threshold)}"
    batch = f"{settings.batch:,} sequences a step"
    yield Parts([*network_words(e, sigma), settings.optimiser, f"η {setting_text(e.lr)}", clip, batch])
    if settings.twin is not None:
        yield f"Its twin has {settings.twin} and takes the same batches."
    yield ""
    networks = [NetworkReported(result, who) for who in training.runs]
    yield from map(_outcome, networks)
    yield from _references(task)
    if result.interrupted:
        yield "It was stopped before the steps that were asked for; this is what it had learnt by then."
    yield from _happened(result)
    for network in networks:
        yield ""
        if training.twin is not None:
            yield network.title
        yield CellRows(WIDTHS, [HEADS, *_course(network.run)])
        yield from _remarks(network)


def _outcome(network: NetworkReported) -> str:
    run, name = network.run, network.title
    learnt = f"After {run.step:,} step{'' if run.step == 1 else 's'} {name[0].lower()}{name[1:]} has "
    sentence = network.of_task.sentence
    return f"{learnt}loss {number_text(network.evaluation.loss)}. {sentence[0].upper()}{sentence[1:]}."


def _references(task: Task) -> Iterator[Item]:
    """The losses reached without memory: by guessing, and from the current input alone where that differs."""
    yield from _reference(task, "Guessing", task.guessing)
    if task.guessing == task.current_input:
        yield "Current input only: the same; it tells nothing of what is asked for."
    else:
        yield from _reference(task, "Current input only", task.current_input)


def _reference(task: Task, name: str, found: Reference) -> Iterator[Item]:
    loss, error = number_text(found.loss), error_text(task.error_name, found.error)
    yield f"{name}: loss {loss} ({found.formula}), {error}; that is {found.meaning}."


def _happened(result: TrainingResult) -> Iterator[Item]:
    events = result.training.events
    if events:
        yield ""
    for event in events:
        who = "the twin: " if event.who == "twin" else ""
        yield Note(f"{who}{event.sentence}", mark=f"- {event.step:>7,}  ", indent=11)


def _course(run: TrainingRun) -> Iterator[Sequence[str]]:
    """About `ROWS` of the samples, the last among them; with each the means over the steps since the row before."""
    kept = run.samples.kept
    before = 0
    for index in sorted({round(i * (len(kept) - 1) / ROWS) for i in range(ROWS + 1)}):
        sample = kept[index]
        loss, norm, clipped = (_mean(run.curves.of(name), before, sample.step) for name in ("loss", "norm", "clipped"))
        yield (
            f"{sample.step:,}",
            "–" if loss is None else number_text(loss),
            number_text(sample.loss),
            short_error(run.plan.task.error_name, sample.error),
            "–" if norm is None else number_text(norm),
            "–" if clipped is None else f"{100 * clipped:.0f} %",
            number_text(sample.rho),
        )
        before = sample.step


def _mean(curve: QuantityCurve, after: int, until: int) -> float | None:
    """The mean over the steps after one and up to another, to the nearest points; None where there are none."""
    begin, end = (int(place) for place in curve.steps.searchsorted([after, until], side="right"))
    each = curve.mean[begin:end]
    return float(each.mean()) if len(each) else None


def _remarks(network: NetworkReported) -> Iterator[Item]:
    if network.suggested is not None:
        yield network.suggested.sentence
    still, total = sum(network.coming.still.values()), network.coming.before.flat.size
    if still and network.run.diverged is None:
        yield f"In float32 the next step would leave {still:,} of {total:,} weights exactly where they are."

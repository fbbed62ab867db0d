"""A training in the reports: what was learnt in words, what happened, and how it went."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from rnn_tui.engine.learning.evaluation import Evaluation
from rnn_tui.engine.learning.tasks.task import Reference, Task
from rnn_tui.engine.network.spectrum import largest_singular_value
from rnn_tui.lab.experiment.initialise import candidate
from rnn_tui.lab.experiment.task_result import TaskResult, error_text, short_error
from rnn_tui.lab.measurement.report import network_words
from rnn_tui.lab.report.fields import LOG10, Field, ListedField, attribute, declared, listed_fields
from rnn_tui.lab.report.layout import CellRows, Item, Note, Parts
from rnn_tui.lab.report.report import Report
from rnn_tui.lab.text.numbers import number_text, setting_text
from rnn_tui.lab.training.curves import QUANTITIES, QuantityCurve
from rnn_tui.lab.training.events import Who
from rnn_tui.lab.training.next_step import NextStep, next_step
from rnn_tui.lab.training.result import Result
from rnn_tui.lab.training.run import TrainingRun
from rnn_tui.lab.training.samples import Sample
from rnn_tui.lab.training.stepping import fresh_size
from rnn_tui.lab.training.threshold import Suggested, suggested_threshold

if TYPE_CHECKING:
    from rnn_tui.lab.report.csv import Block
    from rnn_tui.lab.report.json import Part

RANGED = ("loss", "norm")  # quantities whose lowest and highest are in the CSV too
ROWS = 12
HEADS = ("step", "loss", "fresh loss", "error", "‖g‖", "clipped", "ρ(W)")
WIDTHS = (9, 9, 10, 8, 9, 7, 7)


class NetworkReported:
    """One of the networks of a training, with what is measured for its report alone."""

    def __init__(self, result: Result, who: Who) -> None:
        self.result = result
        self.who = who
        self.run: TrainingRun = result.training.runs[who]

    @property
    def title(self) -> str:
        """What the table calls it."""
        return "The network" if self.who == "main" else "Its twin"

    @property
    def evaluation(self) -> Evaluation:
        """Its loss and error on fresh sequences."""
        return self.result.evaluations[self.who]

    @cached_property
    def of_task(self) -> TaskResult:
        """How well it does its task."""
        return self.result.of_task(self.who)

    @cached_property
    def suggested(self) -> Suggested | None:
        """The θ that its gradients suggest."""
        return suggested_threshold(self.run)

    @cached_property
    def coming(self) -> NextStep:
        """Its next step."""
        return next_step(self.result.training, self.who)


def _samples(name: str, meaning: str, shape: str = "sample", unit: str = "", of: str = "") -> Field:
    """A field of `Samples`: what each of the kept samples has."""
    return Field(name, meaning, shape, unit, lambda found: [attribute(one, of or name) for one in found.kept])


def _quantity(name: str, meaning: str) -> Field:
    fields = tuple(Field(each, f"{each} of the steps of a point", "point") for each in ("low", "mean", "high"))
    return Field(name, meaning, of=lambda curves: curves.of(name), fields=fields)


REFERENCE = (
    Field("loss", "expected on fresh sequences", unit="nats, or a squared error"),
    Field("error", "expected, as the task measures it"),
    Field("formula", "the loss in closed form"),
    Field("meaning", "what answers so"),
)
TASK = (
    Field("name", "as `--task` has it"),
    Field("title", "in words"),
    Field("steps", "of a sequence", of="length"),
    Field("inputs", "numbers that a step reads"),
    Field("outputs", "what its outputs are called", "output", of="output_names"),
    Field("error", "what its error measures", of="error_name"),
)
EVALUATION = (
    Field("loss", "on fresh sequences", of="evaluation.loss"),
    Field("error", "as the task measures it", of="evaluation.error"),
    Field("standard_error", "of the loss, σ/√B", of="evaluation.standard_error"),
    Field("sequences", "how many they were", of=lambda found: fresh_size(found.run.plan)),
    Field("below_guessing", "whether the loss is below that of `baseline`", of="of_task.below_guessing"),
    Field("below_current_input", "whether it is also below that of `current_input`", of="of_task.below_current_input"),
    Field("solved", "whether besides fewer than 1 % are wrong", of="of_task.solved"),
)
DIVERGENCE = (
    Field("step", "which one, from 1"),
    Field("cause", "`larger` where ‖Δθ‖ > ‖θ‖, or `not-finite`"),
    Field("norm", "‖Δθ‖, or ‖g‖ where that is not finite"),
    Field("weights", "‖θ‖ before"),
    Field("tensor", "the first that is not finite, or the one with the largest part in Δθ"),
)
HISTORY = (
    Field("stride", "the steps of a point", of=lambda curves: curves.of("loss").stride),
    Field("steps", "the last step of each", "point", of=lambda curves: curves.of("loss").steps),
    _quantity("loss", "of the batch before the update"),
    _quantity("norm", "‖g‖ before clipping"),
    _quantity("scale", "what clipping multiplied the whole gradient by"),
    _quantity("clipped", "whether it did anything, 0 or 1"),
    _quantity("touched", "the share of entries or steps that it limited"),
    _quantity("move", "‖Δθ‖/‖θ‖"),
)
SAMPLES = (
    _samples("steps", "when they were taken", of="step"),
    _samples("loss", "on fresh sequences"),
    _samples("error", "as the task measures it"),
    _samples("rho", "ρ(W)"),
    _samples("log10_parts", "log10 ‖∂L/∂W⁽ᵗ⁾‖, the part of step t in the gradient", "sample,T", LOG10),
    _samples("log10_hidden", "log10 of the mean ‖∂L/∂h_t‖ over the sequences", "sample,T", LOG10),
)
NEXT_STEP = (
    Field("formula", "how the optimiser makes the step"),
    Field("loss", "of its batch"),
    Field("norm", "‖g‖ before clipping"),
    Field("move", "‖Δθ‖"),
    Field("unmoved", "the share of the weights that it leaves where they are in float32", of="still_share"),
    Field("unmoved_by_tensor", "how many of each tensor", "parameter", of="still"),
)
NETWORK = (
    Field("network", "its settings", of=lambda found: found.run.plan.settings.experiment.reported()),
    Field("parameters", "how many it has", of="run.plan.start.flat.size"),
    Field("steps_made", "less than `steps` where it diverged", of="run.step"),
    Field("evaluation", "on fresh sequences, as it is now", of=lambda found: found, fields=EVALUATION),
    Field("diverged", "the step that went too far, or null", of="run.diverged", fields=DIVERGENCE),
    Field("history", "every step's, thinned to points of `stride` steps", of="run.curves", fields=HISTORY),
    Field("samples", "what was measured every so many steps", of="run.samples", fields=SAMPLES),
    Field("suggested_threshold", "the θ worth trying, or null", of="suggested", fields=declared(Suggested)),
    Field("next_step", "the step that would come next", of="coming", fields=NEXT_STEP),
)
CHANGES = (
    Field("step", "after which it was changed"),
    Field("lr", "η", of="live.lr"),
    Field("clip", "the kind of clipping", of="live.clip"),
    Field("threshold", "θ", of="live.threshold"),
    Field("optimiser", "as `--optimiser` has it", of="live.optimiser"),
)
EVENTS = (
    Field("step", "after which it happened"),
    Field("kind", "`changed` `rewound` `diverged` `beats-baseline` `learned` `input-is-enough`"),
    Field("network", "`main` or `twin`", of="who"),
    Field("number", "what goes with it, by its kind"),
    Field("sentence", "in words"),
)
BEFORE = (
    Field("settings", "every setting of the training", of=lambda found: found.training.settings.settings()),
    Field("experiment", "every setting of the network", of=lambda found: found.training.settings.experiment.reported()),
    Field("task", "what is to be learnt", of="training.main.plan.task", fields=TASK),
    Field("baseline", "the best constant answer", of="training.main.plan.task.guessing", fields=REFERENCE),
    Field(
        "current_input", "the best answer from x_t alone", of="training.main.plan.task.current_input", fields=REFERENCE
    ),
    Field("steps", "those that were made", of="training.step"),
    Field("interrupted", "whether it was stopped before those that were asked for"),
)
AFTER = (
    Field(
        "twin",
        "`network` to `next_step` of the twin, or null",
        of=lambda found: None if found.training.twin is None else NetworkReported(found, "twin"),
        fields=NETWORK,
        in_path=False,
    ),
    Field("changes", "of settings", "change", of="training.changes", fields=CHANGES),
    Field("events", "what happened", "event", of="training.events", fields=EVENTS),
)


def training_report(result: Result) -> Report:
    """All that came of a training."""

    def json() -> "tuple[Sequence[Part], Sequence[str]]":
        from rnn_tui.lab.report.json import Part

        return [Part(result, BEFORE), Part(NetworkReported(result, "main"), NETWORK), Part(result, AFTER)], ()

    def csv() -> "Iterator[Iterator[Block]]":
        yield (_block(who, run) for who, run in result.training.runs.items())

    return Report(json=json, csv=csv, table=lambda: _items(result))


def training_fields() -> Iterator[ListedField]:
    """Every field of the JSON of `train`, for the manual."""
    yield from listed_fields((*BEFORE, *NETWORK, replace(AFTER[0], fields=()), *AFTER[1:]))
    yield ListedField("notes", "", "", "sentences: why something is null")


def _block(who: Who, run: TrainingRun) -> "Block":
    """A row for every point of the curves, up to its `step`: the means over the steps of the point.

    The columns of the fresh sequences and of ρ(W) are those of the last sample up to the step, and empty where there
    was none since the row before. Step 0 is the network at its start.
    """
    curves = {name: run.curves.of(name) for name in QUANTITIES}
    columns = {}
    for name, curve in curves.items():
        columns[name] = curve.mean
        if name in RANGED:
            columns |= {f"{name}_low": curve.low, f"{name}_high": curve.high}
    steps = [0, *curves["loss"].steps.tolist()]
    latest: dict[int, Sample] = {}
    for sample in run.samples.kept:
        # the first row that is not before it; one after the last row is left out
        row = next((step for step in steps if step >= sample.step), None)
        if row is not None:
            latest[row] = sample
    samples = [latest.get(step) for step in steps]
    return {
        "network": who,
        "step": steps,
        **{name: [None, *values.tolist()] for name, values in columns.items()},
        "fresh_loss": [sample and sample.loss for sample in samples],
        "fresh_error": [sample and sample.error for sample in samples],
        "rho": [sample and sample.rho for sample in samples],
    }


def _items(result: Result) -> Iterator[Item]:
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
    """What can be had without memory: by guessing, and from the current input only where that is another."""
    yield from _reference(task, "Guessing", task.guessing)
    if task.guessing == task.current_input:
        yield "Current input only: the same; it tells nothing of what is asked for."
    else:
        yield from _reference(task, "Current input only", task.current_input)


def _reference(task: Task, name: str, found: Reference) -> Iterator[Item]:
    loss, error = number_text(found.loss), error_text(task.error_name, found.error)
    yield f"{name}: loss {loss} ({found.formula}), {error}; that is {found.meaning}."


def _happened(result: Result) -> Iterator[Item]:
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

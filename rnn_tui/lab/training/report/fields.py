"""The fields of a training's JSON."""

from functools import cached_property

from rnn_tui.engine.learning.evaluation import Evaluation
from rnn_tui.lab.experiment.trained.task_result import TaskResult
from rnn_tui.lab.report.fields import LOG10, Field, attribute, declared
from rnn_tui.lab.training.next_step import NextStep, next_step
from rnn_tui.lab.training.record.events import Who
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.result import TrainingResult
from rnn_tui.lab.training.stepping import fresh_size
from rnn_tui.lab.training.threshold import Suggested, suggested_threshold


class NetworkReported:
    """One of the networks of a training, with what is measured for its report alone."""

    def __init__(self, result: TrainingResult, who: Who) -> None:
        self.result = result
        self.who = who
        self.run: TrainingRun = result.training.runs[who]

    @property
    def title(self) -> str:
        """Its heading in the table."""
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

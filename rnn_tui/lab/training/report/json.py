"""A training as JSON. The names of its fields are a contract: add freely, rename never."""

from collections.abc import Mapping
from typing import TextIO

from rnn_tui.lab.text.json_numbers import Nulls, numbers
from rnn_tui.lab.text.safe_text import json_text
from rnn_tui.lab.training.curves import QUANTITIES
from rnn_tui.lab.training.events import Event, Who
from rnn_tui.lab.training.next_step import next_step
from rnn_tui.lab.training.report.result import Result
from rnn_tui.lab.training.run import Run
from rnn_tui.lab.training.stepping import fresh_size
from rnn_tui.lab.training.threshold import suggested_threshold


def write_json(result: Result, out: TextIO) -> None:
    """Writes the training as one strict JSON object, a field a line; what is no number is null."""
    nulls, training = Nulls(), result.training
    task, main = training.main.plan.task, training.main
    fields: dict[str, object] = {
        "settings": training.settings.settings(),
        "experiment": training.settings.experiment.reported(),
        "task": {
            "name": task.name,
            "title": task.title,
            "steps": task.length,
            "inputs": task.inputs,
            "outputs": task.output_names,
            "error": task.error_name,
        },
        "baseline": task.guessing._asdict(),
        "current_input": task.current_input._asdict(),
        "steps": training.step,
        "interrupted": result.interrupted,
        **_network(result, "main", main, nulls),
        "twin": None if training.twin is None else _network(result, "twin", training.twin, nulls),
        "changes": [
            {
                "step": change.step,
                "lr": change.live.lr,
                "clip": change.live.clip,
                "threshold": change.live.threshold,
                "optimiser": change.live.optimiser,
            }
            for change in training.changes
        ],
        "events": [_event(event) for event in training.events],
    }
    fields["notes"] = nulls.reasons()
    lines = (f"  {json_text(name)}: {json_text(value)}" for name, value in fields.items())
    out.write("{\n" + ",\n".join(lines) + "\n}\n")


def _network(result: Result, who: Who, run: Run, nulls: Nulls) -> dict[str, object]:
    """What is told of the network, and of its twin in the same words."""
    training, evaluation, found = result.training, result.evaluations[who], result.of_task(who)
    suggested, coming = suggested_threshold(run), next_step(training, who)
    return {
        "network": run.plan.settings.experiment.reported(),
        "parameters": run.plan.start.flat.size,
        "steps_made": run.step,
        "evaluation": {
            **_finite(evaluation._asdict()),
            "sequences": fresh_size(run.plan),
            "below_guessing": found.below_guessing,
            "below_current_input": found.below_current_input,
            "solved": found.solved,
        },
        "diverged": None if run.diverged is None else _finite(run.diverged._asdict()),
        "history": _history(run),
        "samples": _samples(run, nulls),
        "suggested_threshold": None
        if suggested is None
        else {"average": suggested.average, "largest": suggested.largest, "low": suggested.low, "high": suggested.high},
        "next_step": {
            "formula": coming.formula,
            **_finite({"loss": coming.loss, "norm": coming.norm, "move": coming.move}),
            "unmoved": coming.still_share,
            "unmoved_by_tensor": coming.still,
        },
    }


def _history(run: Run) -> Mapping[str, object]:
    """The points of the curves: each of `stride` steps up to its `steps`, with the lowest, mean and highest."""
    found: dict[str, object] = {}
    for name in QUANTITIES:
        curve = run.curves.of(name)
        found.setdefault("stride", curve.stride)
        found.setdefault("steps", curve.steps.tolist())
        found[name] = {"low": numbers(curve.low), "mean": numbers(curve.mean), "high": numbers(curve.high)}
    return found


def _samples(run: Run, nulls: Nulls) -> Mapping[str, object]:
    kept = run.samples.kept
    return {
        "steps": [sample.step for sample in kept],
        "loss": [_number(sample.loss) for sample in kept],
        "error": [_number(sample.error) for sample in kept],
        "rho": [sample.rho for sample in kept],
        "log10_parts": [nulls.log10_row("samples.log10_parts", sample.log10_parts) for sample in kept],
        "log10_hidden": [nulls.log10_row("samples.log10_hidden", sample.log10_hidden) for sample in kept],
    }


def _event(event: Event) -> Mapping[str, object]:
    return {
        "step": event.step,
        "kind": event.kind,
        "network": event.who,
        "number": event.number,
        "sentence": event.sentence,
    }


def _finite(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _number(value) if isinstance(value, float) else value for name, value in values.items()}


def _number(value: float) -> float | None:
    return value if abs(value) < float("inf") else None

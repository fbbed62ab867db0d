"""The file of a kept training: one of safetensors, which holds all numbers and a JSON document of all else.

A digest over both says whether they are what was written.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

import numpy as np

from rnn_tui.engine.learning.training_step import Divergence
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, protect
from rnn_tui.lab.text.documents import parse_json
from rnn_tui.lab.training.kept.run import KeptRun, has_optimiser_state
from rnn_tui.lab.training.record.curves import HIGH, LOW, QUANTITIES, TrainingCurves
from rnn_tui.lab.training.record.events import Event, EventKind, Who
from rnn_tui.lab.training.record.run import Moment
from rnn_tui.lab.training.record.samples import Sample, Samples
from rnn_tui.lab.training.settings.declarations import TASK

DOCUMENT, DIGEST = "document", "digest"
LONGEST_SENTENCE = 1000


def packed(document: Mapping[str, Any], runs: Mapping[Who, KeptRun]) -> bytes:
    """The bytes of a file that holds the document and the networks, by name."""
    from safetensors.numpy import save

    heads = {who: _head(run) for who, run in runs.items()}
    arrays = {f"{who}.{name}": array for who, run in runs.items() for name, array in _arrays(run).items()}
    text = json.dumps({**document, "runs": heads}, ensure_ascii=True, allow_nan=False)
    arrays[DOCUMENT] = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    arrays[DIGEST] = digest_of(arrays)
    return save(arrays)


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[Who, KeptRun]]:
    """The document and the networks by name, from the bytes that `packed` made.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError: it is none, or not what was written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
    except SafetensorError as problem:
        raise ValueError(f"it is cut or damaged ({problem})") from problem
    digest = arrays.pop(DIGEST)
    if not np.array_equal(digest, digest_of(arrays)):
        raise ValueError("its bytes are not those that were written: it was changed or damaged")
    document = parse_json(arrays.pop(DOCUMENT).tobytes().decode())
    heads = document.pop("runs")
    return document, {who: _Reader(heads[who], arrays, who).run() for who in get_args(Who) if who in heads}


def event_document(event: Event) -> dict[str, Any]:
    """An event as JSON can hold it."""
    return asdict(event)


def event_of(found: Mapping[str, Any]) -> Event:
    """The event that `event_document` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    event = Event(**found)
    values: dict[str, object] = asdict(event)
    number, sentence = values["number"], values["sentence"]
    if event.kind not in get_args(EventKind) or event.who not in get_args(Who) or _whole(event.step) is None:
        raise ValueError("an event is none that can be")
    if not isinstance(sentence, str) or not sentence.isprintable() or len(sentence) > LONGEST_SENTENCE:
        raise ValueError("the sentence of an event is none")
    if number is not None and (not isinstance(number, int | float) or not math.isfinite(number)):
        raise ValueError("the number of an event is none")
    return event


def checked_whole(value: object, least: int = 0) -> int:
    """The whole number that a value is.

    Raises:
        ValueError: it is none, below the least, or beyond 10⁹.
    """
    found = _whole(value)
    if found is None or found < least:
        raise ValueError(f"a whole number of it is below {least}, or none")
    return found


def digest_of(arrays: Mapping[str, AnyArray]) -> AnyArray:
    """SHA-256 over the names, kinds, shapes and numbers of the arrays, as bytes."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype} {array.shape} ".encode())
        found.update(array.data if array.size else b"")
    return np.frombuffer(found.digest(), dtype=np.uint8)


# ---- to the file


def _head(run: KeptRun) -> dict[str, Any]:
    samples = run.samples
    return {
        "moments": [{"step": each.step, "optimiser": each.optimiser, "updates": each.updates} for each in run.moments],
        "stride": run.curves.stride,
        "every": run.every,
        "samples": {"every": samples.every, "taken": samples.taken},
        "events": [event_document(event) for event in run.events],
        "diverged": None if run.diverged is None else _diverged_document(run.diverged),
    }


def _diverged_document(found: Divergence) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, float) else value for name, value in found._asdict().items()}


def _arrays(run: KeptRun) -> dict[str, AnyArray]:
    """(m, N) of the moments, what the optimiser remembers left out where that is nothing; the curves; n samples."""
    samples = _rows(run.samples)
    found: dict[str, AnyArray] = {
        "flat": np.stack([each.flat for each in run.moments]),
        "points": np.ascontiguousarray(run.curves.points),
        "rest": np.ascontiguousarray(run.curves.rest),
        "samples": np.array([[each.step, each.loss, each.error, each.standard_error, each.rho] for each in samples]),
        "parts": np.stack([each.log10_parts for each in samples]),
        "hidden": np.stack([each.log10_hidden for each in samples]),
    }
    if any(map(has_optimiser_state, run.moments)):
        found["first"] = np.stack([each.first for each in run.moments])
        found["second"] = np.stack([each.second for each in run.moments])
    return found


def _rows(samples: Samples) -> tuple[Sample, ...]:
    """Those that are kept, and the newest."""
    assert samples.last is not None  # a network is sampled before its first step
    return (*samples.kept, samples.last)


# ---- from the file


class _Reader:
    """One network, by its part of the document and its arrays; whatever is in them is checked."""

    def __init__(self, head: Mapping[str, Any], arrays: Mapping[str, AnyArray], who: Who) -> None:
        self.head = head
        self.arrays = arrays
        self.who = who

    def run(self) -> KeptRun:
        moments, curves, diverged = self.moments(), self.curves(), self.head["diverged"]
        steps = [moment.step for moment in moments]
        if steps[0] or steps != sorted(set(steps)) or curves.steps != steps[-1]:
            raise ValueError("its steps are in no order")
        return KeptRun(
            moments=moments,
            curves=curves,
            samples=self.samples(),
            events=tuple(event_of(each) for each in self.head["events"]),
            diverged=None if diverged is None else _divergence(diverged),
            every=checked_whole(self.head["every"], 1),
        )

    def numbers(self, name: str, *shape: int | None) -> FloatArray:
        """The array of this name, read-only, as long as wanted along each axis; None is any length."""
        array = self.arrays[f"{self.who}.{name}"]
        fits = len(shape) == array.ndim and all(
            want in (None, has) for want, has in zip(shape, array.shape, strict=True)
        )
        if array.dtype != np.float64 or not fits:
            raise ValueError(f"the numbers of {name} have another shape or kind")
        protect(array)
        return array

    def moments(self) -> tuple[Moment, ...]:
        heads = self.head["moments"]
        flat = self.numbers("flat", len(heads), None)
        nothing = np.zeros(flat.shape)
        protect(nothing)
        first, second = (
            self.numbers(name, *flat.shape) if f"{self.who}.{name}" in self.arrays else nothing
            for name in ("first", "second")
        )
        if not len(heads) or not all(np.isfinite(each).all() for each in (flat, first, second)):
            raise ValueError("it has no weights, or some that are not finite")
        return tuple(
            Moment(
                step=checked_whole(each["step"]),
                flat=flat[place],
                optimiser=TASK["optimiser"].kind.checked("optimiser", each["optimiser"]),
                updates=checked_whole(each["updates"]),
                first=first[place],
                second=second[place],
            )
            for place, each in enumerate(heads)
        )

    def curves(self) -> TrainingCurves:
        points, rest = self.numbers("points", 3, len(QUANTITIES), None), self.numbers("rest", len(QUANTITIES), None)
        # a mean of the largest numbers there are may be beyond them
        if not np.isfinite(points[[LOW, HIGH]]).all() or np.isnan(points).any() or not np.isfinite(rest).all():
            raise ValueError("its curves hold what is no number")
        return TrainingCurves(stride=checked_whole(self.head["stride"], 1), points=points, rest=rest)

    def samples(self) -> Samples:
        rows, parts = self.numbers("samples", None, 5), self.numbers("parts", None, None)
        hidden, head = self.numbers("hidden", *parts.shape), self.head["samples"]
        if len(rows) != len(parts) or len(rows) < 2 or np.isposinf(parts).any() or np.isposinf(hidden).any():
            raise ValueError("its samples do not fit together")
        found = [
            Sample(
                step=checked_whole(int(step)),
                loss=loss,
                error=error,
                standard_error=spread,
                rho=rho,
                log10_parts=parts[place],
                log10_hidden=hidden[place],
            )
            for place, (step, loss, error, spread, rho) in enumerate(rows.tolist())
        ]
        steps = [sample.step for sample in found]
        if steps[0] or steps != sorted(steps):
            raise ValueError("its samples are in no order")
        every, taken = checked_whole(head["every"], 1), checked_whole(head["taken"], 1)
        return Samples(kept=tuple(found[:-1]), every=every, taken=taken, last=found[-1])


def _divergence(found: Mapping[str, Any]) -> Divergence:
    values = {**found, "norm": float(found["norm"]), "weights": float(found["weights"])}
    result = Divergence(**values)
    if result.cause not in ("larger", "not-finite") or not str(result.tensor).isprintable():
        raise ValueError("its divergence is none that can be")
    return result._replace(step=checked_whole(result.step, 1))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9 else None

"""Trained: a network as training left it, in the place of a drawn one. Loads no NumPy by itself."""

import base64
import binascii
import hashlib
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast, get_args

from rnn_tui.engine.kinds import GATES, Activation, CellName, TaskName
from rnn_tui.engine.network.skips import SkipError, parse_skip
from rnn_tui.lab.experiment.trained.task_result import TaskResult

TASKS: tuple[TaskName, ...] = get_args(TaskName)
FLOAT = 8
WHAT = "a network that `rnn-tui train --save-lab` saved"


class TrainedError(ValueError):
    """A trained network that cannot be read or does not fit; its message is a sentence for the person."""


class Tensor(NamedTuple):
    """Numbers as they are kept: their shape, and little-endian float64 in the order of the last axis first."""

    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedNetwork:
    """One network after training. Two are equal where all of their numbers are.

    Attributes:
        task, length: what it was trained on, and T as that task counts it.
        steps: how many training steps it has behind it.
        cell, activation, skip, hidden: the network.
        inputs: D, the numbers of an input vector.
        vocabulary: where the task is the next word of a text, its tokens; else empty.
        tensors: the parameters, named and laid out as in a file of weights; with a vocabulary also `embedding`, the
            input vector of each token (V, D).
        result: how well it did its task on fresh sequences when it was taken; None where that is not known.
        digest: SHA-256 over all of it, in hexadecimal.

    Raises:
        TrainedError: a tensor is missing, has another shape, or holds what is no finite number.
    """

    task: TaskName = field(compare=False)
    length: int = field(compare=False)
    steps: int = field(compare=False)
    cell: CellName = field(compare=False)
    activation: Activation = field(compare=False)
    skip: str = field(compare=False)
    hidden: int = field(compare=False)
    inputs: int = field(compare=False)
    vocabulary: tuple[str, ...] = field(compare=False, repr=False)
    tensors: Mapping[str, Tensor] = field(compare=False, repr=False)
    result: TaskResult | None = field(default=None, compare=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        self._check_settings()
        shapes = self._shapes()
        for name, shape in shapes.items():
            tensor = self.tensors.get(name)
            if tensor is None or tensor.shape != shape or len(tensor.data) != FLOAT * math.prod(shape):
                raise TrainedError(f"{name} of {WHAT} has the shape {'×'.join(map(str, shape))}")
            if not all(map(math.isfinite, struct.unpack(f"<{math.prod(shape)}d", tensor.data))):
                raise TrainedError(f"{name} holds a number that is not finite")
        if len(self.tensors) > len(shapes):
            raise TrainedError(f"the tensors of {WHAT} are {', '.join(shapes)}")
        found = hashlib.sha256(json.dumps(self._settings(), sort_keys=True).encode("utf-8", "surrogatepass"))
        for name in shapes:
            found.update(self.tensors[name].data)
        object.__setattr__(self, "digest", found.hexdigest())

    def __str__(self) -> str:
        """What it was trained on."""
        return self.about

    @property
    def about(self) -> str:
        """What it was trained on, in words: `temporal-order, T = 10, 4,000 steps`."""
        return f"{self.task}, T = {self.length:,}, {self.steps:,} step{'' if self.steps == 1 else 's'}"

    def reported(self) -> dict[str, object]:
        """Its entry in a report: all but its numbers."""
        return {
            "task": self.task,
            "length": self.length,
            "steps": self.steps,
            "result": None if self.result is None else self.result._asdict(),
            "digest": self.digest,
        }

    def to_document(self) -> dict[str, Any]:
        """All of it as JSON can hold it; `from_document` reads the very numbers back."""
        tensors = {
            name: {"shape": list(tensor.shape), "float64": base64.b64encode(tensor.data).decode("ascii")}
            for name, tensor in self.tensors.items()
        }
        return {**self._settings(), "tensors": tensors, "digest": self.digest}

    @classmethod
    def from_document(cls, document: object) -> "TrainedNetwork":
        """The network that `to_document` wrote.

        Raises:
            TrainedError: it is none, or was changed since.
        """
        try:
            values = dict(cast("Mapping[str, Any]", document))
            digest = values.pop("digest")
            tensors = {
                name: Tensor(tuple(each["shape"]), base64.b64decode(each["float64"], validate=True))
                for name, each in values.pop("tensors").items()
            }
            result = TaskResult(**values.pop("result")) if "result" in values else None
            vocabulary = tuple(values.pop("vocabulary"))
            found = cls(**values, vocabulary=vocabulary, result=result, tensors=tensors)
        except (TypeError, ValueError, KeyError, AttributeError, binascii.Error) as problem:
            reason = problem if isinstance(problem, TrainedError) else f"it is not {WHAT}"
            raise TrainedError(str(reason)) from problem
        if found.digest != digest:
            raise TrainedError("its numbers are not those that were saved: the file was changed or cut")
        return found

    def _settings(self) -> dict[str, Any]:
        names = ("task", "length", "steps", "cell", "activation", "skip", "hidden", "inputs", "vocabulary")
        result = {} if self.result is None else {"result": self.result._asdict()}
        return {**{name: getattr(self, name) for name in names}, **result}

    def _check_settings(self) -> None:
        for name, choices in (("task", TASKS), ("cell", get_args(CellName)), ("activation", get_args(Activation))):
            if getattr(self, name) not in choices:
                raise TrainedError(f"its {name} is none of {', '.join(choices)}")
        for name in ("length", "steps", "hidden", "inputs"):
            value: object = getattr(self, name)
            lowest = 0 if name == "steps" else 1
            if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= 10**9:
                raise TrainedError(f"its {name} is no whole number that can be")
        if not all(isinstance(token, str) for token in self.vocabulary):
            raise TrainedError("its vocabulary is no list of words")
        if self.result is not None and not self.result.can_be:
            raise TrainedError("its result on its task is none that can be")
        try:
            parse_skip(self.skip)
        except SkipError as problem:
            raise TrainedError(str(problem)) from problem

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor by its name; the readout's rows are as many as there are."""
        rows, layers = len(GATES[self.cell]) * self.hidden, tuple[int, ...]()
        weight = self.tensors.get("weight_hh_l0")
        if self.cell == "feedforward" and weight is not None:
            layers = weight.shape[:1]
        bias = self.tensors.get("readout_bias")
        outputs = 0 if bias is None or not bias.shape else bias.shape[0]
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih_l0": (*layers, rows, self.inputs),
            "weight_hh_l0": (*layers, rows, self.hidden),
            "bias_ih_l0": (*layers, rows),
            "bias_hh_l0": (*layers, rows),
            "readout_weight": (outputs, self.hidden),
            "readout_bias": (outputs,),
        }
        if self.task == "next-word":
            shapes["embedding"] = (len(self.vocabulary), self.inputs)
        return shapes

"""Experiment: everything that the user can set, frozen, validated, and as JSON."""

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from rnn_tui.engine.kinds import Activation, Cell, ClipMode, Init, Loss
from rnn_tui.engine.network.skips import Pinned, SkipError, parse_skip
from rnn_tui.lab.experiment import edits
from rnn_tui.lab.experiment.trained import Trained, TrainedError
from rnn_tui.lab.text.documents import DocumentError, parse_json
from rnn_tui.lab.text.number_input import parse_real, parse_whole
from rnn_tui.lab.text.safe_text import json_text
from rnn_tui.lab.text.tokens import TextError, Tokens, tokenise

Influence = Literal["gradient", "gradient-input", "integrated", "occlusion"]
InfluenceOn = Literal["state", "output"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "tokens": get_args(Tokens),
    "cell": get_args(Cell),
    "activation": get_args(Activation),
    "init": get_args(Init),
    "loss": get_args(Loss),
    "clip": get_args(ClipMode),
    "influence": get_args(Influence),
    "influence_on": get_args(InfluenceOn),
}
INTEGER_RANGES: Mapping[str, tuple[int, int]] = {
    "hidden": (1, 10**9),
    "inputs": (1, 10**9),
    "seed": (0, 2**63 - 1),
    "chrono": (3, 10**9),
    "truncate": (1, 10**9),
}
REAL_RANGES: Mapping[str, tuple[float, float]] = {
    "rho": (0.0, 1e6),
    "sigma": (0.0, 1e6),
    "transient": (1.0, 1e6),
    "forget_bias": (-300.0, 300.0),
    "update_bias": (-300.0, 300.0),
    "threshold": (1e-300, 1e300),
    "lr": (1e-300, 1e300),
}
DRAWN_ANEW = frozenset({"seed", "init", "hidden", "cell"})  # a change of these is another W, without its edits
# what a trained network was trained with: a change of these is another one, drawn and not trained
TRAINED_WITH = frozenset({*DRAWN_ANEW, "activation", "skip", "inputs", "forget_bias", "update_bias", "chrono"})
OPTIONAL = frozenset({"rho", "sigma", "chrono", "truncate"})
DEFAULT_RHO = 0.9
FORMAT = "rnn-tui lab 1"
# what a saved lab holds beside the experiment; `lab.saved.saved` reads it
BESIDE = frozenset({"training", "cliff", "screen"})
LONGEST_SHOWN = 60


class ExperimentError(ValueError):
    """A setting that cannot be: names the setting, its value, and what is allowed."""

    def __init__(self, setting: str, value: object, allowed: str) -> None:
        self.setting = setting
        self.value = value
        self.allowed = allowed
        name = setting if setting.isprintable() and len(setting) <= LONGEST_SHOWN else brief(setting)
        super().__init__(f"{name} cannot be {brief(value)}: {allowed}")


def checked_real(name: str, value: object, lowest: float, highest: float) -> float:
    """The setting's value as a float.

    Raises:
        ExperimentError: it is no number of the range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
        raise ExperimentError(name, value, f"a number from {lowest:g} to {highest:g}")
    return float(value)


def check_whole(name: str, value: object, low: int, high: int) -> None:
    """Refuses what is no whole number of the range.

    Raises:
        ExperimentError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ExperimentError(name, value, f"a whole number from {low} to {high}")


def spelled(setting: str, text: str) -> str | float | int:
    """The number that a text spells where the setting is one, else the text: `Experiment` says what it may not be."""
    try:
        if setting in INTEGER_RANGES:
            return parse_whole(text)
        return parse_real(text) if setting in REAL_RANGES else text
    except ValueError:
        return text


def brief(value: object) -> str:
    """A value as messages show it: its repr, which has no control characters, and no longer than they can be read."""
    try:
        # Of what is long no more is spelled than is shown.
        text = repr(value[:LONGEST_SHOWN]) if isinstance(value, str) else reprlib.repr(value)
    except ValueError:  # Python spells no whole number of thousands of digits
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """All settings of one experiment, named as the command line's flags (`_` for `-`).

    W_hh is scaled either to the spectral radius `rho` or to the largest singular value `sigma`: exactly one of
    the two is not None (rho 0.9 where neither is given). `words` are the text's T tokens.

    What a cell does not have is kept for the cell that has it: `activation` is for the simple RNN and the
    feed-forward net, `forget_bias` for the LSTM, `update_bias` for the GRU, `chrono` (the longest time to remember)
    for both in the place of those biases, `transient` for the init `nonnormal`. `truncate` cuts the gradient of
    every L_t after so many steps. `edits` change the W that ρ and σ₁ are told of, one after another, after it was
    drawn and scaled (see `lab.experiment.edits`): a gated cell's candidate block, a feed-forward net's first layer.

    With `trained`, the network is that one in the place of a drawn one, as training left it: ρ, σ₁ and what else says
    how W is drawn are those of its start, and the text is of the task's tokens.

    Raises:
        ExperimentError: a value of the wrong kind or out of range, or settings that exclude each other.
    """

    text: str = "What time is it"
    tokens: Tokens = "words"
    cell: Cell = "rnn"
    activation: Activation = "tanh"
    hidden: int = 8
    inputs: int = 8
    init: Init = "gaussian"
    rho: float | None = None
    sigma: float | None = None
    transient: float = 10.0
    edits: tuple[str, ...] = ()
    skip: str = "none"
    forget_bias: float = 1.0
    update_bias: float = 0.0
    chrono: int | None = None
    seed: int = 7
    loss: Loss = "last"
    truncate: int | None = None
    clip: ClipMode = "off"
    threshold: float = 1.0
    lr: float = 0.1
    influence: Influence = "gradient"
    influence_on: InfluenceOn = "state"
    trained: Trained | None = None
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise ExperimentError(name, value, f"one of {', '.join(choices)}")
        for name, (low, high) in INTEGER_RANGES.items():
            value = getattr(self, name)
            if value is None and name in OPTIONAL:
                continue
            check_whole(name, value, low, high)
        if self.rho is not None and self.sigma is not None:
            raise ExperimentError(
                "sigma", self.sigma, "one factor scales W, so either rho or sigma is set and the other follows"
            )
        if self.rho is None and self.sigma is None:
            object.__setattr__(self, "rho", DEFAULT_RHO)
        for name, (lowest, highest) in REAL_RANGES.items():
            self._check_real(name, lowest, highest)
        if self.init == "number" and self.hidden != 1:
            raise ExperimentError("init", self.init, f"one number is a 1×1 W: set hidden to 1, not {self.hidden}")
        if not isinstance(self.text, str):
            raise ExperimentError("text", self.text, "words")
        try:
            object.__setattr__(self, "words", tokenise(self.text, self.tokens))
        except TextError as problem:
            raise ExperimentError("text", self.text[:40], str(problem)) from problem
        self._check_skip()
        self._check_edits()
        if self.trained is not None:
            self._check_trained(self.trained)

    def _check_trained(self, trained: Trained) -> None:
        if not isinstance(trained, Trained):
            raise ExperimentError("trained", trained, "a network that was trained")
        for name in ("cell", "activation", "skip", "hidden", "inputs"):
            if getattr(self, name) != getattr(trained, name):
                reason = f"that network was trained with {name} {getattr(trained, name)}"
                raise ExperimentError("trained", trained.about, f"{reason}, not {getattr(self, name)}")
        from rnn_tui.lab.experiment.trained_text import read

        try:
            read(trained, self.words)
        except TrainedError as problem:
            raise ExperimentError("text", self.text[:40], str(problem)) from problem

    def _check_edits(self) -> None:
        given: object = self.edits
        if not isinstance(given, tuple | list) or not all(isinstance(line, str) for line in given):
            raise ExperimentError("edits", given, f"a list of changes to W, each {edits.LOOKS}")
        if len(given) > edits.MOST_EDITS:
            raise ExperimentError("edits", f"{len(given):,} changes", f"at most {edits.MOST_EDITS:,} changes to W")
        for line in self.edits:
            try:
                place = edits.highest_place(edits.parse(line))
            except edits.EditError as problem:
                raise ExperimentError("edits", line, str(problem)) from problem
            if place > self.hidden:
                raise ExperimentError("edits", line, f"W is {self.hidden}×{self.hidden}, so rows and columns end there")
        object.__setattr__(self, "edits", edits.together(self.edits))

    def _check_skip(self) -> None:
        try:
            skip = parse_skip(str(self.skip))
        except SkipError as problem:
            raise ExperimentError("skip", self.skip, str(problem)) from problem
        if isinstance(skip, Pinned) and skip.target > len(self.words):
            reason = f"the text has {len(self.words)} steps, so there is no step {skip.target} to lead to"
            raise ExperimentError("skip", self.skip, reason)

    def _check_real(self, name: str, lowest: float, highest: float) -> None:
        value = getattr(self, name)
        if value is not None or name not in OPTIONAL:
            object.__setattr__(self, name, checked_real(name, value, lowest, highest))

    def changed(self, **settings: Any) -> "Experiment":
        """This experiment with some settings changed, and with those that must follow them.

        Setting rho clears sigma and the other way round; the init `number` makes hidden 1, and another
        hidden size than 1 makes an init of `number` gaussian. Setting a gate's bias clears chrono. Another seed, init,
        hidden size or cell clears the edits of W; setting rho or sigma of an edited W is one more edit, which leaves
        the draw alone. Of a trained network they are edits too; what it was trained with, changed, leaves a drawn one
        in its place.

        Raises:
            ExperimentError: as the constructor does; or the network has a pinned skip, which fixes its length, and
                the new text has another.
        """
        if settings.get("rho") is not None:
            settings.setdefault("sigma", None)
        elif settings.get("sigma") is not None:
            settings.setdefault("rho", None)
        if settings.get("init") == "number":
            settings.setdefault("hidden", 1)
        elif settings.get("hidden", 1) != 1 and self.init == "number":
            settings.setdefault("init", "gaussian")
        if "forget_bias" in settings or "update_bias" in settings:
            settings.setdefault("chrono", None)
        if self.trained is not None and "trained" not in settings and self._differs(settings, TRAINED_WITH):
            settings.update(trained=None, edits=())
        elif (self.edits or self.trained is not None) and "edits" not in settings:
            self._follow_edits(settings)
        if "skip" in settings or not isinstance(parse_skip(self.skip), Pinned):
            return replace(self, **settings)
        # without the skip first: a text too short for it is refused for its length, like one too long
        trained = settings.pop("trained", self.trained)
        new = replace(self, **settings, skip="none", trained=None)
        if len(new.words) != len(self.words):
            reason = (
                f"this network's skip is pinned ({self.skip}), so its structure is fixed: it runs {len(self.words)} "
                f"steps and no other number, and this text has {len(new.words)}; a shared skip or none runs any length"
            )
            raise ExperimentError("text", new.text[:40], reason)
        return replace(new, skip=self.skip, trained=trained)

    def _differs(self, settings: Mapping[str, Any], names: Iterable[str]) -> bool:
        return any(settings.get(name, getattr(self, name)) != getattr(self, name) for name in names)

    def _follow_edits(self, settings: dict[str, Any]) -> None:
        if self._differs(settings, DRAWN_ANEW):
            settings["edits"] = ()
            return
        scales = {name: settings.pop(name) for name in ("rho", "sigma") if name in settings}
        for name, value in scales.items():
            if value is not None:
                settings["edits"] = (*self.edits, f"{name}={checked_real(name, value, *REAL_RANGES[name])!r}")

    def edited(self, line: str) -> "Experiment":
        """This experiment with one more edit of W.

        Raises:
            ExperimentError: no such edit, or one beyond W's rows and columns.
        """
        return replace(self, edits=(*self.edits, line))

    def scale(self, name: str) -> float | None:
        """The `rho` or `sigma` that W as it is was brought to; None where it follows from the other, or from edits."""
        if not self.edits:
            found: float | None = None if self.trained is not None else getattr(self, name)
            return found
        last = edits.last_scale(self.edits)
        wanted = edits.Radius if name == "rho" else edits.Largest
        return last[0] if isinstance(last, wanted) else None

    def settings(self) -> dict[str, Any]:
        """Every setting by its name."""
        return {spec.name: getattr(self, spec.name) for spec in fields(self) if spec.init}

    def told(self) -> dict[str, Any]:
        """Every setting by its name as the JSON of `measure` tells it: of a trained network without its numbers."""
        return {**self.settings(), "trained": None if self.trained is None else self.trained.told()}

    def to_json(self) -> str:
        """The experiment as a JSON document that `from_json` reads back to an equal value."""
        return saved_document(self.to_values())

    def to_values(self) -> dict[str, Any]:
        """Every setting by its name, as a JSON document holds it."""
        trained = {} if self.trained is None else {"trained": self.trained.to_document()}
        return {**{name: value for name, value in self.settings().items() if name != "trained"}, **trained}

    def to_document(self) -> dict[str, Any]:
        """All of it as JSON can hold it, with its format; `from_document` reads it back to an equal value."""
        return {"format": FORMAT, **self.to_values()}

    @classmethod
    def from_json(cls, document: str) -> "Experiment":
        """The experiment of a saved lab, which `to_json` or `lab.saved.saved` wrote.

        Raises:
            ExperimentError: not such a document, an unknown setting, or a value that cannot be.
        """
        return cls._without_the_rest(saved_values(document))

    @classmethod
    def from_document(cls, document: object) -> "Experiment":
        """The experiment that `to_document` wrote.

        Raises:
            ExperimentError: no such document, an unknown setting, or a value that cannot be.
        """
        return cls._without_the_rest(_values(document))

    @classmethod
    def _without_the_rest(cls, values: dict[str, Any]) -> "Experiment":
        return cls.from_values({name: value for name, value in values.items() if name not in BESIDE})

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Experiment":
        """The experiment of these settings by name, as a JSON document holds them.

        Raises:
            ExperimentError: an unknown setting, or a value that cannot be.
        """
        known = {spec.name for spec in fields(cls) if spec.init}
        for name, value in values.items():
            if name not in known:
                raise ExperimentError(name, value, f"a setting of {', '.join(sorted(known))}")
        if values.get("trained") is not None:
            try:
                values["trained"] = Trained.from_document(values["trained"])
            except TrainedError as problem:
                raise ExperimentError("trained", "this network", str(problem)) from problem
        return cls(**values)


def saved_document(values: Mapping[str, Any]) -> str:
    """The JSON document of a saved lab that holds these values by name."""
    return json_text({"format": FORMAT, **values}, indent=2) + "\n"


def saved_values(document: str) -> dict[str, Any]:
    """All that a saved lab holds, by name, without its format.

    Raises:
        ExperimentError: no JSON document of the format that this version reads.
    """
    try:
        return _values(parse_json(document))
    except DocumentError as problem:
        raise ExperimentError("lab", document[:40], f"a JSON document saved by rnn-tui ({problem})") from problem


def _values(document: object) -> dict[str, Any]:
    """All that a document holds, without its format, which must be the one that this version reads."""
    values = dict(document) if isinstance(document, dict) else {}
    version = values.pop("format", None)
    if isinstance(version, str) and version != FORMAT and version.startswith("rnn-tui lab"):
        raise ExperimentError("format", version, f'saved by another version of rnn-tui; this one reads "{FORMAT}"')
    if version != FORMAT:
        raise ExperimentError("lab", document, f'a JSON document saved by rnn-tui, with "format": "{FORMAT}"')
    return values

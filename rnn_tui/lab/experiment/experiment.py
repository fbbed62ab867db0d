"""Experiment: everything that the user can set, frozen, validated, and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rnn_tui.engine.kinds import CELLS, Activation, CellName, ClipMode, Init, Loss
from rnn_tui.engine.network.skips import Pinned, parse_skip
from rnn_tui.lab.experiment import edits
from rnn_tui.lab.experiment.all_settings import DEFAULT_RHO, EXPERIMENT, Influence, InfluenceOn
from rnn_tui.lab.experiment.documents import BESIDE, FORMAT, saved_document, saved_values, values_of
from rnn_tui.lab.experiment.trained.network import TrainedError, TrainedNetwork
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.tokens import TextError, Tokens, tokenise


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """All settings of one experiment, named as the command line's flags (`_` for `-`); `EXPERIMENT` declares each.

    W_hh is scaled either to the spectral radius `rho` or to the largest singular value `sigma`: exactly one of
    the two is not None (rho 0.9 where neither is given). `words` are the text's T tokens.

    What a cell does not have is kept for the cell that has it: `activation` is for the simple RNN and the
    feed-forward net, `forget_bias` for the LSTM, `update_bias` for the GRU, `chrono` (the longest time to remember)
    for both in the place of those biases, `transient` for the init `nonnormal`. `truncate` cuts the gradient of
    every L_t after so many steps. `edits` change W_hh, of a gated cell its candidate block and of a feed-forward net
    its first layer, one after another, after it was drawn and scaled (see `lab.experiment.edits`).

    With `trained`, the network is that one in the place of a drawn one, as training left it: ρ, σ₁ and what else says
    how W is drawn are those of its start, and the text is of the task's tokens.

    Raises:
        ExperimentError: a value of the wrong kind or out of range, or settings that exclude each other.
    """

    text: str = "What time is it"
    tokens: Tokens = "words"
    cell: CellName = "rnn"
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
    trained: TrainedNetwork | None = None
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        EXPERIMENT.check(self)
        if self.rho is not None and self.sigma is not None:
            raise ExperimentError(
                "sigma", self.sigma, "one factor scales W, so either rho or sigma is set and the other follows"
            )
        if self.rho is None and self.sigma is None:
            object.__setattr__(self, "rho", DEFAULT_RHO)
        if self.init == "number" and self.hidden != 1:
            raise ExperimentError("init", self.init, f"one number is a 1×1 W: set hidden to 1, not {self.hidden}")
        try:
            object.__setattr__(self, "words", tokenise(self.text, self.tokens))
        except TextError as problem:
            raise ExperimentError("text", self.text[:40], str(problem)) from problem
        self._check_skip()
        self._check_edits()
        if self.trained is not None:
            self._check_trained(self.trained)

    def _check_skip(self) -> None:
        skip = parse_skip(self.skip)
        if isinstance(skip, Pinned) and skip.target > len(self.words):
            reason = f"the text has {len(self.words)} steps, so there is no step {skip.target} to lead to"
            raise ExperimentError("skip", self.skip, reason)

    def _check_edits(self) -> None:
        for line in self.edits:
            if edits.highest_place(edits.parse_edit(line)) > self.hidden:
                raise ExperimentError("edits", line, f"W is {self.hidden}×{self.hidden}, so rows and columns end there")

    def _check_trained(self, trained: TrainedNetwork) -> None:
        for name in ("cell", "activation", "skip", "hidden", "inputs"):
            if getattr(self, name) != getattr(trained, name):
                reason = f"that network was trained with {name} {getattr(trained, name)}"
                raise ExperimentError("trained", trained.about, f"{reason}, not {getattr(self, name)}")
        from rnn_tui.lab.experiment.trained.reading import read_words

        try:
            read_words(trained, self.words)
        except TrainedError as problem:
            raise ExperimentError("text", self.text[:40], str(problem)) from problem

    @property
    def carry_bias(self) -> float:
        """The bias of the gate that carries the state on: `forget_bias` or `update_bias`; 0 of a cell without."""
        name = CELLS[self.cell].carry_bias
        return 0.0 if name is None else float(getattr(self, name))

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
        EXPERIMENT.follow(settings)
        if settings.get("init") == "number":
            settings.setdefault("hidden", 1)
        elif settings.get("hidden", 1) != 1 and self.init == "number":
            settings.setdefault("init", "gaussian")
        if self.trained is not None and "trained" not in settings and self._resets("trained", settings):
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

    def _resets(self, what: str, settings: Mapping[str, Any]) -> bool:
        """Whether one of these settings takes back `what`, because it differs from the experiment's own."""
        names = EXPERIMENT.resetting(what)
        return any(settings.get(name, getattr(self, name)) != getattr(self, name) for name in names)

    def _follow_edits(self, settings: dict[str, Any]) -> None:
        if self._resets("edits", settings):
            settings["edits"] = ()
            return
        scales = {name: settings.pop(name) for name in ("rho", "sigma") if name in settings}
        for name, value in scales.items():
            if value is not None:
                settings["edits"] = (*self.edits, f"{name}={EXPERIMENT[name].kind.checked(name, value)!r}")

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
        wanted = edits.RadiusScaling if name == "rho" else edits.SigmaScaling
        return last[0] if isinstance(last, wanted) else None

    def settings(self) -> dict[str, Any]:
        """Every setting by its name."""
        return {name: getattr(self, name) for name in EXPERIMENT}

    def reported(self) -> dict[str, Any]:
        """Every setting by its name as reports give it: of a trained network without its numbers."""
        return {**self.settings(), "trained": None if self.trained is None else self.trained.reported()}

    def to_values(self) -> dict[str, Any]:
        """Every setting by its name, as a JSON document holds it."""
        values = self.settings()
        trained = values.pop("trained")
        return values if trained is None else {**values, "trained": trained.to_document()}

    def to_json(self) -> str:
        """The experiment as a JSON document that `from_json` reads back to an equal value."""
        return saved_document(self.to_values())

    def to_document(self) -> dict[str, Any]:
        """All of it as JSON can hold it, with its format; `from_document` reads it back to an equal value."""
        return {"format": FORMAT, **self.to_values()}

    @classmethod
    def from_json(cls, document: str) -> "Experiment":
        """The experiment of a saved lab, which `to_json` or `lab.session.saved` wrote.

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
        return cls._without_the_rest(values_of(document))

    @classmethod
    def _without_the_rest(cls, values: dict[str, Any]) -> "Experiment":
        return cls.from_values({name: value for name, value in values.items() if name not in BESIDE})

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Experiment":
        """The experiment of these settings by name, as a JSON document holds them.

        Raises:
            ExperimentError: an unknown setting, or a value that cannot be.
        """
        EXPERIMENT.refuse_unknown(values)
        if values.get("trained") is not None:
            try:
                values["trained"] = TrainedNetwork.from_document(values["trained"])
            except TrainedError as problem:
                raise ExperimentError("trained", "this network", str(problem)) from problem
        return cls(**values)

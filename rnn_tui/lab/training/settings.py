"""TrainSettings: all that the user can set of a training, frozen, validated, and as JSON."""

from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from rnn_tui.engine.kinds import ClipMode, Optimiser, TaskName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.twin import LOOKS, Twin, twin_of

TASKS: tuple[TaskName, ...] = get_args(TaskName)
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)
FORMAT = "rnn-tui training 1"
SHORTEST = {"temporal-order": 2, "adding": 2, "adding-average": 4}
INTEGER_RANGES = {"length": (1, 10_000), "batch": (1, 100_000), "eval_every": (1, 1_000_000)}
# settings of the experiment that say what network is trained; a change of these starts anew
NETWORK = (
    "cell",
    "activation",
    "hidden",
    "init",
    "rho",
    "sigma",
    "transient",
    "edits",
    "skip",
    "forget_bias",
    "update_bias",
    "chrono",
    "seed",
    "truncate",
)
TEXT = ("text", "tokens", "inputs")  # these too where the task is the next word of the text
OF_TASK = ("task", "length", "batch", "eval_every", "go_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What can be changed while it trains, from one step to the next."""

    lr: float
    clip: ClipMode
    threshold: float
    optimiser: Optimiser


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """All settings of one training.

    The network, the seed, η, clipping and θ are those of `experiment`, which all screens share; its `inputs` and its
    text count only where the task is the next word of the text, its loss not at all, for the task has its own.

    Attributes:
        task: one of `TASKS`.
        length: T, as the task counts it.
        batch: B, sequences a step.
        optimiser: what is made of the clipped gradient: SGD, momentum, Adam or RMSprop.
        eval_every: after how many steps the network is tried on fresh sequences.
        go_on: whether it starts from the experiment's trained network, with its edits; else from what is drawn, and a
            trained network is left out of the experiment with its edits.
        twin: the one setting in which a second network differs, which takes the same steps; or None.

    Raises:
        ExperimentError: a value of the wrong kind or out of range, or a task that these settings do not fit.
    """

    experiment: Experiment
    task: TaskName = "temporal-order"
    length: int = 10
    batch: int = 20
    optimiser: Optimiser = "sgd"
    eval_every: int = 100
    go_on: bool = False
    twin: Twin | None = None

    def __post_init__(self) -> None:
        for name, choices in (("task", TASKS), ("optimiser", OPTIMISERS)):
            if getattr(self, name) not in choices:
                raise ExperimentError(name, getattr(self, name), f"one of {', '.join(choices)}")
        for name, (low, high) in INTEGER_RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ExperimentError(name, value, f"a whole number from {low} to {high:,}")
        if self.length < SHORTEST.get(self.task, 1):
            raise ExperimentError("length", self.length, f"{self.task} needs {SHORTEST[self.task]} steps or more")
        if self.go_on:
            self._check_trained()
        elif self.experiment.trained is not None:
            object.__setattr__(self, "experiment", replace(self.experiment, trained=None, edits=()))
        words = len(self.experiment.words)
        if self.task == "next-word" and self.length > words:
            raise ExperimentError("length", self.length, f"the text has {words:,} steps, so a part of it has no more")
        if self.twin is not None:
            twin_of(self)

    def _check_trained(self) -> None:
        trained = self.experiment.trained
        if trained is None:
            raise ExperimentError("go_on", self.go_on, "these settings draw a new network: there is no trained one")
        if trained.task != self.task:
            reason = (
                f"the network was trained on {trained.task}, whose inputs and outputs are not those of another task"
            )
            raise ExperimentError("task", self.task, reason)
        if trained.cell == "feedforward" and trained.length != self.length:
            reason = f"this feed-forward net was trained with T = {trained.length} and has weights for that alone"
            raise ExperimentError("length", self.length, reason)

    @property
    def live(self) -> Live:
        """What can be changed while it trains."""
        e = self.experiment
        return Live(lr=e.lr, clip=e.clip, threshold=e.threshold, optimiser=self.optimiser)

    def starts_anew(self, other: "TrainSettings") -> bool:
        """Whether these settings are of another training than those, not only another way to go on with it."""
        if any(getattr(self, name) != getattr(other, name) for name in OF_TASK):
            return True
        names = (*NETWORK, "trained", *TEXT) if self.task == "next-word" else (*NETWORK, "trained")
        return any(getattr(self.experiment, name) != getattr(other.experiment, name) for name in names)

    def changed(self, **settings: Any) -> "TrainSettings":
        """These settings with some changed, by the names of `TrainSettings` or of `Experiment`.

        Raises:
            ExperimentError: as the constructor does; or the new twin differs from the network in nothing.
        """
        own = {spec.name for spec in fields(self)}
        mine = {name: value for name, value in settings.items() if name in own}
        shared = {name: value for name, value in settings.items() if name not in own}
        experiment = mine.pop("experiment", self.experiment)
        new = replace(self, experiment=experiment.changed(**shared) if shared else experiment, **mine)
        if mine.get("twin") is not None and twin_of(new) == replace(new, twin=None):
            raise ExperimentError(
                "twin", str(mine["twin"]), "the network is set so already: a twin differs in one thing"
            )
        return new

    def with_live(self, live: Live) -> "TrainSettings":
        """These settings with others of those that can be changed while it trains."""
        experiment = replace(self.experiment, lr=live.lr, clip=live.clip, threshold=live.threshold)
        return replace(self, experiment=experiment, optimiser=live.optimiser)

    def settings(self) -> dict[str, Any]:
        """The settings of the task by name; those of the network are the experiment's."""
        own = {spec.name: getattr(self, spec.name) for spec in fields(self) if spec.name != "experiment"}
        return {**own, "twin": None if self.twin is None else str(self.twin)}

    def to_document(self) -> dict[str, Any]:
        """All of them as JSON can hold them; `from_document` reads them back to an equal value."""
        return {"format": FORMAT, **self.settings(), "experiment": self.experiment.to_document()}

    @classmethod
    def from_document(cls, document: object) -> "TrainSettings":
        """The settings that `to_document` wrote.

        Raises:
            ExperimentError: no such document, an unknown setting, or a value that cannot be.
        """
        values = dict(document) if isinstance(document, dict) else {}
        if values.pop("format", None) != FORMAT:
            raise ExperimentError("training", document, f'a JSON document of rnn-tui, with "format": "{FORMAT}"')
        known = {spec.name for spec in fields(cls)}
        for name in values:
            if name not in known:
                raise ExperimentError(name, values[name], f"a setting of {', '.join(sorted(known))}")
        values["experiment"] = Experiment.from_document(values.get("experiment"))
        if not isinstance(values.get("go_on", False), bool):
            raise ExperimentError("go_on", values["go_on"], "true or false")
        twin = values.get("twin")
        if twin is not None and not isinstance(twin, str):
            raise ExperimentError("twin", twin, LOOKS)
        values["twin"] = None if twin is None else Twin.parse(twin)
        return cls(**values)

"""TrainSettings: all that the user can set of a training, frozen, validated, and as JSON."""

from dataclasses import dataclass, fields, replace
from typing import Any

from rnn_tui.engine.kinds import ClipMode, Optimiser, TaskName
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.kinds import of_type
from rnn_tui.lab.settings.setting import Setting
from rnn_tui.lab.training.settings.declarations import TASK
from rnn_tui.lab.training.settings.twin import TWIN_FORM, Twin

FORMAT = "rnn-tui training 1"
SHORTEST = {"temporal-order": 2, "adding": 2, "adding-average": 4}
TRAINING = Declarations(
    (
        *TASK.settings,
        Setting(
            name="go_on",
            kind=of_type(bool, "true or false"),
            help="start from the trained network of the experiment",
            dial="it follows from the experiment",
            group="training",
            without_flag="it follows from the lab of --lab",
        ),
        Setting(
            name="twin",
            kind=of_type(Twin, TWIN_FORM, optional=True),
            help=f"also train a second network on the same batches: {TWIN_FORM}",
            metavar="SETTING=VALUE",
            default="",
            dial="Train has a key for it",
            group="training",
            in_training="beside",
        ),
    )
)
"""Every setting of `TrainSettings` but the experiment, by name, in the order of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The settings that can be changed while it trains, from one step to the next."""

    lr: float
    clip: ClipMode
    threshold: float
    optimiser: Optimiser


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """All settings of one training; `TRAINING` declares those that are no experiment's.

    The network, the seed, η, clipping and θ are those of `experiment`, which all screens share; its `inputs` and its
    text count only where the task is the next word of the text, its loss not at all, for the task has its own.

    Attributes:
        task: what is to be learnt.
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
        TRAINING.check(self)
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
            self.of_twin(self.twin)

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
        """The settings that can be changed while it trains."""
        e = self.experiment
        return Live(lr=e.lr, clip=e.clip, threshold=e.threshold, optimiser=self.optimiser)

    def starts_anew(self, other: "TrainSettings") -> bool:
        """Whether these settings are of another training than those, not only another way to go on with it."""
        if any(getattr(self, name) != getattr(other, name) for name in TRAINING.in_training("anew")):
            return True
        of_text = ("anew with the text",) if self.task == "next-word" else ()
        names = EXPERIMENT.in_training("anew", *of_text)
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
        if mine.get("twin") is not None and not new.twin_differs:
            raise ExperimentError(
                "twin", str(mine["twin"]), "the network is set so already: a twin differs in one thing"
            )
        return new

    def of_twin(self, twin: Twin) -> "TrainSettings":
        """The settings of this twin of the network.

        Raises:
            ExperimentError: it cannot be set so; names the twin.
        """
        try:
            return replace(self, twin=None).changed(**{twin.setting: twin.value})
        except ExperimentError as problem:
            raise ExperimentError("twin", str(twin), problem.allowed) from problem

    @property
    def twin_differs(self) -> bool:
        """Whether there is a twin, and it differs from the network as that is set now."""
        return self.twin is not None and self.of_twin(self.twin) != replace(self, twin=None)

    def with_live(self, live: Live) -> "TrainSettings":
        """These settings with others of those that can be changed while it trains."""
        experiment = replace(self.experiment, lr=live.lr, clip=live.clip, threshold=live.threshold)
        return replace(self, experiment=experiment, optimiser=live.optimiser)

    def settings(self) -> dict[str, Any]:
        """The settings of the task by name; those of the network are the experiment's."""
        own = {name: getattr(self, name) for name in TRAINING}
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
        TRAINING.refuse_unknown(values, "experiment")
        values["experiment"] = Experiment.from_document(values.get("experiment"))
        return cls(**{**values, "twin": Twin.from_value(values.get("twin"))})

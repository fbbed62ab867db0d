"""Course: what is set of a training beside the experiment that all screens share. Loads no NumPy."""

from dataclasses import dataclass, field, replace
from typing import Any

from rnn_tui.engine.kinds import Optimiser, TaskName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import Twin

COURSE = Declarations(tuple(setting for setting in TRAINING.settings if setting.name != "go_on"))
"""Every setting of a course, by name, in the order of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The settings of `TrainSettings` but for the experiment; the default is chosen for the default network.

    With T = 15 that network loses again what it learned where nothing is clipped, and its twin, clipped, learns.
    """

    task: TaskName = "temporal-order"
    length: int = 15
    batch: int = 20
    optimiser: Optimiser = "sgd"
    eval_every: int = 25
    twin: Twin | None = field(default_factory=lambda: Twin("clip", "norm"))

    def settings(self, experiment: Experiment) -> TrainSettings:
        """All settings of the training of this experiment.

        Raises:
            ExperimentError: this task cannot be, or not with this network or text.
        """
        return TrainSettings(experiment=experiment, **{name: getattr(self, name) for name in COURSE})

    def changed(self, experiment: Experiment, **settings: Any) -> "Course":
        """This course with some settings changed, for this experiment.

        Raises:
            ExperimentError: as `settings`; or the new twin differs from the network in nothing.
        """
        new = replace(self, **settings)
        new.settings(experiment).changed(twin=new.twin)
        return new

    def to_values(self) -> dict[str, Any]:
        """Every setting by its name, as a JSON document holds it."""
        own = {name: getattr(self, name) for name in COURSE}
        return {**own, "twin": None if self.twin is None else str(self.twin)}

    @classmethod
    def from_values(cls, values: object, experiment: Experiment) -> "Course":
        """The course that `to_values` gave, as far as the experiment allows it.

        Raises:
            ExperimentError: no such settings, or a value that cannot be.
        """
        held = COURSE.named("training", values)
        course = cls(**{**held, "twin": Twin.from_value(held.get("twin"))})
        COURSE.check(course)  # by itself first: `fitted` compares its length
        course = course.fitted(experiment)
        course.settings(experiment)
        return course

    def fitted(self, experiment: Experiment) -> "Course":
        """This course as far as the experiment allows it.

        Of a text that is too short a part is as long as the text; a twin that differed in what the network was set to
        now clips where the network does not, and the other way round, or else is left out.
        """
        new = self
        if self.task == "next-word" and self.length > len(experiment.words):
            new = replace(self, length=len(experiment.words))
        if self.twin is None:
            return new
        try:
            differs = new.settings(experiment).twin_differs
        except ExperimentError:
            return replace(new, twin=None)
        if differs:
            return new
        return replace(new, twin=_other_clipping(experiment) if self.twin.setting == "clip" else None)


def course_of(settings: TrainSettings) -> Course:
    """The course that these settings are of."""
    return Course(**{name: getattr(settings, name) for name in COURSE})


def twins_for(course: Course, experiment: Experiment) -> tuple[Twin | None, ...]:
    """The twins that are most telling beside this network, and none, which comes last."""
    slower = experiment.lr / 10.0
    wanted = [
        _other_clipping(experiment),
        Twin("cell", "rnn" if experiment.cell == "gru" else "gru"),
        Twin("cell", "rnn" if experiment.cell == "lstm" else "lstm"),
        Twin("rho", 1.0),
        Twin("rho", 0.5),
        Twin("init", "orthogonal"),
        Twin("lr", slower),
        Twin("optimiser", "sgd" if course.optimiser == "adam" else "adam"),
    ]
    found: list[Twin | None] = []
    for twin in wanted:
        try:
            course.changed(experiment, twin=twin)
        except ExperimentError:
            continue
        found.append(twin)
    return (*found, None)


def _other_clipping(experiment: Experiment) -> Twin:
    return Twin("clip", "norm" if experiment.clip == "off" else "off")

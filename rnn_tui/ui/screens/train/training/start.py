"""How a training is begun: from its first step, or from where another is, under other settings."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.lab.training.settings.train_settings import Live, TrainSettings
from rnn_tui.ui.screens.train.training.work import Begin, last_training

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training


def from_start(settings: TrainSettings) -> Begin:
    """Begins before the first step."""

    def begin(_: Watch) -> "Iterator[Training]":
        from rnn_tui.lab.training.training import started

        yield started(settings)

    return begin


def from_now(base: Begin, settings: TrainSettings) -> Begin:
    """Goes on from where it is under other settings."""

    def begin(goes_on: Watch) -> "Iterator[Training]":
        from rnn_tui.lab.training.training import changed

        yield changed(last_training(base, goes_on), settings)

    return begin


def with_live_of(experiment: Experiment, course: Course, live: Live) -> tuple[Experiment, Course]:
    """What is set, with what can be changed while it trains as it was then."""
    experiment = experiment.changed(lr=live.lr, clip=live.clip, threshold=live.threshold)
    return experiment, replace(course, optimiser=live.optimiser)

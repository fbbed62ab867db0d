"""Trainings that are set aside: another took their place, and they are kept whole to be restored."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_tui.lab.session.history import State

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

MOST_SET_ASIDE = 4
FEW_STEPS = 10  # a training of fewer is quickly made again, and not worth a word


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SetAside:
    """A training as it was when another took its place. Compared by identity.

    Attributes:
        state: what was set.
        going, goal, origin: how it was driven, as `Progress` has them.
    """

    training: "Training"
    state: State
    going: bool
    goal: int | None
    origin: int

    @property
    def step(self) -> int:
        """How many steps were made."""
        return self.training.step


SetAsideTrainings = tuple[SetAside, ...]
"""The newest last."""


def with_newest(trainings: SetAsideTrainings, newest: SetAside) -> SetAsideTrainings:
    """The trainings with one more; of too many the one of the fewest steps goes, but never the newest."""
    return (*_fewer(trainings), newest)


def with_oldest(trainings: SetAsideTrainings, oldest: SetAside) -> SetAsideTrainings:
    """The trainings with one more, whose turn comes after all others."""
    return (oldest, *_fewer(trainings))


def _fewer(trainings: SetAsideTrainings) -> SetAsideTrainings:
    if len(trainings) < MOST_SET_ASIDE:
        return trainings
    least = min(trainings, key=lambda each: each.step)
    return tuple(each for each in trainings if each is not least)


def first_to_return(trainings: SetAsideTrainings) -> SetAside | None:
    """The newest of more than a few steps; of none such the newest."""
    return next((each for each in reversed(trainings) if each.step >= FEW_STEPS), trainings[-1] if trainings else None)


def aside_text(step: int, *, on_train: bool) -> str:
    """That a training was set aside at a step, and which key restores it."""
    return f"training set aside at step {step:,}: `z`{'' if on_train else ' on Train'} restores it"

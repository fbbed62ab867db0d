"""Shelf: trainings that another one took the place of, kept whole to be brought back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_tui.lab.session.history import State

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

MOST_SHELVED = 4
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


Shelf = tuple[SetAside, ...]
"""The newest last."""


def with_newest(shelf: Shelf, newest: SetAside) -> Shelf:
    """The shelf with one more; of too many the one of the fewest steps goes, but never the newest."""
    return (*_fewer(shelf), newest)


def with_oldest(shelf: Shelf, oldest: SetAside) -> Shelf:
    """The shelf with one more, whose turn comes after all others."""
    return (oldest, *_fewer(shelf))


def _fewer(shelf: Shelf) -> Shelf:
    if len(shelf) < MOST_SHELVED:
        return shelf
    least = min(shelf, key=lambda each: each.step)
    return tuple(each for each in shelf if each is not least)


def first_to_return(shelf: Shelf) -> SetAside | None:
    """The newest of more than a few steps; of none such the newest."""
    return next((each for each in reversed(shelf) if each.step >= FEW_STEPS), shelf[-1] if shelf else None)


def aside_text(step: int, *, on_train: bool) -> str:
    """That a training was set aside at a step, and which key restores it."""
    return f"training set aside at step {step:,}: `z`{'' if on_train else ' on Train'} restores it"

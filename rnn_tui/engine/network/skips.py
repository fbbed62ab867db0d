"""Skip connections between states: pinned from one step to another, or shared by all steps. Loads no NumPy."""

import re
from typing import NamedTuple, TypeAlias


class SkipError(ValueError):
    """A skip that cannot be; says how one is written."""


class Pinned(NamedTuple):
    """h_target += h_source, added outside φ: one fixed edge (steps from 1), so the network has one fixed length."""

    source: int
    target: int


class Shared(NamedTuple):
    """h_t += h_{t−lag} at every step, added outside φ; before the start there is h_0, and zero before that."""

    lag: int


Skip: TypeAlias = Pinned | Shared | None


def parse_skip(text: str) -> Skip:
    """The skip that `none`, `pinned:I-J` or `shared:D` names.

    Raises:
        SkipError: it names none, or one that does not lead forward.
    """
    if text == "none":
        return None
    if found := re.fullmatch(r"pinned:([0-9]{1,9})-([0-9]{1,9})", text):
        pinned = Pinned(int(found[1]), int(found[2]))
        if not 1 <= pinned.source < pinned.target:
            raise SkipError("a pinned skip leads from a step to a later one, steps counted from 1, like pinned:1-3")
        return pinned
    if found := re.fullmatch(r"shared:([0-9]{1,9})", text):
        if int(found[1]) < 1:
            raise SkipError("a shared skip reaches back one step or more, like shared:2")
        return Shared(int(found[1]))
    raise SkipError("none, pinned:I-J (from step I to step J) or shared:D (from D steps back to every step)")


def source(skip: Skip, t: int) -> int | None:
    """The step (from 0; −1 is h_0) whose state is added at step t (from 0); None where nothing is."""
    match skip:
        case Pinned(first, last):
            return first - 1 if t == last - 1 else None
        case Shared(lag):
            return t - lag if t >= lag - 1 else None
        case None:
            return None


def receiver(skip: Skip, t: int, steps: int) -> int | None:
    """The later step (from 0) to which the state of step t (from 0; −1 is h_0) is added, of `steps`; or None."""
    match skip:
        case Pinned(first, last):
            return last - 1 if t == first - 1 else None
        case Shared(lag):
            return t + lag if t + lag < steps else None
        case None:
            return None


def rows_at_once(skip: Skip, rows: int) -> int:
    """How many rows to pull back together, of `rows`: a shared skip keeps as many copies of them as its lag."""
    return max(1, -(-rows // skip.lag)) if isinstance(skip, Shared) else max(1, rows)

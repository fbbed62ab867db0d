"""Unusable: what in a file of weights cannot be used; and the names of such a file in sentences."""

from collections.abc import Sequence

LONGEST = 80


class Unusable(Exception):
    """What in a file cannot be used, in a sentence without the file's name, which whoever opened it puts before it."""


def named(name: str) -> str:
    """A name from a file as sentences show it: what would act on a terminal spelled out, no longer than can be read."""
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return short if short.isprintable() and short else repr(short)


def sized(shape: Sequence[int]) -> str:
    """A shape as sentences show it, as `(192, 48)`."""
    return f"({', '.join(f'{size}' for size in shape)}{',' if len(shape) == 1 else ''})"

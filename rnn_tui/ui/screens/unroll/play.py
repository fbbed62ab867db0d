"""Play: the walk forward through the cells and back with the gradient, as a list of pictures."""

from collections.abc import Iterator

from rnn_tui.ui.screens.unroll.scene import Play

LONGEST_PLAY_SECONDS = 8.0
SLOWEST_SECONDS = 0.4
FASTEST_SECONDS = 0.1


def play_stride(steps: int) -> int:
    """How many steps a picture goes on, so that the walk there and back takes at most `LONGEST_PLAY_SECONDS`."""
    most_pictures = int(LONGEST_PLAY_SECONDS / FASTEST_SECONDS)
    return max(1, -(-2 * steps // most_pictures))


def period(steps: int) -> float:
    """The seconds for which a picture is shown."""
    pictures = 2 * -(-steps // play_stride(steps))
    return max(FASTEST_SECONDS, min(SLOWEST_SECONDS, LONGEST_PLAY_SECONDS / pictures))


def pictures(steps: int) -> Iterator[Play]:
    """Forward from the first step to the last, then backward to the first; both ends are always among them."""
    onward = play_stride(steps)
    there = sorted({*range(0, steps, onward), steps - 1})
    for step in there:
        yield Play("forward", step)
    for step in reversed(there):
        yield Play("backward", step)

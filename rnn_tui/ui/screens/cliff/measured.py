"""What the Cliff has measured: its picture of E, and both paths, at once where that takes less than a frame."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.cliff.paths import Descents

_POINTS_AT_ONCE = 450_000
_STEPS_AT_ONCE = 10_000


def steps_at_once(settings: CliffSettings, steps: int) -> bool:
    """Whether so many more steps of both paths take less than a frame."""
    return steps * settings.length <= _STEPS_AT_ONCE


def surface_task(settings: CliffSettings, *, columns: int, rows: int) -> SideTask:
    """The picture of E at so many points."""

    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.cliff.surface import cliff_surface

        yield cliff_surface(settings, columns=columns, rows=rows, watch=watch)

    picture = (settings.w_low, settings.w_high, settings.b_low, settings.b_high)
    key = (settings.length, settings.target, *picture, columns, rows)
    return SideTask("surface", key, work, quick=columns * rows * settings.length <= _POINTS_AT_ONCE)


def descents_task(settings: CliffSettings, steps: int, before: "Descents | None") -> SideTask:
    """So many steps of both paths; what is known of them from before is taken over."""

    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.cliff.paths import descend

        yield descend(settings, steps, so_far=before, watch=watch)

    key = (settings.framed_as(CliffSettings()), steps)
    return SideTask("descents", key, work, quick=steps_at_once(settings, steps + 1 - known_points(settings, before)))


def known_points(settings: CliffSettings, before: "Descents | None") -> int:
    """How many points of the paths that these settings lead along are known."""
    if before is None or before.settings.framed_as(settings) != settings:
        return 0
    return max(len(before.unclipped.points), len(before.clipped.points))

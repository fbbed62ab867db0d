"""The settings of the cliff, for undo and redo; which part of the surface is shown is no part of it."""

from dataclasses import dataclass, field, replace

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.session.history import LONGEST, DialRun


@dataclass(frozen=True, slots=True)
class CliffHistory:
    """The settings that were, are, and were undone; the oldest first in `past`, the next redo first in `future`.

    Attributes:
        run: the run of turns under way, which makes one step of undo.
    """

    present: CliffSettings = field(default_factory=CliffSettings)
    past: tuple[CliffSettings, ...] = ()
    future: tuple[CliffSettings, ...] = ()
    run: DialRun | None = None

    def changed(self, settings: CliffSettings, *, run: DialRun | None = None) -> "CliffHistory":
        """The history after a change; a turn that follows the last one of the same run at once adds no step of undo."""
        goes_on = run is not None and run.follows(self.run)
        past = self.past if goes_on else (*self.past, self.present)[-LONGEST:]
        return replace(self, present=settings, past=past, future=(), run=run)

    def looking_at(self, picture: CliffSettings) -> "CliffHistory":
        """The same settings with another picture of them: no step of undo."""
        return replace(self, present=self.present.framed_as(picture))

    def undone(self) -> "CliffHistory":
        """One step back, in the same picture as long as the start is in it; itself where there is none."""
        if not self.past:
            return self
        return self._back_to(self.past[-1], past=self.past[:-1], future=(self.present, *self.future))

    def redone(self) -> "CliffHistory":
        """One step forward again; itself where there is none."""
        if not self.future:
            return self
        return self._back_to(self.future[0], past=(*self.past, self.present), future=self.future[1:])

    def _back_to(
        self, settings: CliffSettings, *, past: tuple[CliffSettings, ...], future: tuple[CliffSettings, ...]
    ) -> "CliffHistory":
        shown = settings.framed_as(self.present).with_start_shown()
        return CliffHistory(shown, past, future)

"""KeptLabActions: the lab is kept a moment after each change and whenever it is left, and taken up again with a key."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.session.saved import Lab, open_kept_lab
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.lines.hint_line import Hint
from rnn_tui.ui.shell.user_files.crash import kept_folder
from rnn_tui.ui.state.requests import KeptLabWanted

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.session.kept_labs import Keeper
    from rnn_tui.ui.shell.measuring import Request

KEEP_SECONDS = 1.0  # from a change to when it is written


class KeptLabActions(LabBase):
    """Writes the lab to a file when something was set, and takes up the lab that was kept last."""

    def __init__(self, lab: Lab, keys: KeyTable) -> None:
        super().__init__(lab, keys)
        self._opened: Lab | None = None  # as it was at the start: that is in need of no keeping
        self._kept: Lab | None = None  # as it was when it was last given to the keeper
        self._keeper: Keeper | None = None
        self._versions = itertools.count(1)
        self._keep_due = False
        self._offer: Hint | None = None  # what the start line says of the lab that was kept
        self._not_taken_up: list[Path] = []

    # ---- what is kept

    @property
    def _changed(self) -> bool:
        """Whether there is something to keep: what is just as it was opened is not worth a file."""
        if self._opened is None:
            return False
        return self._kept is not None or not self.lab.sets(self._opened)

    def on_mount(self) -> None:
        self._opened = self.lab
        for name in ("experiment", "history", "context"):
            self.watch(self, name, self.keep_soon, init=False)
        self._look_for_kept()

    def keep_soon(self) -> None:
        """Has the lab written in a moment: something was set."""
        if not self._keep_due:
            self._keep_due = True
            self.set_timer(KEEP_SECONDS, self._keep_now)

    def _keep_now(self) -> None:
        """Writes what has changed, in a thread: no key waits for a disk."""
        self._keep_due = False
        lab = self.lab
        if not self._changed or lab == self._kept:
            return
        self._kept = lab
        keeper, version = self._own_keeper(), next(self._versions)

        def work(_: Watch) -> Iterator[object]:
            keeper.keep(lab, version)
            yield from ()

        self.job("keep").ask(version, work, self._take_kept)

    def _own_keeper(self) -> "Keeper":
        if self._keeper is None:
            from rnn_tui.lab.session.kept_labs import Keeper

            self._keeper = Keeper(kept_folder())
        return self._keeper

    def _take_kept(self, found: object) -> None:
        # A file that cannot be written is reported when the lab is left, which tries once more.
        if isinstance(found, Exception) and not isinstance(found, FileProblem):
            raise found

    def keep_work(self) -> None:
        """Keeps the training and the lab, at once."""
        super().keep_work()
        if not self._changed:
            return
        self._kept = self.lab
        try:
            self._own_keeper().keep(self._kept, next(self._versions))
        except FileProblem as problem:
            said = f"The lab could not be kept: {problem}"
        else:
            said = "The lab is kept: rnn-tui --last opens it."
        self.farewell = said if self.farewell is None else f"{self.farewell}\n{said}"

    # ---- what was kept

    def _look_for_kept(self) -> None:
        """Has the newest kept lab read, to say in the start line that there is one."""
        opened = self.lab

        def work(_: Watch) -> Iterator[object]:
            from rnn_tui.lab.session.kept_labs import kept_labs

            for path in kept_labs(kept_folder())[:1]:
                yield _differing(path, opened, Lab(Experiment(), Course().fitted(Experiment()), CliffSettings()))

        if kept_folder().is_dir():
            self.job("kept-lab").ask("kept lab", work, self._take_offer)

    def _take_offer(self, found: object) -> None:
        if isinstance(found, FileProblem):
            self._offer = Hint(f"the lab that was kept cannot be taken up: {found}", "error", verbatim=True)
        elif isinstance(found, Exception):
            raise found
        elif isinstance(found, Lab):
            self._offer = Hint("Your last lab was kept: `U` takes it up.", "notice")
        if self.measurement is not None:
            self._make_offer()

    def _make_offer(self) -> None:
        """Shows it in the place of what to press next, where that is what the line says."""
        if self._offer is not None and self.hint.kind == "hint":
            self._show_hint(replace(self._offer, after=self._next_hint()))
            self._offer = None

    def _present(self, request: "Request", found: "Measurement") -> None:
        super()._present(request, found)
        self._make_offer()

    def action_take_up_lab(self) -> None:
        """Takes up the newest kept lab of another run, pressed again the one before."""
        self._take_up_kept("no lab was kept: one is")

    def on_kept_lab_wanted(self, message: KeptLabWanted) -> None:
        self._take_up_kept(message.none)

    def _take_up_kept(self, none: str) -> None:
        try:
            found = self._next_kept(none)
        except FileProblem as problem:
            self.complain(str(problem))
            return
        if isinstance(found, str):
            self.say(found)
        else:
            self.take_up_lab(found, opening="taken up")

    def _next_kept(self, none: str) -> Lab | str:
        from rnn_tui.lab.session.kept_labs import kept_labs

        own = None if self._keeper is None else self._keeper.path
        if not self._not_taken_up:
            self._not_taken_up = [path for path in kept_labs(kept_folder()) if path != own]
        some = bool(self._not_taken_up)
        while self._not_taken_up:
            found = _differing(self._not_taken_up.pop(0), self.lab)
            if found is not None:
                return found
        if some:
            return "the lab that was kept is just as this one"
        return f"{none}, when the lab is left after a change"


def _differing(path: Path, *others: Lab) -> Lab | None:
    """The lab of a file; None where it sets just what one of the others does.

    Raises:
        FileProblem: as `open_kept_lab`.
    """
    found = open_kept_lab(path)
    return None if any(found.sets(other) for other in others) else found

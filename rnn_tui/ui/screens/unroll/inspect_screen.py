"""The inspector: the selected step in numbers, below the unrolled cells, as live as they are."""

from collections.abc import Iterable
from typing import Any

from textual.widget import Widget

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.unroll.actions import StepActions
from rnn_tui.ui.screens.unroll.layout import unroll_layout
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
from rnn_tui.ui.screens.unroll.panels.cells.rows import shape_of
from rnn_tui.ui.screens.unroll.panels.inspector import InspectorPanel
from rnn_tui.ui.screens.unroll.scene import UnrollResults, UnrollView
from rnn_tui.ui.screens.unroll.screen import UnrollScreen
from rnn_tui.ui.shell.app_bases.lab_base import LabBase

_NETWORK_HEIGHT = 30
_UNROLLED_HEIGHT = 23


class InspectScreen(StepActions):
    """The network and the unrolled cells as far as there is room, and the selected step's numbers.

    It is shown over Unroll, whose view it shares.
    """

    DEFAULT_CSS = """
    InspectScreen #inspector { height: 1fr; }
    """

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=UnrollView(), results=UnrollResults())
        unroll = lab.made[spec.over]
        assert isinstance(unroll, UnrollScreen)
        self._unroll = unroll

    @property
    def view(self) -> UnrollView:
        return self._unroll.view

    def set_view(self, **changes: Any) -> None:
        self._unroll.set_view(**changes)
        self.request_scene()

    def action_inspect(self) -> None:
        self.lab.leave_screen()

    def action_leave(self) -> None:
        if self.prompt is None:
            self.lab.leave_screen()
        else:
            super().action_leave()

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(NetworkPanel(id="network"))
        yield self.with_scene(UnrolledPanel(id="unrolled"))
        yield self.with_scene(InspectorPanel(id="inspector"))

    def place(self, width: int, height: int) -> None:
        rows = unroll_layout(width, height, len(self.shown_experiment.words), shape_of(self.shown_experiment))
        frame = 2 if rows.framed else 1
        self.set_rows("#network", rows.network + frame)
        self.set_rows("#unrolled", rows.unrolled + frame)
        self.query_one("#network").display = height >= _NETWORK_HEIGHT
        self.query_one("#unrolled").display = height >= _UNROLLED_HEIGHT

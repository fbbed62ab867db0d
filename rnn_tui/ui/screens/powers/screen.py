"""The Powers screen: why W decides, seen in its powers, alone and beside products of independent ones."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.powers.actions import PowersActions
from rnn_tui.ui.screens.powers.layout import powers_layout
from rnn_tui.ui.screens.powers.measured import power_tasks, repeated_matrix
from rnn_tui.ui.screens.powers.panels.heading import PowersHeading
from rnn_tui.ui.screens.powers.panels.panel import PowersPanel
from rnn_tui.ui.screens.powers.panels.products import ProductsPanel
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.views.views import Views


class PowersScreen(PowersActions):
    """The dials and the verdict, the powers of W or of one number, and the random products."""

    DEFAULT_CSS = """
    PowersScreen {
        #lower { height: 1fr; }
        #lower Canvas { height: 1fr; }
        #powers-of-w { margin-right: 1; }
        #lower.-below { layout: vertical; }
        #lower.-below #powers-of-w, #powers-of-w.-alone { margin-right: 0; }
    }
    """

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(NetworkPanel(heading=PowersHeading(), id="network"))
        with Horizontal(id="lower"):
            yield self.with_scene(PowersPanel(id="powers-of-w"))
            yield self.with_scene(ProductsPanel(id="products"))

    def place(self, width: int, height: int) -> None:
        rows = powers_layout(width, height)
        self.set_rows("#network", rows.network)
        shown = self.view.panels
        if rows.in_turn and shown == "both":
            shown = "powers"
        self.query_one("#lower").set_class(rows.below, "-below")
        for name, panel in (("powers", "#powers-of-w"), ("products", "#products")):
            self.query_one(panel).display = shown in ("both", name)
            self.query_one(panel).set_class(shown == name, "-alone")

    def side_tasks(self) -> Iterable[SideTask]:
        # before the first measurement neither NumPy is loaded nor the frame painted
        what = repeated_matrix(self.experiment, self.measurement, self.view) if self.measurement is not None else None
        return () if what is None else tuple(power_tasks(what, self.view, self.results))

    def views(self) -> "tuple[Views | None, str]":
        from rnn_tui.lab.views.views import Views

        found, tanh = self.results, self.view.tanh
        views = Views(found.powers, found.tanh_powers if tanh else None, found.bands)
        return self.views_of(views, "the powers", "powers", "draws", "bands", *(["tanh_powers"] if tanh else []))

"""The Powers screen: why W decides, seen in its powers, alone and beside products of independent ones."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.powers.panels.heading import OfPowers
from rnn_tui.ui.powers.panels.panel import PowersPanel
from rnn_tui.ui.powers.panels.products import ProductsPanel
from rnn_tui.ui.shell.screen import BESIDE_WIDTH, FRAMED_HEIGHT, LINES, LabScreen
from rnn_tui.ui.state.looks import Look
from rnn_tui.ui.state.power_looks import power_looks, raised

BELOW_ROWS = 28


class Rows(NamedTuple):
    """The rows of the network panel with its frame, and how the two others share what is left."""

    network: int
    below: bool
    in_turn: bool


def shared_out(width: int, height: int) -> Rows:
    """How the rows of a window are shared out."""
    rows = height - LINES
    network = 2 if rows < 27 else 4 if rows < 40 else 6
    network += 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1
    narrow = width < BESIDE_WIDTH
    below = narrow and rows - network >= BELOW_ROWS
    return Rows(network, below, narrow and not below)


def in_turn(width: int, height: int) -> bool:
    """Whether such a window has room for one of the two panels alone."""
    return shared_out(width, height).in_turn


class PowersScreen(LabScreen):
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
        yield NetworkPanel(heading=OfPowers(), id="network").data_bind(LabScreen.scene)
        with Horizontal(id="lower"):
            yield PowersPanel(id="powers-of-w").data_bind(LabScreen.scene)
            yield ProductsPanel(id="products").data_bind(LabScreen.scene)

    def place(self, width: int, height: int) -> None:
        rows = shared_out(width, height)
        self.set_rows("#network", rows.network)
        shown = self.view.powers.panels
        if rows.in_turn and shown == "both":
            shown = "powers"
        self.query_one("#lower").set_class(rows.below, "-below")
        for name, panel in (("powers", "#powers-of-w"), ("products", "#products")):
            self.query_one(panel).display = shown in ("both", name)
            self.query_one(panel).set_class(shown == name, "-alone")

    def wanted_looks(self) -> Iterable[Look]:
        # before the first measurement neither NumPy is loaded nor the frame painted
        what = raised(self.experiment, self.measurement, self.view) if self.measurement is not None else None
        return () if what is None else tuple(power_looks(what, self.view, self.looks))

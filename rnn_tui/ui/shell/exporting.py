"""What a report that is exported holds beside the measurement: what the open screen shows."""

from typing import NamedTuple

from rnn_tui.lab.views.views import Views
from rnn_tui.ui.state.looks import Looks
from rnn_tui.ui.state.view import View


class Shown(NamedTuple):
    """What the open screen shows.

    Attributes:
        views: none where the screen shows the measurement alone.
        names: what they are, in words; empty where there are none.
        missing: why they are not all there, in words; empty where they are.
    """

    views: Views = Views()
    names: str = ""
    missing: str = ""


def shown(screen: str, looks: Looks, view: View) -> Shown:
    """What the screen of this name shows beside the measurement."""
    match screen:
        case "powers":
            wanted = ["powers", "power_draws", "power_bands", *(["tanh_powers"] if view.powers.tanh else [])]
            tanh = looks.tanh_powers if view.powers.tanh else None
            return _whole(looks, wanted, Views(looks.powers, tanh, looks.power_bands), "the powers")
        case "compare":
            return _whole(looks, ["compare"], Views(compare=looks.compare), "the networks compared")
        case "spectrum":
            return _whole(looks, ["spectrum"], Views(spectrum=looks.spectrum), "the spectrum")
        case _:
            return Shown()


def _whole(looks: Looks, wanted: list[str], views: Views, names: str) -> Shown:
    """These, unless one of the looks that they are made of is not all there."""
    if all(looks.fresh(name) for name in wanted):
        return Shown(views, names)
    stages = [stage for stage in map(looks.stage, wanted) if stage is not None]
    problem = next((stage.problem for stage in stages if stage.problem), "")
    if any(stage.stopped for stage in stages):
        problem = f"{names} are not all measured: you stopped that"
    return Shown(names=names, missing=problem or f"{names} are still being measured: Enter again in a moment")

"""The next step of the training in numbers: what it does to one weight, digit by digit, and to every tensor."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import number_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import phrase, said, wrapped, write
from rnn_tui.ui.panels.tensors import indices, place_text, symbol
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.lab.training.next_step import NextStep, WeightUpdate

_TABLE = (("tensor", 7), ("shape", 10), ("‖g‖", 9), ("clipped", 9), ("‖Δ‖", 9), ("stand still", 18))


def chosen_weight(scene: TrainScene, found: "NextStep") -> tuple[str, int]:
    """The tensor that is shown, and the place of the weight in it: of none chosen the one that moves most."""
    import numpy as np

    view, names = scene.view, list(found.before.tensors)
    name = names[view.tensor % len(names)]
    if view.weight is not None:
        return name, view.weight % found.before.tensors[name].size
    change = np.abs(found.change.tensors[name])
    return name, int(np.argmax(np.where(np.isfinite(change), change, -1.0)))


def update_line(pen: Pen, y: int, scene: TrainScene) -> None:
    """The update of one weight, and how many do not move, in a line."""
    found = scene.results.next_step
    if found is None:
        return
    palette = scene.palette
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    name, weight = _weight(scene, found)
    share = found.still_share
    ways = (
        (f"float32 leaves {_still(found)} of all weights where they are", f"{_still(found)} stand still in float32")
        if share
        else ("in float32 every weight moves too", "all move in float32")
    )
    phrases = [
        phrase(
            ((f"next: {name} ", muted), (weight.line, normal)), ((f"{name} ", muted), (weight.line, normal)), ranks=9
        ),
        said(muted, *ways, "", ranks=4),
    ]
    write(pen, 0, y, phrases, width=pen.width)


def _weight(scene: TrainScene, found: "NextStep") -> "tuple[str, WeightUpdate]":
    name, place = chosen_weight(scene, found)
    shape = found.before.tensors[name].shape
    return place_text(name, shape, place), found.of(name, indices(shape, place))


def _still(found: "NextStep") -> str:
    share = 100 * found.still_share
    return "none" if share == 0 else f"{share:.1f} %"


class UpdatePanel(Canvas[TrainScene]):
    """The equation, the weight, and a row for every tensor."""

    def title(self, scene: TrainScene) -> str:
        found = scene.results.next_step
        return "The next step in numbers" if found is None else f"Step {found.step:,} in numbers, before it is made"

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        other = [("p", "clipping")] if self.has_class("-alone") else []
        return [("i", "charts"), *other, ("h", "tensor"), ("( )", "weight"), ("W", "type")]

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return (
            "g the gradient of the next batch, Δ what is taken from W; in float32 what is too small changes nothing",
            "g the gradient of the next batch, Δ what is taken from W",
            "g of the next batch",
        )

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        found = scene.results.next_step
        palette = scene.palette
        muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
        strong = Ink(palette.text, palette.panel, bold=True)
        if found is None:
            pen.text(0, 0, "measuring…", muted)
            return
        name, weight = _weight(scene, found)
        roomy = pen.height >= 14
        write(
            pen,
            0,
            0,
            [
                said(strong, found.formula, ranks=9),
                phrase((("η ", muted), (f"{found.live.lr:g}", normal)), (), ranks=6),
                phrase((("loss of the batch ", muted), (number_text(found.loss), normal)), (), ranks=4),
            ],
            width=pen.width,
        )
        y = 2 if roomy else 1
        y = _digits(pen, y, scene, name, weight)
        lines = wrapped(_sense(found, weight), pen.width, 2)
        for line in lines:
            pen.text(0, y, line, muted)
            y += 1
        _table(pen, y + roomy, scene, found)


def _digits(pen: Pen, y: int, scene: TrainScene, name: str, weight: "WeightUpdate") -> int:
    """The update of the weight; where the row below begins."""
    palette = scene.palette
    muted, strong = Ink(palette.muted, palette.panel), Ink(palette.flow, palette.panel, bold=True)
    x = pen.text(0, y, f"{name}  ", muted)
    if x + len(weight.line) > pen.width:
        x, y = 2, y + 1
    pen.text(x, y, weight.line, strong)
    return y + 1


def _sense(found: "NextStep", weight: "WeightUpdate") -> str:
    """What clipping made of the weight's gradient, and whether float32 would feel the step."""
    said_of = f"Its gradient is {number_text(weight.gradient)}"
    if weight.clipped != weight.gradient:
        said_of += f", clipped {number_text(weight.clipped)}"
    feels = "in float32 it would move too" if weight.moves else "in float32 it would stay where it is"
    rest = f"{_still(found)} of all weights would stay" if found.still_share else "so would every other"
    return f"{said_of}; {feels}, and {rest}."


def _table(pen: Pen, y: int, scene: TrainScene, found: "NextStep") -> None:
    """A row for every tensor, the one that is shown marked."""
    import numpy as np

    palette = scene.palette
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    room, columns = pen.width - 2, []
    for head, width in _TABLE:
        if room >= width:
            columns.append((head, width))
            room -= width + 1
    x = 2
    for head, width in columns:
        x = pen.text(x, y, head.rjust(width) if head != "tensor" else head.ljust(width), muted) + 1
    name, _ = chosen_weight(scene, found)
    for tensor, before in found.before.tensors.items():
        y += 1
        here = tensor == name
        still = found.still[tensor]
        parts = (found.gradient, found.clipped, found.change)
        norms = [number_text(float(np.linalg.norm(part.tensors[tensor]))) for part in parts]
        texts = [symbol(tensor), "×".join(map(str, before.shape)), *norms, f"{still:,} of {before.size:,}"]
        ink = Ink(palette.flow, palette.panel, bold=True) if here else normal
        pen.text(0, y, "▸" if here else " ", ink)
        x = 2
        for index, ((_, width), text) in enumerate(zip(columns, texts, strict=False)):
            x = pen.text(x, y, text.rjust(width) if index else text.ljust(width), ink) + 1

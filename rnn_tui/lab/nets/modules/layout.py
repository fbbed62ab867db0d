"""The layout of a recurrent module: its kind, layers and sizes, read off the shapes of its tensors and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.nets.modules.names import Parts, Place, full_name
from rnn_tui.lab.nets.modules.weights import Weight, weight_of
from rnn_tui.lab.nets.net import Kind
from rnn_tui.lab.nets.problem import Unusable, named, sized

KINDS: Mapping[int, Kind] = {4: "lstm", 3: "gru", 1: "rnn"}  # by rows of W_hh for each of its columns
_BIASES = ("bias_ih", "bias_hh")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What the tensors of a module are.

    Attributes:
        layers: their numbers in the names; (None,) of a cell.
        reverse: the directions, as `reverse` in the names.
        weights: all of them that are there; of a bias that nobody has there is none.
    """

    kind: Kind
    hidden: int
    inputs: int
    layers: tuple[int | None, ...]
    reverse: tuple[bool, ...]
    weights: Mapping[Place, Weight]

    @property
    def width(self) -> int:
        """How many numbers each layer hands on: H, or 2H where it reads in both directions."""
        return self.hidden * len(self.reverse)

    def missing(self) -> tuple[str, ...]:
        """Which of the two kinds of bias are missing in all layers."""
        return tuple(what for what in _BIASES if not any(place.what == what for place in self.weights))


def layout_of(module: str, parts: Parts) -> Layout:
    """The layout that the names and shapes of these tensors make.

    Raises:
        Unusable: it has a projection, a tensor is missing or of another shape, or the kind cannot be told.
    """
    if projected := next((place for place in parts if place.what == "weight_hr"), None):
        name = full_name(module, projected.name)
        raise Unusable(f"{named(name)} is there, so it is an LSTM with proj_size, which is not read yet")
    if any(place.layer is not None for place in parts):
        parts = {place: forms for place, forms in parts.items() if place.layer is not None}
    weights = {place: weight_of(full_name(module, place.name), forms) for place, forms in parts.items()}
    layers, reverse = _layers(parts), _directions(parts)
    first = weights.get(Place("weight_hh", layers[0], reverse=False))
    if first is None:
        raise Unusable(f"{named(full_name(module, Place('weight_hh', layers[0], reverse=False).name))} is missing")
    kind, hidden = _kind(first)
    below = weights.get(Place("weight_ih", layers[0], reverse=False))
    inputs = below.shape[1] if below is not None and len(below.shape) == 2 else 0
    layout = Layout(kind, hidden, inputs, layers, reverse, weights)
    _check_shapes(module, layout)
    return layout


def _layers(parts: Parts) -> tuple[int | None, ...]:
    numbers = [place.layer for place in parts if place.layer is not None]
    return tuple(range(max(numbers) + 1)) if numbers else (None,)


def _directions(parts: Parts) -> tuple[bool, ...]:
    return (False, True) if any(place.reverse for place in parts) else (False,)


def _kind(recurrent: Weight) -> tuple[Kind, int]:
    """Kind and H: W_hh has a block of H rows for each gate."""
    shape = recurrent.shape
    if len(shape) != 2:
        feedforward = ": a feed-forward net, one layer for each step" if len(shape) == 3 else ""
        raise Unusable(f"{named(recurrent.name)} has the shape {sized(shape)}, which is no matrix{feedforward}")
    rows, hidden = shape
    kind = KINDS.get(rows // hidden) if hidden and rows % hidden == 0 else None
    if kind is None:
        right = ", ".join(
            f"({gates * hidden}, {hidden}) for {CELLS[each].with_article}" for gates, each in KINDS.items()
        )
        raise Unusable(f"{named(recurrent.name)} has the shape {sized(shape)}: {right} would be right")
    return kind, hidden


def _check_shapes(module: str, layout: Layout) -> None:
    """Looks at every tensor that the layout must have: whether it is there, and of the right shape."""
    missing = layout.missing()
    for place, right in _right_shapes(layout):
        weight, name = layout.weights.get(place), named(full_name(module, place.name))
        sizes = ", ".join(str(size) for size in right) + ("," if len(right) == 1 else "")
        if weight is None:
            if place.what not in missing:
                raise Unusable(f"{name} is missing, though the module has others of its kind: its shape is ({sizes})")
        elif not _fits(weight.shape, right):
            raise Unusable(f"{name} has the shape {sized(weight.shape)}: ({sizes}) would be right")


def _fits(shape: tuple[int, ...], right: tuple[int | str, ...]) -> bool:
    return len(shape) == len(right) and all(
        size > 0 if wanted == "D" else size == wanted for size, wanted in zip(shape, right, strict=True)
    )


def _right_shapes(layout: Layout) -> Iterator[tuple[Place, tuple[int | str, ...]]]:
    """Every tensor of the layout with its shape, in which D stands for a size that nothing says."""
    rows = next(gates for gates, kind in KINDS.items() if kind == layout.kind) * layout.hidden
    for number, layer in enumerate(layout.layers):
        for reverse in layout.reverse:
            below: int | str = layout.width if number else layout.inputs or "D"
            yield Place("weight_ih", layer, reverse), (rows, below)
            yield Place("weight_hh", layer, reverse), (rows, layout.hidden)
            for bias in _BIASES:
                yield Place(bias, layer, reverse), (rows,)

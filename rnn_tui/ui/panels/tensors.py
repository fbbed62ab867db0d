"""The parameters' names as they are written in equations; in a file of weights they have PyTorch's."""

import re
from collections.abc import Mapping

_SYMBOLS: Mapping[str, str] = {
    "weight_ih_l0": "W_ih",
    "weight_hh_l0": "W_hh",
    "bias_ih_l0": "b_ih",
    "bias_hh_l0": "b_hh",
    "readout_weight": "W_hy",
    "readout_bias": "b_y",
}


def symbol(name: str) -> str:
    """The symbol of a parameter by its name in the saved weights."""
    return _SYMBOLS.get(name, name)


_PLACE = re.compile(r"\s*([A-Za-z_0-9]+)\s*\[?\s*([0-9]{1,9}(?:\s*,\s*[0-9]{1,9})*)\s*\]?\s*")


def indices(shape: tuple[int, ...], place: int) -> tuple[int, ...]:
    """The indices, from 0, of the place-th entry of a tensor, counted row by row."""
    found = []
    for size in reversed(shape):
        place, index = divmod(place, size)
        found.append(index)
    return tuple(reversed(found))


def place_text(name: str, shape: tuple[int, ...], place: int) -> str:
    """One entry as it is written: `W_hh[3,4]`, counted from 1."""
    return f"{symbol(name)}[{','.join(str(index + 1) for index in indices(shape, place))}]"


def typed_place(shapes: Mapping[str, tuple[int, ...]], text: str) -> tuple[int, int] | str:
    """The tensor, by its place among these, and the place in it of an entry that was typed as `W_hh[3,4]`.

    What is wrong with it where it is none.
    """
    known = ", ".join(symbol(name) for name in shapes)
    found = _PLACE.fullmatch(text)
    if found is None:
        return f"{text.strip()!r} names no weight: type one as W_hh[3,4], of {known}"
    by_symbol = {symbol(name).lower(): name for name in shapes} | {name: name for name in shapes}
    name = by_symbol.get(found[1].lower())
    if name is None:
        return f"there is no {found[1]}; there are {known}"
    shape, places = shapes[name], [int(digits) for digits in found[2].split(",")]
    if len(places) != len(shape) or not all(1 <= place <= size for place, size in zip(places, shape, strict=True)):
        return f"{symbol(name)} is {'×'.join(map(str, shape))}: its last entry is {place_text(name, shape, -1)}"
    offset = 0
    for place, size in zip(places, shape, strict=True):
        offset = offset * size + place - 1
    return list(shapes).index(name), offset

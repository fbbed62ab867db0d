"""The names of recurrent tensors: which module, layer and direction they belong to, and in what form they are kept."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rnn_tui.lab.nets.net import TOP
from rnn_tui.lab.nets.tensors import StoredTensor

LONGEST_NAME = 400  # what is longer is no name that PyTorch gives
_NAME = re.compile(
    r"(?:(?!parametrizations\.)(?P<module>.+?)\.)?(?P<parametrized>parametrizations\.)?"
    r"(?P<what>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)(?:_l(?P<layer>\d{1,4})(?P<reverse>_reverse)?)?"
    r"(?P<form>|_[a-z]{1,12}|\.[a-z0-9_.]{1,40})"
)


class Place(NamedTuple):
    """Where a tensor stands in its module.

    Attributes:
        layer: from 0; None of a cell.
    """

    what: str
    layer: int | None
    reverse: bool

    @property
    def name(self) -> str:
        """PyTorch's own name of it, as `weight_hh_l0_reverse`."""
        layer = "" if self.layer is None else f"_l{self.layer}"
        return f"{self.what}{layer}{'_reverse' if self.reverse else ''}"


# of each place the tensors that are kept for it: one of the form "", or the two of weight_norm, and so on
Parts = dict[Place, dict[str, StoredTensor]]


def full_name(module: str, name: str) -> str:
    """The name in the file of what is called `name` in a module."""
    return name if module == TOP else f"{module}.{name}"


def recurrent_parts(tensors: Mapping[str, StoredTensor]) -> dict[str, Parts]:
    """The tensors of each recurrent module, by the name of the module: of every prefix that has a `weight_hh`."""
    modules: dict[str, Parts] = {}
    for name, tensor in sorted(tensors.items()):
        if found := len(name) <= LONGEST_NAME and _NAME.fullmatch(name):
            layer = None if found["layer"] is None else int(found["layer"])
            place = Place(found["what"], layer, found["reverse"] is not None)
            parts = modules.setdefault(found["module"] or TOP, {})
            parts.setdefault(place, {})[found["form"]] = tensor
    return {name: parts for name, parts in modules.items() if any(place.what == "weight_hh" for place in parts)}

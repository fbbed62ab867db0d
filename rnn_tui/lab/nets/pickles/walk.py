"""What a pickle holds, looked through for its tensors: dictionaries of them, and modules with what is in them."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from rnn_tui.lab.nets.contents import Group
from rnn_tui.lab.nets.pickles.values import Record, TensorView, Value
from rnn_tui.lab.nets.problem import Unusable
from rnn_tui.lab.nets.tensors import StoredTensor

DEEPEST = 64
MOST_GROUPS = 100_000  # an optimiser has one for each parameter
MOST_LOOKED_AT = 200_000
_LONGEST_KEY = 40
_SAYS = ("mode", "nonlinearity")  # what a recurrent module and a cell of torch say of themselves

# makes of a view a tensor of this name
Stored = Callable[[str, TensorView], StoredTensor]


def groups_in(root: Value, stored: Stored) -> tuple[Group, ...]:
    """Every dictionary that holds tensors under names, and every module, in the order of the pickle.

    Raises:
        Unusable: it is nested too deep.
    """
    if isinstance(root, TensorView):
        return (Group("", {"the tensor": stored("the tensor", root)}),)
    return tuple(_groups(root, stored))


def _groups(root: Value, stored: Stored) -> Iterator[Group]:
    seen: set[int] = set()
    waiting: list[tuple[_Place | None, Value]] = [(None, root)]
    count = 0
    while waiting:
        place, value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Record):
            if not _is_module(value):
                waiting += [(place, held) for held in (value.state, value.items) if held]
                continue
            walk = _Modules()
            walk.add(value, ())
            own, said = walk.tensors, walk.said
        else:
            inside = _inside(value)
            own, said = _tensors(inside), {}
            waiting += [(_below(place, name), held) for name, held in _nested(inside)]
        if own:
            count += 1
            if count > MOST_GROUPS:
                raise Unusable(f"it has more than {MOST_GROUPS:,} dictionaries of tensors")
            yield Group(_text(place), {name: stored(name, view) for name, view in own.items()}, said)


class _Place(NamedTuple):
    """A key, and the place of what has it; None is the place of the whole."""

    above: "_Place | None"
    key: str
    depth: int


def _below(place: _Place | None, key: object) -> _Place:
    depth = 1 if place is None else place.depth + 1
    if depth > DEEPEST:
        raise Unusable(f"what it holds is nested more than {DEEPEST} deep")
    return _Place(place, str(key)[:_LONGEST_KEY], depth)


def _text(place: _Place | None) -> str:
    keys = []
    while place is not None:
        keys.append(place.key)
        place = place.above
    return ".".join(reversed(keys))


def _inside(value: Value) -> Mapping[object, Value]:
    """What a container holds, by key or place."""
    if isinstance(value, dict):
        return value
    return dict(enumerate(value)) if isinstance(value, list | tuple) else {}


def _tensors(inside: Mapping[object, Value]) -> dict[str, TensorView]:
    return {name: held for name, held in inside.items() if isinstance(held, TensorView) and isinstance(name, str)}


def _nested(inside: Mapping[object, Value]) -> list[tuple[object, Value]]:
    """What is to be looked through next, the last first; a named tuple is no container here."""
    plain = [(name, held) for name, held in inside.items() if type(held) in (dict, list, tuple, Record) and held]
    return plain[::-1]


def _is_module(record: Record) -> bool:
    state = record.state
    return isinstance(state, dict) and isinstance(state.get("_parameters"), dict) and "_modules" in state


class _Modules:
    """The tensors of a module and of those in it, by the names that `state_dict` gives them.

    Attributes:
        said: by the name of each module what it says of itself.
    """

    def __init__(self) -> None:
        self.tensors: dict[str, TensorView] = {}
        self.said: dict[str, str] = {}
        self._left = MOST_LOOKED_AT

    def add(self, record: Record, place: tuple[str, ...]) -> None:
        """Adds those of one module, whose name is `place`.

        Raises:
            Unusable: modules are nested too deep, or are too many.
        """
        if len(place) > DEEPEST:
            raise Unusable(f"its modules are nested more than {DEEPEST} deep")
        state = _inside(record.state)
        self.said |= {".".join(place): mode for name in _SAYS if isinstance(mode := state.get(name), str)}
        for part in ("_parameters", "_buffers"):
            for name, view in self._held(state, part):
                if isinstance(view, TensorView):
                    self.tensors[".".join((*place, name))] = view
        for name, module in self._held(state, "_modules"):
            if isinstance(module, Record) and _is_module(module):
                self.add(module, (*place, name[:_LONGEST_KEY]))

    def _held(self, state: Mapping[object, Value], part: str) -> list[tuple[str, Value]]:
        """What a module has under names. The same module may be in many, so it is counted how much was looked at."""
        held = _inside(state.get(part))
        self._left -= 1 + len(held)
        if self._left < 0:
            raise Unusable(f"its modules hold one another more than {MOST_LOOKED_AT:,} times")
        return [(name, value) for name, value in held.items() if isinstance(name, str)]

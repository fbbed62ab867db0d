"""What a pickle holds, looked through for its tensors: dictionaries of them, and modules with what is in them."""

from collections.abc import Callable, Iterator, Mapping

from rnn_tui.lab.nets.contents import Group
from rnn_tui.lab.nets.pickles.values import Record, TensorView, Value
from rnn_tui.lab.nets.problem import Unusable
from rnn_tui.lab.nets.tensors import StoredTensor

DEEPEST = 64
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
    waiting: list[tuple[tuple[str, ...], Value]] = [((), root)]
    while waiting:
        place, value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if len(place) > DEEPEST:
            raise Unusable(f"what it holds is nested more than {DEEPEST} deep")
        if isinstance(value, Record) and _is_module(value):
            tensors: dict[str, TensorView] = {}
            said: dict[str, str] = {}
            _add_module(value, (), tensors, said)
            yield Group(".".join(place), {name: stored(name, view) for name, view in tensors.items()}, said)
            continue
        inside = _inside(value)
        own = {name: held for name, held in inside.items() if isinstance(held, TensorView) and isinstance(name, str)}
        if own:
            yield Group(".".join(place), {name: stored(name, view) for name, view in own.items()})
        nested = [(name, held) for name, held in inside.items() if isinstance(held, dict | list | tuple | Record)]
        waiting += [((*place, str(name)), held) for name, held in reversed(nested) if type(held) is not TensorView]


def _inside(value: Value) -> Mapping[object, Value]:
    """What a container or record holds, by key or place."""
    match value:
        case dict():
            return value
        case list() | tuple():
            return dict(enumerate(value))
        case Record(state=dict() as state):
            return {**value.items, **state}
        case Record():
            return value.items
        case _:
            return {}


def _is_module(record: Record) -> bool:
    state = record.state
    return isinstance(state, dict) and isinstance(state.get("_parameters"), dict) and "_modules" in state


def _add_module(record: Record, place: tuple[str, ...], tensors: dict[str, TensorView], said: dict[str, str]) -> None:
    """Adds the tensors of a module and of those in it, by the names that `state_dict` gives them."""
    if len(place) > DEEPEST:
        raise Unusable(f"its modules are nested more than {DEEPEST} deep")
    state = _inside(record)
    said |= {".".join(place): mode for name in _SAYS if isinstance(mode := state.get(name), str)}
    for part in ("_parameters", "_buffers"):
        held = state.get(part)
        for name, view in held.items() if isinstance(held, dict) else ():
            if isinstance(view, TensorView) and isinstance(name, str):
                tensors[".".join((*place, name))] = view
    modules = state.get("_modules")
    for name, module in modules.items() if isinstance(modules, dict) else ():
        if isinstance(module, Record) and isinstance(name, str) and _is_module(module):
            _add_module(module, (*place, name), tensors, said)

"""The few calls that a pickle of weights makes, each done here by hand; any other is refused by its name."""

from collections.abc import Callable
from math import prod

from rnn_tui.lab.nets.pickles.values import WIDTHS, Name, Record, Storage, TensorView, Value
from rnn_tui.lab.nets.problem import Unusable, named, sized
from rnn_tui.lab.nets.tensors import check_shape, whole_numbers

_TORCH = "torch._utils"
_NUMPY = ("numpy.core.multiarray", "numpy._core.multiarray")
_MOST_ARGUMENTS = 10
_BUILTINS = ("builtins", "__builtin__")
# calls of which nothing is needed: the value stays an inert record
_INERT = {
    *((module, name) for module in _BUILTINS for name in ("set", "frozenset", "bytearray", "complex", "slice")),
    *((module, name) for module in _NUMPY for name in ("scalar", "_reconstruct")),
    *(("pathlib", name) for name in ("Path", "PosixPath", "PurePosixPath", "PureWindowsPath", "WindowsPath")),
    *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
    ("_codecs", "encode"),
    ("decimal", "Decimal"),
    ("functools", "partial"),
    ("numpy", "dtype"),
    ("torch", "device"),
    ("torch.serialization", "_get_layout"),
    ("uuid", "UUID"),
}


def called(function: Value, arguments: Value) -> Value:
    """What the call gives, if it is one of those that are known.

    Raises:
        Unusable: it is another one, named; or its arguments are not what that call has.
    """
    if not isinstance(function, Name) or not isinstance(arguments, tuple) or len(arguments) > _MOST_ARGUMENTS:
        raise Unusable("its pickle calls something that is no function, or with what no function takes")
    if function.name in ("_rebuild_qtensor", "_rebuild_quantized_tensor"):
        raise Unusable(f"it holds quantised tensors ({function.text}), which are not read")
    if function in _INERT:
        return Record(function, arguments)
    make = _CALLS.get(function)
    if make is None:
        raise Unusable(f"its pickle asks to run {function.text}, which no tensor needs: nothing of it was run")
    return make(*arguments)


def _ordered(*pairs: Value) -> Value:
    if pairs:
        raise Unusable("its pickle has an OrderedDict in the way of Python 2: save it anew with Python 3")
    return {}


def _empty(*_: Value) -> Value:
    return {}


def _first(value: Value, *_: Value) -> Value:
    return value


def _reconstructed(of: Value, *_: Value) -> Value:
    if not isinstance(of, Name):
        raise Unusable("its pickle has an object without a class")
    return Record(of)


def _typed(function: Value, _: Value, arguments: Value, *__: Value) -> Value:
    """A tensor of a class of its own: what makes it is one of the calls that are known, or is refused."""
    if not isinstance(function, Name) or function.module != _TORCH:
        raise Unusable("its pickle has a tensor that is made in an unknown way")
    return called(function, arguments)


def _tensor(storage: Value, offset: Value, shape: Value, strides: Value, *rest: Value) -> Value:
    if not isinstance(storage, Storage):
        raise Unusable("its pickle has a tensor without numbers")
    dtype = storage.dtype
    if not dtype and len(rest) > 2 and isinstance(rest[2], Name):
        dtype = rest[2].name
    return _checked(storage, dtype, offset, shape, strides)


def _checked(storage: Storage, dtype: str, offset: Value, shape: Value, strides: Value) -> TensorView:
    """The view, after a look at whether all of it lies in its storage."""
    if not isinstance(shape, tuple) or not isinstance(strides, tuple) or len(shape) != len(strides):
        raise Unusable("its pickle has a tensor without a shape")
    what = f"a tensor of storage {named(storage.key)}"
    sizes, steps = check_shape(what, shape), whole_numbers(strides)
    if len(steps) < len(sizes):
        raise Unusable(f"{what} has strides that no tensor has")
    if not isinstance(offset, int) or not whole_numbers((offset,)):
        raise Unusable(f"{what} begins before its storage or far behind it")
    # a storage without a type counts bytes
    count = storage.size if storage.dtype else storage.size // WIDTHS.get(dtype, 1)
    end = offset + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True)) + 1
    if prod(sizes) and end > count:
        raise Unusable(
            f"a tensor {sized(sizes)} needs {end:,} numbers of storage {named(storage.key)}, which has {count:,}: "
            "its offset, shape or strides are wrong"
        )
    return TensorView(storage, dtype, offset, sizes, steps)


_CALLS: dict[tuple[str, str], Callable[..., Value]] = {
    ("collections", "OrderedDict"): _ordered,
    ("collections", "defaultdict"): _empty,
    ("collections", "Counter"): _empty,
    ("copyreg", "_reconstructor"): _reconstructed,
    ("copy_reg", "_reconstructor"): _reconstructed,
    ("torch", "Size"): _first,
    (_TORCH, "_rebuild_tensor"): _tensor,
    (_TORCH, "_rebuild_tensor_v2"): _tensor,
    (_TORCH, "_rebuild_tensor_v3"): _tensor,
    (_TORCH, "_rebuild_parameter"): _first,
    (_TORCH, "_rebuild_parameter_with_state"): _first,
    ("torch._tensor", "_rebuild_from_type_v2"): _typed,
}

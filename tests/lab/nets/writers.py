"""Files of weights, written byte by byte as PyTorch, NumPy and safetensors write them."""

import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# by the dtype: safetensors' name, torch's storage, NumPy's code
DTYPES = {
    "float64": ("F64", "DoubleStorage", "<f8"),
    "float32": ("F32", "FloatStorage", "<f4"),
    "float16": ("F16", "HalfStorage", "<f2"),
    "bfloat16": ("BF16", "BFloat16Storage", "<u2"),
    "int64": ("I64", "LongStorage", "<i8"),
    "int8": ("I8", "CharStorage", "<i1"),
}
MAGIC = 0x1950A86A20F9469CFC6C


def encoded(array: Array, dtype: str) -> bytes:
    """The numbers as a file of this dtype has them; a bfloat16 is the upper half of a float32."""
    if dtype == "bfloat16":
        return (np.asarray(array, np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
    return np.asarray(array).astype(DTYPES[dtype][2]).tobytes()


def rounded(array: Array, dtype: str) -> Array:
    """The numbers that are left of these in a file of this dtype."""
    if dtype == "bfloat16":
        bits = np.asarray(array, np.float32).view(np.uint32) >> 16 << 16
        return bits.view(np.float32).astype(np.float64)
    return np.asarray(array).astype(DTYPES[dtype][2]).astype(np.float64)


# ---- safetensors


def safetensors_bytes(tensors: Mapping[str, Array], dtype: str = "float32") -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, array in tensors.items():
        part = encoded(array, dtype)
        offsets = [len(content), len(content) + len(part)]
        header[name] = {"dtype": DTYPES[dtype][0], "shape": list(array.shape), "data_offsets": offsets}
        content += part
    return with_header(header, content)


def with_header(header: object, content: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


# ---- npz


def npz_bytes(tensors: Mapping[str, Array], dtype: str = "float32", *, packed: bool = False) -> bytes:
    out = io.BytesIO()
    save: Any = np.savez_compressed if packed else np.savez
    save(out, **{name: np.asarray(array).astype(DTYPES[dtype][2]) for name, array in tensors.items()})
    return out.getvalue()


def zip_bytes(members: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


# ---- pickles of protocol 2, in parts: every part leaves one value on the stack

NONE, TRUE, FALSE = b"N", b"\x88", b"\x89"


def text(value: str) -> bytes:
    content = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(content)) + content


def whole(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    content = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(content)]) + content


def items(*values: bytes) -> bytes:
    return b"(" + b"".join(values) + b"t"


def listing(*values: bytes) -> bytes:
    return b"](" + b"".join(values) + b"e"


def pairs(values: Mapping[str, bytes]) -> bytes:
    return b"}(" + b"".join(text(name) + value for name, value in values.items()) + b"u"


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + items(*arguments) + b"R"


def record(module: str, name: str, state: bytes) -> bytes:
    return named(module, name) + b")\x81" + state + b"b"


def ordered(values: Mapping[str, bytes]) -> bytes:
    return call(named("collections", "OrderedDict")) + pairs(values)[1:]


def pickled(value: bytes) -> bytes:
    return b"\x80\x02" + value + b"."


def storage(key: str, size: int, kind: str = "FloatStorage") -> bytes:
    return items(text("storage"), named("torch", kind), text(key), text("cpu"), whole(size)) + b"Q"


def view(stored: bytes, shape: Sequence[int], strides: Sequence[int] | None = None, offset: int = 0) -> bytes:
    steps = [int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))] if strides is None else strides
    sizes = (items(*map(whole, shape)), items(*map(whole, steps)))
    function = named("torch._utils", "_rebuild_tensor_v2")
    return call(function, stored, whole(offset), *sizes, FALSE, call(named("collections", "OrderedDict")))


def parameter(tensor: bytes) -> bytes:
    function = named("torch._utils", "_rebuild_parameter")
    return call(function, tensor, TRUE, call(named("collections", "OrderedDict")))


class Torch:
    """What torch.save would write: the tensors that were added, each with a storage of its own."""

    def __init__(self, dtype: str = "float32") -> None:
        self.dtype = dtype
        self.storages: dict[str, bytes] = {}

    def tensor(self, array: Array) -> bytes:
        key = str(len(self.storages))
        self.storages[key] = encoded(array, self.dtype)
        return view(storage(key, array.size, DTYPES[self.dtype][1]), array.shape)

    def state(self, tensors: Mapping[str, Array]) -> bytes:
        return ordered({name: self.tensor(array) for name, array in tensors.items()})

    def zipped(self, root: bytes, **more: bytes) -> bytes:
        data = {f"net/data/{key}": content for key, content in self.storages.items()}
        return zip_bytes({"net/data.pkl": pickled(root), "net/byteorder": b"little", **data, **more})

    def legacy(self, root: bytes) -> bytes:
        system = pairs({"protocol_version": whole(1001), "little_endian": TRUE})
        keys = listing(*(text(key) for key in self.storages))
        head = b"".join(pickled(value) for value in (whole(MAGIC), whole(1001), system, root, keys))
        width = len(encoded(np.zeros(1), self.dtype))
        data = (struct.pack("<q", len(content) // width) + content for content in self.storages.values())
        return head + b"".join(data)


# ---- networks

GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def recurrent(
    kind: str,
    *,
    hidden: int = 3,
    inputs: int = 2,
    layers: int = 1,
    both: bool = False,
    biased: bool = True,
    seed: int = 0,
    prefix: str = "rnn.",
) -> dict[str, Array]:
    """The tensors of an `nn.LSTM`, `nn.GRU` or `nn.RNN`."""
    numbers = np.random.default_rng(seed)
    rows, made = GATES[kind] * hidden, {}
    for layer in range(layers):
        below = inputs if not layer else hidden * (2 if both else 1)
        for end in ("", "_reverse") if both else ("",):
            shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, below), "weight_hh": (rows, hidden)}
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if biased else {}
            for what, shape in shapes.items():
                made[f"{prefix}{what}_l{layer}{end}"] = numbers.normal(size=shape)
    return made


def model(kind: str = "lstm", words: int = 7, **given: Any) -> dict[str, Array]:
    """A model: an embedding, the recurrent module, a head."""
    tensors = recurrent(kind, **given)
    numbers = np.random.default_rng(given.get("seed", 0) + 1)
    width = given.get("hidden", 3) * (2 if given.get("both") else 1)
    return {
        "embedding.weight": numbers.normal(size=(words, given.get("inputs", 2))),
        **tensors,
        "head.weight": numbers.normal(size=(words, width)),
        "head.bias": numbers.normal(size=words),
    }

"""Networks are read from every format: the same numbers, whatever wraps them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_tui.lab.nets.net import Module
from rnn_tui.lab.nets.open import open_net
from tests.lab.nets import writers
from tests.lab.nets.writers import Array, Torch, model, npz_bytes, rounded, safetensors_bytes

Write = Callable[[Mapping[str, Array], str], bytes]


def as_zip(tensors: Mapping[str, Array], dtype: str) -> bytes:
    made = Torch(dtype)
    return made.zipped(made.state(tensors))


def as_legacy(tensors: Mapping[str, Array], dtype: str) -> bytes:
    made = Torch(dtype)
    return made.legacy(made.state(tensors))


def as_checkpoint(tensors: Mapping[str, Array], dtype: str) -> bytes:
    """A dictionary with an optimiser whose tensors are no part of the network, as training scripts save it."""
    made = Torch(dtype)
    momentum = writers.pairs({"exp_avg": made.tensor(np.zeros((7, 3)))})
    moments = b"}(" + writers.whole(0) + momentum + b"u"
    arguments = writers.pairs({"hidden": writers.whole(3)})
    return made.zipped(
        writers.pairs(
            {
                "epoch": writers.whole(3),
                "optimizer_state_dict": writers.pairs({"state": moments, "param_groups": writers.listing()}),
                "args": writers.record("argparse", "Namespace", arguments),
                "when": writers.call(writers.named("datetime", "datetime"), writers.NONE),
                "seen": writers.call(writers.named("__builtin__", "set"), writers.listing()),
                "model_state_dict": made.state(tensors),
            }
        )
    )


def as_module(tensors: Mapping[str, Array], dtype: str) -> bytes:
    """A whole module, with modules in it that are records of classes which are not there."""
    made = Torch(dtype)

    def module(name: str, own: Mapping[str, Array], inside: Mapping[str, bytes]) -> bytes:
        weights = writers.pairs({each: writers.parameter(made.tensor(array)) for each, array in own.items()})
        state = {"training": writers.TRUE, "_parameters": weights, "_buffers": writers.ordered({})}
        return writers.record("nowhere", name, writers.pairs({**state, "_modules": writers.ordered(inside)}))

    parts: dict[str, dict[str, Array]] = {}
    for name, array in tensors.items():
        parts.setdefault(name.partition(".")[0], {})[name.partition(".")[2]] = array
    return made.zipped(module("Model", {}, {name: module(name.title(), own, {}) for name, own in parts.items()}))


def as_npz(tensors: Mapping[str, Array], dtype: str) -> bytes:
    return npz_bytes(tensors, "float32" if dtype == "bfloat16" else dtype)


def as_packed_npz(tensors: Mapping[str, Array], dtype: str) -> bytes:
    return npz_bytes(tensors, "float32" if dtype == "bfloat16" else dtype, packed=True)


FORMATS: dict[str, tuple[Write, str]] = {
    "safetensors": (safetensors_bytes, "safetensors"),
    "npz": (as_npz, "npz"),
    "packed npz": (as_packed_npz, "npz"),
    "zip": (as_zip, "torch.save (zip)"),
    "legacy": (as_legacy, "torch.save (legacy)"),
    "checkpoint": (as_checkpoint, "torch.save (zip)"),
    "module": (as_module, "torch.save (zip)"),
}
formats = pytest.mark.parametrize("form", FORMATS)


def only(path: Path) -> Module:
    module = open_net(path).module
    assert module is not None
    return module


def arrays_of(module: Module) -> dict[str, Array]:
    """All tensors of a module and beside it, by their names in the file."""
    found: dict[str, Array] = {}
    for layer in module.layers:
        for direction in layer.directions:
            found |= {name: getattr(direction, what) for what, name in direction.names.items()}
    for matrix in (module.embedding, module.readout):
        if matrix is not None:
            found[matrix.name] = matrix.weight
            if matrix.bias_name is not None and matrix.bias is not None:
                found[matrix.bias_name] = matrix.bias
    return found


@formats
@given(
    kind=st.sampled_from(["lstm", "gru", "rnn"]),
    dtype=st.sampled_from(["float64", "float32", "float16", "bfloat16"]),
    layers=st.integers(1, 3),
    hidden=st.integers(2, 4),
    both=st.booleans(),
    biased=st.booleans(),
    seed=st.integers(0, 999),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_network_comes_out_as_it_went_in(
    tmp_path: Path, form: str, kind: str, dtype: str, layers: int, hidden: int, both: bool, biased: bool, seed: int
) -> None:
    wide = {"hidden": hidden, "inputs": 5, "layers": layers, "both": both, "biased": biased, "seed": seed}
    tensors = model(kind, **wide)
    write, said = FORMATS[form]
    path = tmp_path / "net"
    path.write_bytes(write(tensors, dtype))
    net = open_net(path)
    module = net.module
    assert module is not None
    assert net.format == said
    assert (module.kind, len(module.layers), module.bidirectional) == (kind, layers, both)
    assert (module.hidden, module.inputs, module.cell) == (hidden, 5, False)
    kept = "float32" if "npz" in form and dtype == "bfloat16" else dtype
    assert module.precision == kept
    found = arrays_of(module)
    assert set(found) == set(tensors)
    for name, array in tensors.items():
        assert found[name].dtype == np.float64
        assert not found[name].flags.writeable
        np.testing.assert_array_equal(found[name], rounded(array, kept))
    if not biased:
        assert not module.layers[0].directions[0].bias_hh.any()
        assert any("are zero: the file has none" in sentence for sentence in module.assumed)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "charlm.encoder."])
def test_what_wraps_the_names_is_kept(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "net"
    path.write_bytes(safetensors_bytes({f"{prefix}{name}": array for name, array in model().items()}))
    module = only(path)
    assert module.name == f"{prefix}rnn"
    assert module.embedding is not None
    assert module.embedding.name == f"{prefix}embedding.weight"


def test_views_of_one_storage_with_strides_are_read(tmp_path: Path) -> None:
    flat = np.arange(100, dtype=np.float32)
    made = Torch()
    made.storages["0"] = flat.tobytes()
    stored = writers.storage("0", 100)
    tensors = {
        "nothing.weight": writers.view(stored, (0, 2), offset=100),
        "weight_ih_l0": writers.view(stored, (3, 2), offset=4),
        "weight_hh_l0": writers.view(stored, (3, 3), (1, 3), offset=10),
        "bias_ih_l0": writers.view(stored, (3,), (0,), offset=7),
        "bias_hh_l0": writers.view(stored, (3,), (20,), offset=59),
    }
    for content in (made.zipped(writers.ordered(tensors)), made.legacy(writers.ordered(tensors))):
        path = tmp_path / "net"
        path.write_bytes(content)
        (layer,) = only(path).layers
        found = layer.directions[0]
        np.testing.assert_array_equal(found.weight_ih, flat[4:10].reshape(3, 2))
        np.testing.assert_array_equal(found.weight_hh, flat[10:19].reshape(3, 3).T)
        np.testing.assert_array_equal(found.bias_ih, [7, 7, 7])
        np.testing.assert_array_equal(found.bias_hh, [59, 79, 99])


def test_other_ways_in_which_torch_makes_a_tensor_are_known(tmp_path: Path) -> None:
    made = Torch()
    made.storages = {"0": np.arange(9, dtype=np.float32).tobytes(), "1": np.arange(6, dtype=np.float32).tobytes()}
    sizes = (writers.items(writers.whole(3), writers.whole(2)), writers.items(writers.whole(2), writers.whole(1)))
    old = writers.call(
        writers.named("torch._utils", "_rebuild_tensor"), writers.storage("1", 6), writers.whole(0), *sizes
    )
    typed = writers.call(
        writers.named("torch._tensor", "_rebuild_from_type_v2"),
        *(writers.named("torch._utils", "_rebuild_parameter"), writers.named("nowhere", "OwnTensor")),
        *(writers.items(old, writers.TRUE, writers.NONE), writers.NONE),
    )
    untyped = (
        *(writers.storage("0", 36, "UntypedStorage"), writers.whole(0)),
        *(writers.items(writers.whole(3), writers.whole(3)), writers.items(writers.whole(3), writers.whole(1))),
        *(writers.FALSE, writers.NONE, writers.named("torch", "float32")),
    )
    new = writers.call(writers.named("torch._utils", "_rebuild_tensor_v3"), *untyped)
    path = tmp_path / "net"
    path.write_bytes(made.zipped(writers.ordered({"weight_ih_l0": typed, "weight_hh_l0": new})))
    (layer,) = only(path).layers
    np.testing.assert_array_equal(layer.directions[0].weight_ih, np.arange(6).reshape(3, 2))
    np.testing.assert_array_equal(layer.directions[0].weight_hh, np.arange(9).reshape(3, 3))


def test_numbers_with_the_large_end_first_are_read(tmp_path: Path) -> None:
    tensors = {name: array.astype(">f4") for name, array in model().items()}
    path = tmp_path / "net"
    made = Torch()
    root = made.state(tensors)
    made.storages = {key: np.frombuffer(one, "<f4").astype(">f4").tobytes() for key, one in made.storages.items()}
    path.write_bytes(made.zipped(root, **{"net/byteorder": b"big"}))
    np.testing.assert_array_equal(arrays_of(only(path))["head.weight"], tensors["head.weight"])
    with path.open("wb") as target:
        np.savez(target, **tensors)  # type: ignore[arg-type]
    np.testing.assert_array_equal(arrays_of(only(path))["head.weight"], tensors["head.weight"])


def test_arrays_by_columns_are_read(tmp_path: Path) -> None:
    tensors = {name: np.asfortranarray(array) for name, array in model().items()}
    with (tmp_path / "net").open("wb") as target:
        np.savez(target, **tensors)  # type: ignore[arg-type]
    np.testing.assert_array_equal(arrays_of(only(tmp_path / "net"))["head.weight"], tensors["head.weight"])


def test_a_header_of_safetensors_may_begin_as_a_pickle_does(tmp_path: Path) -> None:
    tensors = writers.recurrent("rnn", prefix="")
    content = safetensors_bytes(tensors)
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end].ljust(0x0280)
    path = tmp_path / "net"
    path.write_bytes(len(header).to_bytes(8, "little") + header + content[end:])
    assert path.read_bytes()[:2] == b"\x80\x02"
    assert open_net(path).format == "safetensors"
    np.testing.assert_array_equal(arrays_of(only(path))["weight_hh_l0"], rounded(tensors["weight_hh_l0"], "float32"))


def test_what_save_weights_writes_is_read_back(tmp_path: Path) -> None:
    from rnn_tui.cli.main import main

    for name in ("w.npz", "w.safetensors"):
        path = tmp_path / name
        made = ["measure", "--cell", "gru", "--save-weights", str(path), "--output", str(tmp_path / "t.txt")]
        assert main(made) == 0
        module = only(path)
        assert (module.name, module.kind, module.precision) == (".", "gru", "float64")
        assert module.embedding is None
        assert module.readout is not None
        assert (module.readout.name, module.readout.bias_name) == ("readout_weight", "readout_bias")

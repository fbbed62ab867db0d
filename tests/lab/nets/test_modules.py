"""The recurrent modules of a file are found, checked, and told with everything that was assumed of them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.nets.modules import find
from rnn_tui.lab.nets.modules.beside import ChoiceProblem
from rnn_tui.lab.nets.net import Choices, Module, Net
from rnn_tui.lab.nets.open import open_net
from tests.lab.nets import writers
from tests.lab.nets.writers import Array, Torch, model, recurrent, safetensors_bytes


def opened(path: Path, tensors: Mapping[str, Array], *choices: str | None, dtype: str = "float32") -> Net:
    path.write_bytes(safetensors_bytes(tensors, dtype))
    return open_net(path, Choices(*choices))


def only(path: Path, tensors: Mapping[str, Array], *choices: str | None) -> Module:
    module = opened(path, tensors, *choices).module
    assert module is not None
    return module


def refused(path: Path, tensors: Mapping[str, Array], *choices: str | None, dtype: str = "float32") -> str:
    with pytest.raises(FileProblem) as caught:
        opened(path, tensors, *choices, dtype=dtype)
    said = str(caught.value)
    assert said.startswith(f"{path} cannot be used: ")
    return said.removeprefix(f"{path} cannot be used: ")


def test_a_cell_is_found(path: Path) -> None:
    tensors = {name.replace("_l0", ""): array for name, array in recurrent("gru", prefix="step.").items()}
    module = only(path, tensors)
    assert (module.name, module.kind, module.cell, len(module.layers)) == ("step", "gru", True, 1)


def test_the_digest_is_that_of_the_file(path: Path) -> None:
    import hashlib

    net = opened(path, model())
    assert net.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert net.size == len(path.read_bytes())


# ---- the layout


def without(tensors: Mapping[str, Array], *names: str) -> dict[str, Array]:
    return {name: array for name, array in tensors.items() if name not in names}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rnn.weight_hh_l0": (10, 3)}, "has the shape (10, 3): (12, 3) for an LSTM, (9, 3) for a GRU, (3, 3) for a"),
        ({"rnn.weight_hh_l0": (12,)}, "rnn.weight_hh_l0 has the shape (12,), which is no matrix"),
        ({"rnn.weight_hh_l0": (4, 12, 3)}, "a feed-forward net, one layer for each step"),
        ({"rnn.weight_hh_l0": (0, 0)}, "rnn.weight_hh_l0 has the shape (0, 0)"),
        ({"rnn.weight_ih_l0": (9, 2)}, "rnn.weight_ih_l0 has the shape (9, 2): (12, 2) would be right"),
        ({"rnn.weight_ih_l0": (12, 0)}, "rnn.weight_ih_l0 has the shape (12, 0): (12, D) would be right"),
        ({"rnn.weight_ih_l0": (12,)}, "rnn.weight_ih_l0 has the shape (12,): (12, D) would be right"),
        ({"rnn.weight_ih_l1": (12, 2)}, "rnn.weight_ih_l1 has the shape (12, 2): (12, 3) would be right"),
        ({"rnn.weight_hh_l1": (9, 3)}, "rnn.weight_hh_l1 has the shape (9, 3): (12, 3) would be right"),
        ({"rnn.bias_hh_l1": (9,)}, "rnn.bias_hh_l1 has the shape (9,): (12,) would be right"),
        (
            {"rnn.bias_hh_l1": None},
            "rnn.bias_hh_l1 is missing, though the module has others of its kind: its shape is (12,",
        ),
        (
            {"rnn.weight_ih_l0": None},
            "rnn.weight_ih_l0 is missing, though the module has others of its kind: its shape is",
        ),
        ({"rnn.weight_hh_l0": None}, "rnn.weight_hh_l0 is missing"),
        ({"rnn.weight_hh_l3": (12, 3)}, "rnn.weight_ih_l2 is missing"),
        ({"rnn.weight_hh_l1_reverse": (12, 3)}, "rnn.weight_ih_l0_reverse is missing"),
        ({"rnn.weight_hr_l0": (2, 3)}, "rnn.weight_hr_l0 is there, so it is an LSTM with proj_size, which is not read"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(path: Path, changes: dict[str, tuple[int, ...] | None], said: str) -> None:
    tensors = recurrent("lstm", layers=2)
    for name, shape in changes.items():
        if shape is None:
            del tensors[name]
        else:
            tensors[name] = np.ones(shape)
    assert said in refused(path, tensors)


def test_no_recurrent_module_says_what_is_there(path: Path) -> None:
    assert refused(path, {"conv.weight": np.zeros((4, 3))}).endswith("; it has conv.weight (4, 3)")
    many = {f"t{i:02}": np.zeros(1) for i in range(20)}
    assert refused(path, many).endswith("t07 (1,) and 12 more")
    assert refused(path, {}) == "it has no recurrent module, and no tensor with a name"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named(path: Path, value: float) -> None:
    for name in ("rnn.weight_hh_l0", "head.bias", "embedding.weight"):
        tensors = model()
        tensors[name].flat[4] = value
        place = list(np.unravel_index(4, tensors[name].shape))
        what = "NaN" if np.isnan(value) else "an infinite number"
        said = refused(path, tensors)
        assert said == f"{name} holds {what} at {[int(i) for i in place]}; 1 of its {tensors[name].size} are not finite"


def test_whole_numbers_are_no_weights(path: Path) -> None:
    assert "rnn.bias_hh_l0 holds int8; weights are read as float16" in refused(path, recurrent("rnn"), dtype="int8")


def test_whole_numbers_beside_the_module_are_left_out_by_name(path: Path) -> None:
    content = safetensors_bytes(model())
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end].replace(b'"head.bias": {"dtype": "F32"', b'"head.bias": {"dtype": "I32"')
    path.write_bytes(len(header).to_bytes(8, "little") + header + content[end:])
    module = open_net(path).module
    assert module is not None
    assert "head.bias: left out, for it holds int32." in module.assumed
    assert module.readout is not None
    assert module.readout.bias is None


def test_no_more_is_looked_through_than_a_network_has(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = {**recurrent("rnn", prefix="a."), **recurrent("rnn", prefix="b.")}
    monkeypatch.setattr(find, "MOST_TENSORS", 7)
    assert refused(path, both) == "it has 8 tensors, and 7 are the most that is read"
    monkeypatch.setattr(find, "MOST_MODULES", 1)
    assert refused(path, both) == "it has more than 1 recurrent modules"
    assert "no recurrent module" in refused(path, {f"{'a.' * 300}weight_hh_l0": np.ones((3, 3))})


# ---- weight_norm and other parametrizations


@pytest.mark.parametrize("names", [("weight_hh_l0_g", "weight_hh_l0_v"), ("original0", "original1")])
@pytest.mark.parametrize("axis", [0, 1, None])
def test_weight_norm_is_resolved(path: Path, names: tuple[str, str], axis: int | None) -> None:
    tensors = recurrent("lstm")
    direction = tensors.pop("rnn.weight_hh_l0")
    begin = "rnn." if names[0].startswith("weight") else "rnn.parametrizations.weight_hh_l0."
    size = np.linalg.norm(direction, axis=None if axis is None else 1 - axis, keepdims=axis is not None)
    length = np.asarray(1.5 + np.zeros_like(size))
    tensors |= {begin + names[0]: length, begin + names[1]: direction}
    path.write_bytes(safetensors_bytes(tensors, "float64"))
    module = open_net(path).module
    assert module is not None
    np.testing.assert_allclose(module.layers[0].directions[0].weight_hh, length * direction / size, rtol=1e-14)
    assert module.layers[0].directions[0].names["weight_hh"] == "rnn.weight_hh_l0"
    assert any("of weight_norm" in sentence for sentence in module.assumed)


def test_weight_norm_that_cannot_be_is_told(path: Path) -> None:
    tensors = recurrent("lstm")
    direction = tensors.pop("rnn.weight_hh_l0")
    said = refused(path, {**tensors, "rnn.weight_hh_l0_g": np.ones((5, 1)), "rnn.weight_hh_l0_v": direction})
    assert said == "rnn.weight_hh_l0_g (5, 1) does not fit rnn.weight_hh_l0_v (12, 3): (12, 1) would"
    said = refused(path, {**tensors, "rnn.weight_hh_l0_g": np.ones((12, 1)), "rnn.weight_hh_l0_v": 0 * direction})
    assert said == "rnn.weight_hh_l0 has a direction of length 0, of which weight_norm makes no weight"
    for form in ("_orig", "_g"):
        said = refused(path, {**tensors, f"rnn.weight_hh_l0{form}": direction})
        assert said.endswith(
            f"is kept as rnn.weight_hh_l0{form}: of the parametrizations weight_norm alone is resolved"
        )


# ---- several modules


def two() -> dict[str, Array]:
    head = {"out.weight": np.ones((7, 4)), "words.weight": np.ones((7, 2))}
    return {**recurrent("lstm", prefix="enc.a."), **recurrent("gru", prefix="dec.b.", hidden=4), **head}


def test_of_several_modules_none_is_chosen_silently(path: Path) -> None:
    net = opened(path, two())
    assert net.module is None
    assert [module.name for module in net.modules] == ["dec.b", "enc.a"]
    for name in ("enc.a", "a"):
        assert only(path, two(), name).name == "enc.a"
    with pytest.raises(ChoiceProblem, match=r"--module cannot be 'c': one of dec.b, enc.a"):
        opened(path, two(), "c")
    with pytest.raises(
        ChoiceProblem, match=r"--readout cannot be 'x': say first of which module with --module, one of"
    ):
        opened(path, two(), None, None, "x")
    both = {**recurrent("lstm", prefix="x.rnn."), **recurrent("lstm", prefix="y.rnn.")}
    with pytest.raises(ChoiceProblem, match=r"--module cannot be 'rnn': one of x.rnn, y.rnn"):
        opened(path, both, "rnn")


def test_a_module_that_cannot_be_used_is_told_beside_one_that_can(path: Path) -> None:
    tensors = without(two(), "enc.a.weight_ih_l0")
    net = opened(path, tensors)
    assert [module.name for module in net.modules] == ["dec.b"]
    assert net.module is None
    assert net.refused[0].startswith("enc.a cannot be used: enc.a.weight_ih_l0 is missing")
    assert "enc.a.weight_ih_l0 is missing" in refused(path, tensors, "a")
    assert "weight_ih_l0 is missing" in refused(path, without(tensors, "dec.b.weight_ih_l0"))


def test_dictionaries_in_a_checkpoint_each_have_their_modules(path: Path) -> None:
    made = Torch()
    root = writers.pairs({"now": made.state(model()), "mean": made.state(model(seed=3))})
    path.write_bytes(made.zipped(root))
    assert [module.name for module in open_net(path).modules] == ["now.rnn", "mean.rnn"]
    module = open_net(path, Choices("mean.rnn")).module
    assert module is not None
    assert module.embedding is not None
    np.testing.assert_allclose(module.embedding.weight, model(seed=3)["embedding.weight"], rtol=1e-6)
    assert "Its tensors are those under mean in the file." in module.assumed


# ---- what stands beside it


def test_of_several_matrices_none_is_chosen_silently(path: Path) -> None:
    tensors = {**model(), "other.weight": np.ones((7, 2)), "last.weight": np.ones((9, 3)), "last.bias": np.ones(9)}
    module = only(path, tensors)
    assert module.embedding is None
    assert module.readout is None
    assert module.embeddings == ("embedding.weight", "other.weight")
    assert module.readouts == ("head.weight", "last.weight")
    assert any("--embedding NAME chooses one" in sentence for sentence in module.assumed)
    module = only(path, tensors, None, "other.weight", "last.weight")
    assert module.embedding is not None
    assert module.readout is not None
    assert (module.embedding.name, module.readout.name, module.readout.bias_name) == (
        "other.weight",
        "last.weight",
        "last.bias",
    )
    with pytest.raises(ChoiceProblem, match=r"--embedding cannot be 'x': one of embedding.weight, other.weight"):
        opened(path, tensors, None, "x")
    with pytest.raises(ChoiceProblem, match=r"--readout cannot be 'x': the file has no matrix that fits"):
        opened(path, recurrent("gru"), None, None, "x")


def test_a_matrix_that_is_both_may_be_said_to_be_both(path: Path) -> None:
    tensors = {**recurrent("gru", hidden=3, inputs=3), "words.weight": np.ones((7, 3))}
    module = only(path, tensors)
    assert module.embedding is not None
    assert module.readout is None
    assert "If the readout is tied to the embedding, --readout words.weight says so." in module.assumed
    module = only(path, tensors, None, None, "words.weight")
    assert module.readout is not None
    assert module.readout.name == module.embedding.name if module.embedding else False


def test_numbers_in_and_numbers_out_need_no_embedding(path: Path) -> None:
    module = only(
        path, {**recurrent("lstm", inputs=1, both=True), "out.weight": np.ones((1, 6)), "out.bias": np.ones(1)}
    )
    assert module.embedding is None
    assert module.readout is not None
    assert any("2H = 6" in sentence for sentence in module.assumed)
    assert any(sentence.startswith("There is no embedding") for sentence in module.assumed)


def test_what_else_stands_in_the_module_is_named(path: Path) -> None:
    module = only(path, {**recurrent("lstm"), "rnn.peephole": np.ones(3)})
    assert "rnn.peephole: left out, for no recurrent module of PyTorch has a tensor of that name." in module.assumed


# ---- the function of a simple RNN


def test_the_function_of_a_simple_rnn_is_tanh_unless_said(path: Path) -> None:
    module = only(path, recurrent("rnn"))
    assert module.activation == "tanh"
    assert any("--activation relu says otherwise" in sentence for sentence in module.assumed)
    assert only(path, recurrent("rnn"), None, None, None, "relu").activation == "relu"
    with pytest.raises(ChoiceProblem, match="--activation cannot be 'step': one of tanh, relu"):
        opened(path, recurrent("rnn"), None, None, None, "step")
    with pytest.raises(ChoiceProblem, match="rnn is an LSTM, whose functions are σ and tanh"):
        opened(path, recurrent("lstm"), None, None, None, "relu")


@pytest.mark.parametrize(("attribute", "said"), [("mode", "RNN_RELU"), ("nonlinearity", "relu")])
def test_a_whole_module_says_its_function(path: Path, attribute: str, said: str) -> None:
    made = Torch()
    weights = writers.pairs(
        {name: writers.parameter(made.tensor(array)) for name, array in recurrent("rnn", prefix="").items()}
    )
    state = {"_parameters": weights, "_modules": writers.ordered({}), attribute: writers.text(said)}
    path.write_bytes(made.legacy(writers.record("torch.nn", "RNN", writers.pairs(state))))
    module = open_net(path).module
    assert module is not None
    assert module.activation == "relu"
    assert f"φ is relu: the module says {said}." in module.assumed

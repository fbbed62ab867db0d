"""Files that PyTorch itself has written hold the numbers that PyTorch reads in them."""

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.lab.nets.open import open_net
from tests.lab.nets.test_formats import arrays_of

FOLDER = Path(__file__).parents[2] / "data" / "nets"
FILES = sorted(FOLDER.glob("*.pt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_torch_saved_is_read_as_torch_reads_it(path: Path) -> None:
    module = open_net(path).module
    assert module is not None
    known = np.load(FOLDER / "numbers.npz")
    own = path.stem if f"{path.stem}/bias_hh_l0" in known or path.stem == "bfloat16" else "state"
    found = arrays_of(module)
    wanted = {name.removeprefix(f"{own}/"): known[name] for name in known if name.startswith(f"{own}/")}
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-15 if own == "weight_norm" else 0, atol=0)


def test_a_whole_module_of_torch_says_its_function() -> None:
    for name, function in (("module", "relu"), ("checkpoint", "relu"), ("state", "tanh")):
        module = open_net(FOLDER / f"{name}.pt").module
        assert module is not None
        assert (module.name, module.activation, module.bidirectional) == ("0", function, True)

"""Writes `tests/data/nets`: small networks as PyTorch itself saves them, and their numbers as it reads them.

It needs PyTorch and NumPy alone, in an environment of its own, as `make_fixtures.py` says. `numbers.npz` has the
tensors of each file in float64, under its name: those of `state` for the files without one.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

FOLDER = Path(__file__).parent / "nets"


def numbers(state: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    return {name: tensor.double().numpy() for name, tensor in state.items()}


def main() -> None:
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    model = nn.Sequential(nn.RNN(2, 3, nonlinearity="relu", bidirectional=True), nn.Linear(6, 2))
    state = model.state_dict()
    torch.save(state, FOLDER / "state.pt")
    torch.save(state, FOLDER / "state_legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(model, FOLDER / "module.pt")
    optimiser = torch.optim.Adam(model.parameters())
    torch.save({"epoch": 3, "model": model, "optimizer": optimiser.state_dict()}, FOLDER / "checkpoint.pt")
    halved = {name: tensor.bfloat16() for name, tensor in state.items()}
    torch.save(halved, FOLDER / "bfloat16.pt")

    normed = nn.LSTM(2, 3).double()
    with warnings.catch_warnings(action="ignore"):
        nn.utils.weight_norm(normed, "weight_hh_l0")
    nn.utils.parametrizations.weight_norm(normed, "weight_ih_l0")
    torch.save(normed.state_dict(), FOLDER / "weight_norm.pt")
    effective = {name: getattr(normed, name).detach() for name in ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0")}
    effective["weight_hh_l0"] = torch._weight_norm(normed.weight_hh_l0_v, normed.weight_hh_l0_g, 0).detach()

    states = {"state": state, "bfloat16": halved, "weight_norm": effective}
    every = {f"{name}/{key}": array for name, each in states.items() for key, array in numbers(each).items()}
    save: Any = np.savez_compressed
    save(FOLDER / "numbers.npz", **every)


if __name__ == "__main__":
    main()

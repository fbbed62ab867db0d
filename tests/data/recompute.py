"""Recompute what `rnn-tui measure` prints with PyTorch's autograd, in float64, from the weights that it saves.

None of the project's formulas are used: every gradient, Jacobian and influence is autograd's own. Every field of the
JSON is compared to 1e-9 relative (a log10 by the number it stands for), nulls and verdicts exactly. It prints the
largest disagreement of every field and ends with status 1 if one is too large.

PyTorch is no dependency of the project, so this runs in an environment of its own (see `make_fixtures.py`), with the
command given:

    /somewhere/torch/bin/python tests/data/recompute.py --command .venv/bin/rnn-tui [--cases 200] [--seed 1]

What is drawn stays where float64 autograd is right to 1e-9 itself: ρ ≤ 1, so that no chaos parts two correct
programs, and short enough that nothing leaves float64's range. A difference of two states that has lost too many
digits for occlusion is taken again by mpmath, which comes with PyTorch.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import fields_of_gradients  # type: ignore[import-not-found,unused-ignore]
import fields_of_network  # type: ignore[import-not-found,unused-ignore]
import fields_of_pairs  # type: ignore[import-not-found,unused-ignore]
import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from draws import draw  # type: ignore[import-not-found,unused-ignore]
from torch_cells import Kind  # type: ignore[import-not-found,unused-ignore]
from torch_net import TorchNet  # type: ignore[import-not-found,unused-ignore]

CLOSE = 1e-9


def main() -> None:
    """Draws experiments, measures each with the command, recomputes, and reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="rnn-tui")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cell", help="this cell alone")
    options = parser.parse_args()
    torch.set_num_threads(1)
    chance = random.Random(options.seed)
    worst: dict[str, tuple[float, str]] = {}
    for _ in range(options.cases):
        text, flags = draw(chance, options.cell)
        said = " ".join([repr(text[:40]), *flags])
        for name, error in compare(*measured(options.command, text, flags)):
            if error >= worst.get(name, (-1.0, ""))[0]:
                worst[name] = (error, said)
            if error > CLOSE:
                say(f"DISAGREE {name} by {error:.2e}: {said}")
    for name, (error, said) in sorted(worst.items()):
        say(f"{name:32} {error:8.1e}   {said if error > 0 else ''}")
    bad = [name for name, (error, _) in worst.items() if error > CLOSE]
    say(f"{options.cases} experiments; " + (f"too far apart: {', '.join(bad)}" if bad else "all fields agree"))
    sys.exit(bool(bad))


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measured(command: str, text: str, flags: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the command prints, and the tensors that it saves."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "w.npz"
        line = [command, "measure", text, *flags, "--format", "json", "--save-weights", str(weights)]
        done = subprocess.run(line, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"{line}\n{done.stderr.decode()}")
        with np.load(weights) as file:
            return json.loads(done.stdout), {name: torch.tensor(file[name]) for name in file.files}


def compare(found: dict[str, Any], saved: dict[str, Any]) -> list[tuple[str, float]]:
    """(field, how far it is from PyTorch's) for every field; inf where a null, a name or a word differs."""
    settings = found["experiment"]
    net = TorchNet(Kind(settings["cell"], settings["activation"], settings["skip"]), saved)
    result = [
        *fields_of_network.errors(found, saved, net),
        *fields_of_gradients.errors(found, saved, net),
        *fields_of_pairs.errors(found, net),
    ]
    names = {name.partition(".")[0] for name, _ in result}
    unread = set(found) - names - {"experiment", "verdict_sentence", "bound_sentence", "notes", "ensemble"}
    return [*result, *((f"{name} is recomputed", float("inf")) for name in unread)]


if __name__ == "__main__":
    main()

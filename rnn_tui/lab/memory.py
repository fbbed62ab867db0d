"""How much memory a measurement takes, and the refusal of one that would not fit."""

import os

from rnn_tui.lab.experiment import Experiment, ExperimentError

MOST_PAIRED_STEPS = 400
FLOAT = 8
WORKING = 64 * 2**20  # chunks of logits and of singular values


def memory_needed(experiment: Experiment, *, full: bool = False) -> int:
    """About how many bytes `measure` holds at its peak."""
    steps, hidden, size = len(experiment.words), experiment.hidden, experiment.inputs
    tokens = len(set(experiment.words)) + 1
    numbers = 8 * hidden * hidden + 3 * hidden * size + tokens * (3 * hidden + 2 * size) + steps * (12 * hidden + size)
    paired = full or steps <= MOST_PAIRED_STEPS
    jacobians_at_once = min(steps, 512, max(1, 2**22 // hidden**2))
    numbers += hidden * hidden * max(5 * jacobians_at_once, 4 * steps if paired else 0)
    if paired:
        numbers += 8 * steps * steps
    return numbers * FLOAT + WORKING


def machine_memory() -> int:
    """The bytes of memory that this machine has."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def check_memory(experiment: Experiment, *, full: bool = False, available: int | None = None) -> None:
    """Refuses, before anything large is made, what would take more than three quarters of the memory.

    Args:
        available: bytes; the machine's where not given.

    Raises:
        ExperimentError: names the setting that is too large, and the figures.
    """
    needed = memory_needed(experiment, full=full)
    available = machine_memory() if available is None else available
    if needed <= 0.75 * available:
        return
    sizes = {"hidden": experiment.hidden, "inputs": experiment.inputs, "text": len(experiment.words)}
    largest = max(sizes, key=lambda name: sizes[name])
    value = f"{sizes['text']:,} steps" if largest == "text" else sizes[largest]
    raise ExperimentError(
        largest,
        value,
        f"this would take about {needed / 2**30:,.1f} GiB of memory, and the machine has {available / 2**30:,.1f} GiB",
    )

"""How much memory a measurement takes, and the refusal of one that would not fit."""

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory_limits import Limit, least_limit
from rnn_tui.lab.settings.errors import ExperimentError

MOST_PAIRED_STEPS = 400
MOST_OF_MEMORY = 0.75  # what is needed is an estimate
NOT_ASKED = 128 * 2**20  # where a program that loads NumPy runs at all there is as much; asking takes a millisecond
FLOAT = 8
WORKING = 64 * 2**20  # chunks of logits and of singular values
AT_ONCE = 2**22  # numbers of the Jacobians of the last state that are held at once
NODES_AT_ONCE = 2**18  # numbers of the gates at the nodes of integrated gradients that are held at once
SIDE_BY_SIDE = 256 * 2**20  # bytes of the members of an ensemble that are measured together


def memory_needed(experiment: Experiment, *, full: bool = False) -> int:
    """About how many bytes `measure` holds at its peak.

    The itemised gradient holds O(T²) numbers and T rows, the pairs of steps O(T² + T·H²), and the Jacobians of the last
    state no more matrices at once than fit `AT_ONCE` numbers.
    """
    return FLOAT * _numbers(experiment, full=full) + WORKING


def members_at_once(experiment: Experiment, *, full: bool = False) -> int:
    """How many networks of an ensemble are measured side by side: about as many as fit `SIDE_BY_SIDE` bytes."""
    return max(1, SIDE_BY_SIDE // (FLOAT * _numbers(experiment, full=full)))


def _numbers(experiment: Experiment, *, full: bool) -> int:
    steps, hidden, size = len(experiment.words), experiment.hidden, experiment.inputs
    kind = CELLS[experiment.cell]
    gates, parts = len(kind.gates), len(kind.state)
    state, layers = parts * hidden, 1 if kind.shares_weights else steps
    tokens = len(set(experiment.words)) + 1
    numbers = layers * gates * hidden * (6 * hidden + 3 * size) + tokens * (3 * hidden + 2 * size)
    numbers += steps * (12 * hidden + size + 2 * gates * hidden * (parts + 2))
    jacobians_at_once = min(steps, 512, max(1, AT_ONCE // state**2))
    matrices = 3 * jacobians_at_once * hidden * hidden * (gates + parts)
    paired = full or steps <= MOST_PAIRED_STEPS
    if paired:
        # the two lists of Jacobians of a cut, their Gram matrices, and what is made on the way
        matrices = max(matrices, 4 * steps * state * (state + max(hidden, size)))
        numbers += 8 * steps * steps + 3 * steps * gates * state
        if experiment.influence == "occlusion":
            numbers += 20 * steps * gates * hidden
        if experiment.influence == "integrated":
            # the runs at some of the nodes, and the sum of so far over the nodes
            numbers += 12 * parts * max(NODES_AT_ONCE, steps * gates * hidden) + steps * steps * hidden
    return numbers + matrices


def check_memory(experiment: Experiment, *, full: bool = False, members: int = 0, limit: Limit | None = None) -> None:
    """Refuses, before anything large is made, what would take more than three quarters of the memory that is left.

    Args:
        members: of an ensemble, how many networks; 0 for one experiment alone.
        limit: what is left; that of this process where not given.

    Raises:
        ExperimentError: names the setting that is too large, and the figures.
    """
    needed = memory_needed(experiment, full=full)
    if members:
        steps = len(experiment.words)
        paired = full or steps <= MOST_PAIRED_STEPS
        needed += SIDE_BY_SIDE + FLOAT * members * steps * (12 + (6 * steps if paired else 0))
    sizes = {"hidden": experiment.hidden, "inputs": experiment.inputs, "text": len(experiment.words), "seeds": members}
    largest = max(sizes, key=lambda name: sizes[name])
    value = f"{sizes['text']:,} steps" if largest == "text" else sizes[largest]
    refuse_beyond_memory(needed, largest, value, limit=limit)


def refuse_beyond_memory(needed: int, setting: str, value: object, *, limit: Limit | None = None) -> None:
    """Refuses what needs more than three quarters of the memory that is left, by the setting that is too large.

    Raises:
        ExperimentError: it does; names what is needed, what is left, and what leaves no more.
    """
    if limit is None and needed <= NOT_ASKED:
        return
    limit = least_limit() if limit is None else limit
    if needed <= MOST_OF_MEMORY * limit.free:
        return
    raise ExperimentError(
        setting,
        value,
        f"this would take about {_size(needed)} of memory; {_size(limit.free)} is {limit.by}, and no more than three "
        f"quarters of that, {_size(MOST_OF_MEMORY * limit.free)}, may be taken",
    )


def _size(count: float) -> str:
    return f"{count / 2**30:,.1f} GiB" if count >= 2**30 else f"{count / 2**20:,.0f} MiB"

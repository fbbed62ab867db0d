"""What of a change of every state is left at every later one: ‖∂h_t/∂h_k‖_F for all pairs of steps."""

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.triangle import gradient_pairs


def state_pairs_log10(
    measurement: Measurement, start: int = 0, stop: int | None = None, *, watch: Watch = unwatched
) -> FloatArray:
    """log10 ‖∂h_t/∂h_k‖_F, of an LSTM with c_k held, for start ≤ k ≤ t < stop (0-based; all steps by default).

    Returns:
        (n, n): row i is step start + i, column j is step start + j; NaN where k > t, −inf for a true zero.

    Raises:
        CancelledError: as `watch` asked.
    """
    stop = measurement.steps if stop is None else stop
    pairs = measurement.trace.pairs("state")
    return gradient_pairs(pairs, of="state", start=start, stop=stop, watch=watch)[:, start:]

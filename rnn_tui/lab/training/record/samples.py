"""What is measured of the network every so many steps: its error on fresh sequences, ρ(W), each step's part in g."""

from dataclasses import dataclass

from rnn_tui.engine.numbers.arrays import FloatArray

MOST = 512  # samples; every other is dropped when there are more


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sample:
    """The network after `step` steps. Compared by identity.

    Attributes:
        loss, error: on fresh sequences; the error as the task measures it.
        standard_error: of the loss, from one set of fresh sequences to another.
        rho: the spectral radius of W_hh; of a gated cell's candidate block, of a feed-forward net's first layer.
        log10_parts: (T,) log10 of ‖∂L/∂W⁽ᵗ⁾‖, the part of the copy of W_hh used at step t in the gradient of the batch
            that comes next, before clipping; −inf for a true zero, as h_0 = 0 makes the first. NaN where it is unknown.
        log10_hidden: (T,) log10 of the mean of ‖∂L_b/∂h_t‖ over its sequences b.
    """

    step: int
    loss: float
    error: float
    standard_error: float
    rho: float
    log10_parts: FloatArray
    log10_hidden: FloatArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Samples:
    """At most `MOST` samples in the order of their steps, evenly spread; which are kept hangs on their number alone.

    Attributes:
        every: how many samples were taken for each one that is kept.
        taken: how many were taken.
        last: the newest.
    """

    kept: tuple[Sample, ...] = ()
    every: int = 1
    taken: int = 0
    last: Sample | None = None

    def with_one(self, sample: Sample) -> "Samples":
        """These samples and one more."""
        kept, every = self.kept, self.every
        if self.taken % every == 0:
            kept = (*kept, sample)
        if len(kept) > MOST:
            kept, every = kept[::2], 2 * every
        return Samples(kept=kept, every=every, taken=self.taken + 1, last=sample)

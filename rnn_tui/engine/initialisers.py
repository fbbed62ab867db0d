"""Parameters from named random streams: typing a word more, or changing one size, reshuffles nothing else."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.kinds import Init
from rnn_tui.engine.spectrum import largest_singular_value, spectral_radius


class ScaleError(ValueError):
    """A W that no factor brings to the wanted spectral radius or largest singular value."""


def _key(seed: int, name: str) -> Any:
    return np.frombuffer(hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogatepass")).digest()[:16], np.uint64)


def normal(seed: int, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Independent N(0, 1) numbers from the stream that (seed, name) alone determines (Philox, keyed by SHA-256)."""
    return np.random.Generator(np.random.Philox(key=_key(seed, name))).standard_normal(shape)


def normal_rows(seed: int, name: str, words: Sequence[str], columns: int) -> FloatArray:
    """A row of N(0, 1) numbers for every word from the stream of (seed, name, word): (len(words), columns)."""
    bits = np.random.Philox(key=0)
    generator, fresh = np.random.Generator(bits), bits.state
    rows = np.empty((len(words), columns))
    for row, word in zip(rows, words, strict=True):
        # one generator moved from stream to stream: six times quicker than one generator a word
        fresh["state"]["key"] = _key(seed, f"{name}:{word}")
        bits.state = fresh
        generator.standard_normal(out=row)
    return rows


def recurrent(init: Init, *, seed: int, hidden: int) -> FloatArray:
    """W_hh (H, H) before it is scaled.

    gaussian: N(0, 1/H). orthogonal: uniform over all orthogonal matrices (QR of a gaussian one, signs of R's
    diagonal absorbed; Mezzadri 2007). identity: I. number: the one entry 1.
    """
    if init in ("identity", "number"):
        return np.eye(hidden)
    entries = normal(seed, "weight_hh_l0", (hidden, hidden))
    if init == "gaussian":
        gaussian: FloatArray = entries / np.sqrt(hidden)
        return gaussian
    q, r = np.linalg.qr(entries)
    result: FloatArray = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return result


def scaled_to_radius(weight: FloatArray, rho: float) -> FloatArray:
    """W brought to the spectral radius ρ: W · ρ / ρ(W).

    Raises:
        ScaleError: a nilpotent or zero W has spectral radius 0, and no factor changes that.
    """
    radius = spectral_radius(weight)
    if radius <= 1e-14 * np.abs(weight).max(initial=0.0):
        if rho == 0.0:
            return np.zeros_like(weight)
        raise ScaleError("W is nilpotent or zero: its spectral radius is 0 and no factor brings it to another")
    return weight * (rho / radius)


def scaled_to_singular_value(weight: FloatArray, sigma: float) -> FloatArray:
    """W brought to the largest singular value σ: W · σ / σ₁(W).

    Raises:
        ScaleError: a zero W stays zero under every factor.
    """
    largest = largest_singular_value(weight)
    if largest == 0.0:
        if sigma == 0.0:
            return np.zeros_like(weight)
        raise ScaleError("W is zero: no factor brings its largest singular value to another")
    return weight * (sigma / largest)

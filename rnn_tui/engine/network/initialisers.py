"""Parameters from named random streams: typing a word more, or changing one size, reshuffles nothing else."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from rnn_tui.engine.kinds import Init
from rnn_tui.engine.network import nonnormal
from rnn_tui.engine.network.nonnormal import Nonnormal, TransientError, orthonormalised
from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.engine.numbers.arrays import FloatArray

NAME = "weight_hh_l0"

_Filled: TypeAlias = Callable[[np.random.Generator, FloatArray], object]


class ScaleError(ValueError):
    """A W that cannot have the wanted spectral radius, largest singular value or transient growth; says why.

    `setting` is the one of them that cannot be, or the kind of W: rho, sigma or init.
    """

    def __init__(self, setting: str, reason: str) -> None:
        self.setting = setting
        super().__init__(reason)


def _key(seed: int, name: str) -> Any:
    return np.frombuffer(hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogatepass")).digest()[:16], np.uint64)


def _streams(seed: int, names: Sequence[str], shape: tuple[int, ...], filled: _Filled) -> FloatArray:
    bits = np.random.Philox(key=0)
    generator, fresh = np.random.Generator(bits), bits.state
    result = np.empty((len(names), *shape))
    for part, name in zip(result, names, strict=True):
        # one generator moved from stream to stream: six times quicker than one generator each
        fresh["state"]["key"] = _key(seed, name)
        bits.state = fresh
        filled(generator, part)
    return result


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream that (seed, name) alone determines (Philox, keyed by SHA-256), to draw from as often as wanted."""
    return np.random.Generator(np.random.Philox(key=_key(seed, name)))


def normals(seed: int, names: Sequence[str], shape: tuple[int, ...]) -> FloatArray:
    """Independent N(0, 1) numbers from each of the streams (seed, name): (len(names), *shape)."""
    return _streams(seed, names, shape, lambda generator, part: generator.standard_normal(out=part))


def uniforms(seed: int, names: Sequence[str], shape: tuple[int, ...]) -> FloatArray:
    """Independent U(0, 1) numbers from each of the streams (seed, name): (len(names), *shape)."""
    return _streams(seed, names, shape, lambda generator, part: generator.random(out=part))


def normal(seed: int, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Independent N(0, 1) numbers from the stream that (seed, name) alone determines (Philox, keyed by SHA-256)."""
    result: FloatArray = normals(seed, [name], shape)[0]
    return result


def normal_rows(seed: int, name: str, words: Sequence[str], columns: int) -> FloatArray:
    """A row of N(0, 1) numbers for every word from the stream of (seed, name, word): (len(words), columns)."""
    return normals(seed, [f"{name}:{word}" for word in words], (columns,))


def normal_layers(seed: int, name: str, shape: tuple[int, ...], *, steps: int) -> FloatArray:
    """N(0, 1) numbers for the T layers of a feed-forward net, the first the recurrent net's own: (T, *shape)."""
    return normals(seed, layer_names(name, steps), shape)


def layer_names(name: str, steps: int) -> list[str]:
    """The streams of a tensor's T layers: the shared tensor's own, then one for each later layer."""
    return [name, *(f"{name}[{t}]" for t in range(2, steps + 1))]


def unscaled_weight(init: Init, *, seed: int, hidden: int) -> FloatArray:
    """W_hh (H, H) before it is scaled.

    gaussian: N(0, 1/H). uniform: U(−1/√H, 1/√H), PyTorch's default. orthogonal: uniform over all orthogonal
    matrices (QR of a gaussian one, signs of R's diagonal absorbed; Mezzadri 2007). identity: I. diagonal: U(−1, 1)
    on the diagonal, so that every unit has a decay and a sign of its own. number: the one entry 1. nonnormal: what
    one half of the units feeds to the other, before ρ and its own strength (see `nonnormal`).
    """
    result: FloatArray = _unscaled(init, seed=seed, hidden=hidden, names=[NAME])[0]
    return result


def recurrent_blocks(
    init: Init,
    *,
    seed: int,
    hidden: int,
    gates: Sequence[str],
    rho: float | None,
    sigma: float | None,
    transient: float,
    gain_seed: int | None = None,
) -> FloatArray:
    """W_hh of all gates (G·H, H), each block from a stream of its own and scaled on its own.

    Args:
        gain_seed: where given, the blocks are scaled by the factors that scale this seed's: in an ensemble all members
            come from one distribution (a gain), and ρ is not the same draw by draw.
        gates: the gates' names; a cell that has but one takes the stream of the tensor itself.
        rho, sigma: the wanted spectral radius or largest singular value of every block: one of the two.
        transient: the wanted largest ‖Wⁿ‖₂, n ≥ 1, of every block that is nonnormal.

    Raises:
        ScaleError: a block cannot be as it is wanted.
    """
    names = [NAME] if len(gates) == 1 else [f"{NAME}.{gate}" for gate in gates]
    draws = _unscaled(init, seed=seed, hidden=hidden, names=names)
    if init == "nonnormal":
        return _form(hidden, rho=rho, sigma=sigma, transient=transient).weight(draws).reshape(-1, hidden)
    wanted = draws if gain_seed in (None, seed) else _unscaled(init, seed=gain_seed, hidden=hidden, names=names)
    factors = [scale_factor(draw, rho=rho, sigma=sigma) for draw in wanted]
    return np.concatenate([draw * factor for draw, factor in zip(draws, factors, strict=True)])


def layered_weights(
    init: Init,
    *,
    seed: int,
    hidden: int,
    steps: int,
    rho: float | None,
    sigma: float | None,
    transient: float,
    gain_seed: int | None = None,
) -> FloatArray:
    """W_hh of every layer of a feed-forward net, (T, H, H); `gain_seed` as `recurrent_blocks` has it.

    Layer 1 is the recurrent net's scaled W. Every later layer is another draw of the same distribution (another
    orthogonal matrix, another diagonal, another coupling of the halves of a nonnormal one; an identity has no other)
    times the factor, or with the ρ and η, that scaled layer 1: the same gain, not the same ρ layer by layer.

    Raises:
        ScaleError: layer 1 cannot be as it is wanted.
    """
    draws = _unscaled(init, seed=seed, hidden=hidden, names=layer_names(NAME, steps))
    if init == "nonnormal":
        return _form(hidden, rho=rho, sigma=sigma, transient=transient).weight(draws)
    wanted = draws[0] if gain_seed in (None, seed) else unscaled_weight(init, seed=gain_seed, hidden=hidden)
    draws *= scale_factor(wanted, rho=rho, sigma=sigma)
    return draws


class Distribution(NamedTuple):
    """The distribution of W: random matrices of a kind, all times one gain; or of a nonnormal W, all with one ρ and η.

    Attributes:
        init, hidden: the kind of W and its size.
        name: of the stream that a seed's own W comes from.
        gain: the factor; 1 for a nonnormal W.
        form: ρ and η of a nonnormal W; else None.
    """

    init: Init
    hidden: int
    name: str
    gain: float
    form: Nonnormal | None

    def recurrent(self, seeds: Sequence[int]) -> FloatArray:
        """The W of every seed before the gain: (S, H, H)."""
        each = [_unscaled(self.init, seed=seed, hidden=self.hidden, names=[self.name]) for seed in seeds]
        return self._formed(np.concatenate(each))

    def independent(self, seed: int, factor: int, members: int) -> FloatArray:
        """One more W for each of S members before the gain, from the stream of (seed, factor): (S, H, H)."""
        names = [f"{self.name}^{factor}"]
        return self._formed(_unscaled(self.init, seed=seed, hidden=self.hidden, names=names, members=members))

    def _formed(self, draws: FloatArray) -> FloatArray:
        return draws if self.form is None else self.form.weight(draws)


def distribution(
    init: Init,
    *,
    seed: int,
    hidden: int,
    rho: float | None,
    sigma: float | None,
    transient: float,
    gate: str | None = None,
) -> Distribution:
    """The distribution whose draw of this seed has the spectral radius ρ or the largest singular value σ.

    Args:
        gate: whose W it is, of a cell that has several; else None.

    Raises:
        ScaleError: that draw cannot be so.
    """
    name = NAME if gate is None else f"{NAME}.{gate}"
    if init == "nonnormal":
        return Distribution(init, hidden, name, 1.0, _form(hidden, rho=rho, sigma=sigma, transient=transient))
    draw = _unscaled(init, seed=seed, hidden=hidden, names=[name])[0]
    return Distribution(init, hidden, name, scale_factor(draw, rho=rho, sigma=sigma), None)


def _unscaled(init: Init, *, seed: int, hidden: int, names: Sequence[str], members: int = 1) -> FloatArray:
    """One unscaled W for every stream, or `members` of them one after another: (n · members, H, H)."""
    count, square = len(names) * members, (hidden, hidden)

    def gaussian(shape: tuple[int, ...]) -> FloatArray:
        return normals(seed, names, (members, *shape)).reshape(count, *shape)

    def even(shape: tuple[int, ...]) -> FloatArray:
        return 2.0 * uniforms(seed, names, (members, *shape)).reshape(count, *shape) - 1.0

    if init in ("identity", "number"):
        return np.tile(np.eye(hidden), (count, 1, 1))
    if init == "nonnormal":
        return nonnormal.couplings(gaussian((hidden - hidden // 2, hidden // 2)))
    if init == "diagonal":
        result: FloatArray = even((hidden, 1)) * np.eye(hidden)
    elif init == "uniform":
        result = even(square) / np.sqrt(hidden)
    elif init == "gaussian":
        result = gaussian(square) / np.sqrt(hidden)
    else:
        result = orthonormalised(gaussian(square))
    return result


def scale_factor(weight: FloatArray, *, rho: float | None, sigma: float | None) -> float:
    """The factor that brings W to the spectral radius ρ, or to the largest singular value σ.

    Raises:
        ScaleError: no factor does that.
    """
    if sigma is not None:
        largest = largest_singular_value(weight)
        if largest == 0.0 != sigma:
            raise ScaleError("sigma", "W is zero: no factor brings its largest singular value to another")
        return sigma / largest if sigma else 0.0
    assert rho is not None  # one of the two is always wanted
    radius = spectral_radius(weight)
    if radius <= 1e-14 * np.abs(weight).max(initial=0.0):
        if rho != 0.0:
            reason = "W is nilpotent or zero: its spectral radius is 0 and no factor brings it to another"
            raise ScaleError("rho", reason)
        return 0.0
    return rho / radius


def _form(hidden: int, *, rho: float | None, sigma: float | None, transient: float) -> Nonnormal:
    """ρ and η of a nonnormal W."""
    if hidden == 1:
        raise ScaleError("init", "one number w has no transient, |wⁿ| = |w|ⁿ: a nonnormal W takes two units or more")
    try:
        if sigma is not None:
            return nonnormal.with_singular_value(sigma, transient)
        assert rho is not None  # one of the two is always wanted
        return nonnormal.with_radius(rho, transient)
    except TransientError as problem:
        raise ScaleError("rho" if sigma is None else "sigma", str(problem)) from problem

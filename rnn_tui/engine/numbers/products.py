"""Products of weights with vectors, for one network or for an ensemble of them."""

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray


def matvec(weight: FloatArray, vectors: FloatArray) -> FloatArray:
    """The product W v for every vector: `weight` (…, M, N), `vectors` (…, N) with any more axes in front; (…, M)."""
    if weight.ndim == 2:
        result: FloatArray = weight.dot(vectors) if vectors.ndim == 1 else vectors @ weight.T
    else:
        result = np.matmul(weight, vectors[..., None])[..., 0]
    return result


def matvec_of_steps(weight: FloatArray, vectors: FloatArray) -> FloatArray:
    """The product W v_t for every step: `weight` (…, M, N), `vectors` (T, …, N) or (T, N); (T, …, M)."""
    if weight.ndim == 2:
        return vectors @ weight.T
    if vectors.ndim == 2:
        return np.moveaxis(np.matmul(vectors, np.swapaxes(weight, -1, -2)), -2, 0)
    # one product a member over all steps, not one a step
    return np.moveaxis(np.matmul(np.moveaxis(vectors, 0, -2), np.swapaxes(weight, -1, -2)), -2, 0)


def rows_times(rows: FloatArray, weight: FloatArray) -> FloatArray:
    """The rows · W: `rows` (…, R, M), `weight` (…, M, N)."""
    result: FloatArray = rows.dot(weight) if rows.ndim == 2 and weight.ndim == 2 else np.matmul(rows, weight)
    return result

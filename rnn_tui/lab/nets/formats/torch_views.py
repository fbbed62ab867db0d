"""The tensors of torch.save as views of the bytes of their storages."""

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.lab.nets.pickles.values import WIDTHS, Storage, TensorView
from rnn_tui.lab.nets.pickles.walk import Stored
from rnn_tui.lab.nets.tensors import FLOATS, StoredTensor

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray

# the bytes of a storage, as many as it says
ReadStorage = Callable[[Storage], bytes]


def storage_bytes(storage: Storage) -> int:
    """How many bytes a storage has."""
    return storage.size * WIDTHS[storage.dtype]


def stored_by(read: ReadStorage, *, big_endian: bool) -> Stored:
    """What makes of a view a tensor that is read when it is asked for."""

    def stored(name: str, view: TensorView) -> StoredTensor:
        def raw() -> "AnyArray":
            dtype = np.dtype((">" if big_endian else "<") + FLOATS[view.dtype])
            if not prod(view.shape):
                return np.zeros(view.shape, dtype)
            strides = [step * dtype.itemsize for step in view.strides]
            return np.ndarray(view.shape, dtype, read(view.storage), view.offset * dtype.itemsize, strides)

        return StoredTensor(name, view.dtype, view.shape, raw, storage_bytes(view.storage))

    return stored

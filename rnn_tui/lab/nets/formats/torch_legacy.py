"""torch.save as it wrote before PyTorch 1.6: pickles one after another, then the bytes of each storage."""

from functools import lru_cache
from io import BytesIO

from rnn_tui.lab.nets.contents import Contents
from rnn_tui.lab.nets.formats.source import Source
from rnn_tui.lab.nets.formats.torch_views import storage_bytes, stored_by
from rnn_tui.lab.nets.formats.torch_zip import MOST_PICKLE
from rnn_tui.lab.nets.pickles.machine import Machine
from rnn_tui.lab.nets.pickles.values import Storage, Value
from rnn_tui.lab.nets.pickles.walk import groups_in
from rnn_tui.lab.nets.problem import Unusable, named

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
_COUNT = 8  # bytes before each storage, which say how many numbers it has


def read_torch_legacy(source: Source) -> Contents:
    """The tensors of the file.

    Raises:
        Unusable: it is another pickle, one that asks for what is refused, or says what cannot be.
    """
    stream = BytesIO(source.start(MOST_PICKLE))
    if Machine(stream).run() != MAGIC:
        raise Unusable("it is a pickle that torch.save did not write; what it holds may be saved with numpy.savez")
    if Machine(stream).run() != PROTOCOL:
        raise Unusable("it was written by an unknown version of torch.save")
    system = Machine(stream).run()
    machine = Machine(stream)
    root = machine.run()
    places = _places(source, Machine(stream).run(), machine.storages, stream.tell())
    big_endian = isinstance(system, dict) and system.get("little_endian") is False

    @lru_cache(maxsize=1)
    def read(storage: Storage) -> bytes:
        return source.read(places[storage.key], storage_bytes(storage))

    return Contents("torch.save (legacy)", groups_in(root, stored_by(read, big_endian=big_endian)))


def _places(source: Source, keys: Value, storages: dict[str, Storage], begin: int) -> dict[str, int]:
    """Where the bytes of each storage begin; all of them are in the file."""
    if not isinstance(keys, list):
        raise Unusable("the list of its storages is damaged")
    places: dict[str, int] = {}
    for key in keys:
        storage = storages.get(key) if isinstance(key, str) else None
        if storage is None:
            raise Unusable("the list of its storages has one that no tensor has")
        count = int.from_bytes(source.read(begin, _COUNT), "little")
        size = storage_bytes(storage)
        if count != storage.size:
            raise Unusable(f"its storage {named(key)} has {count:,} numbers, and its pickle says {storage.size:,}")
        places[storage.key], begin = begin + _COUNT, begin + _COUNT + size
        if begin > source.size:
            raise Unusable(
                f"its storage {named(storage.key)} ends at byte {begin:,} and the file at byte {source.size:,}: "
                "the file is cut"
            )
    if lost := [key for key in storages if key not in places]:
        raise Unusable(f"its storage {named(lost[0])} is missing")
    return places

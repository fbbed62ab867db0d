"""torch.save as it writes since PyTorch 1.6: an archive of a pickle and the bytes of each storage."""

from functools import lru_cache
from io import BytesIO

from rnn_tui.lab.nets.contents import Contents
from rnn_tui.lab.nets.formats.archive import Archive
from rnn_tui.lab.nets.formats.torch_views import storage_bytes, stored_by
from rnn_tui.lab.nets.pickles.machine import Machine
from rnn_tui.lab.nets.pickles.values import Storage
from rnn_tui.lab.nets.pickles.walk import groups_in
from rnn_tui.lab.nets.problem import Unusable, named

PICKLE = "data.pkl"
MOST_PICKLE = 64 * 2**20
_SCRIPT = "constants.pkl"


def is_torch(archive: Archive) -> bool:
    """Whether the archive is one of torch."""
    return any(name.rpartition("/")[2] == PICKLE for name in archive.names)


def read_torch_zip(archive: Archive) -> Contents:
    """The tensors of the archive.

    Raises:
        Unusable: its pickle asks for what is refused, or says what cannot be.
    """
    member, *others = [name for name in archive.names if name.rpartition("/")[2] == PICKLE]
    folder = member.removesuffix(PICKLE)
    if others:
        raise Unusable(f"it holds both {named(member)} and {named(others[0])}")
    if folder + _SCRIPT in archive.names:
        raise Unusable("it is a TorchScript archive, which holds a program: save the state_dict with torch.save")
    if archive.size(member) > MOST_PICKLE:
        raise Unusable(f"its pickle has {archive.size(member):,} bytes, and {MOST_PICKLE:,} are the most that is read")
    machine = Machine(BytesIO(archive.read(member)))
    root = machine.run()
    for storage in machine.storages.values():
        name = f"{folder}data/{storage.key}"
        if storage_bytes(storage) > archive.size(name):
            raise Unusable(
                f"its storage {named(storage.key)} would have {storage_bytes(storage):,} bytes, and {named(name)} has "
                f"{archive.size(name):,}"
            )
    order = f"{folder}byteorder"
    big_endian = order in archive.names and archive.read(order, 16) == b"big"

    @lru_cache(maxsize=1)  # the weights of a layer are often views of one storage
    def read(storage: Storage) -> bytes:
        return archive.read(f"{folder}data/{storage.key}", storage_bytes(storage))

    return Contents("torch.save (zip)", groups_in(root, stored_by(read, big_endian=big_endian)))

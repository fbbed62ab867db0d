"""What a file of weights holds, whatever its format."""

from rnn_tui.lab.nets.contents import Contents
from rnn_tui.lab.nets.formats.archive import Archive
from rnn_tui.lab.nets.formats.npz import SUFFIX, read_npz
from rnn_tui.lab.nets.formats.recognise import FIRST_BYTES, format_of, what_instead
from rnn_tui.lab.nets.formats.safetensors import read_safetensors
from rnn_tui.lab.nets.formats.source import Source
from rnn_tui.lab.nets.formats.torch_legacy import read_torch_legacy
from rnn_tui.lab.nets.formats.torch_zip import is_torch, read_torch_zip
from rnn_tui.lab.nets.problem import Unusable

_READ = "safetensors, npz and what torch.save writes are read"


def read_contents(source: Source) -> Contents:
    """The tensors of a file, by their dictionaries; their numbers are read later.

    Raises:
        Unusable: it has no format that is read, or is damaged.
    """
    first = source.start(FIRST_BYTES)
    match format_of(first, source.size):
        case "safetensors":
            return read_safetensors(source)
        case "pickle":
            return read_torch_legacy(source)
        case "zip":
            archive = Archive(source)
            if is_torch(archive):
                return read_torch_zip(archive)
            if any(name.endswith(SUFFIX) for name in archive.names):
                return read_npz(archive)
            raise Unusable(f"it is an archive (.zip) without weights: {_READ}")
        case _:
            raise Unusable(f"it holds {what_instead(first)}: {_READ}")

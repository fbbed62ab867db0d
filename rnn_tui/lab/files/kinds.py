"""The kind of a binary file, recognised by its first bytes and never by its name."""

_ZIP = b"PK\x03\x04"
_ARCHIVES = {b"npy": "weights (.npz)", b"pkl": "weights of PyTorch (.pt)"}  # by the ending of the first file in it
_MAGIC = (
    (b"PK\x05\x06", "an empty archive (.zip)"),
    (b"\x93NUMPY", "one array of NumPy (.npy)"),
    (b"\x80\x02", "a pickle, maybe weights of PyTorch (.pt)"),
    (b"\x89HDF", "HDF5, maybe weights of Keras (.h5)"),
    (b"\x89PNG", "a picture (.png)"),
    (b"\xff\xd8\xff", "a picture (.jpg)"),
    (b"\x1f\x8b", "what gzip has packed (.gz)"),
    (b"%PDF-", "a PDF"),
    (b"\x7fELF", "a program"),
)


def kind_of(content: bytes) -> str | None:
    """The kind of these bytes in a few words; None where they may be text."""
    # First: the length that safetensors begins with may equal any of the others.
    if content[8:9] == b"{" and 2 <= int.from_bytes(content[:8], "little") <= len(content) - 8:
        return "weights (.safetensors)"
    if content.startswith(_ZIP):
        first = content[30 : 30 + int.from_bytes(content[26:28], "little")]
        return _ARCHIVES.get(first.rpartition(b".")[2], "an archive (.zip)")
    return next((what for magic, what in _MAGIC if content.startswith(magic)), None)

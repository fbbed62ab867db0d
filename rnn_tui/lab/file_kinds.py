"""What a file that is no text holds, recognised by its first bytes and never by its name."""

_MAGIC = (
    (b"PK\x03\x04", "weights or another archive (.npz, .pt, .zip)"),
    (b"PK\x05\x06", "an empty archive (.npz, .zip)"),
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
    """What the bytes are where they are no text, in a few words; None where they may be text."""
    # First: the length that safetensors begins with may look like any of the others.
    if content[8:9] == b"{" and 2 <= int.from_bytes(content[:8], "little") <= len(content) - 8:
        return "weights (.safetensors)"
    return next((what for magic, what in _MAGIC if content.startswith(magic)), None)

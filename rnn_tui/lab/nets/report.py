"""What was found in a file of weights, in the reports."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wcwidth import wrap

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.files.files import path_text
from rnn_tui.lab.nets.net import TOP, Matrix, Module, Net
from rnn_tui.lab.nets.problem import named, sized
from rnn_tui.lab.report.fields import Field, ListedField, listed_fields
from rnn_tui.lab.report.layout import Item
from rnn_tui.lab.report.report import Report

if TYPE_CHECKING:
    from rnn_tui.lab.report.csv import Block
    from rnn_tui.lab.report.json import Part

_LABEL = 11


def _of_module(get: Callable[[Module], object]) -> Callable[[Any], object]:
    """Reads a module, or of a net the one that was chosen; None where none was."""

    def read(subject: Net | Module) -> object:
        module = subject.module if isinstance(subject, Net) else subject
        return None if module is None else get(module)

    return read


def _name(matrix: Matrix | None) -> str | None:
    return None if matrix is None else matrix.name


_MODULE = (
    Field("module", "the name of the module: the prefix of its tensors", of=_of_module(lambda one: one.name)),
    Field("kind", "`rnn`, `lstm` or `gru`", of=_of_module(lambda one: one.kind)),
    Field("layers", "how many layers it has", of=_of_module(lambda one: len(one.layers))),
    Field("bidirectional", "whether it reads in both directions", of=_of_module(lambda one: one.bidirectional)),
    Field("hidden", "H, the units of a layer and direction", of=_of_module(lambda one: one.hidden)),
    Field("inputs", "D, the size of what the first layer reads", of=_of_module(lambda one: one.inputs)),
    Field("precision", "how its weights are stored, as `float32`", of=_of_module(lambda one: one.precision)),
    Field("activation", "φ of a simple RNN", of=_of_module(lambda one: one.activation)),
    Field("embedding", "the name of the embedding", of=_of_module(lambda one: _name(one.embedding))),
    Field("readout", "the name of the readout", of=_of_module(lambda one: _name(one.readout))),
    Field("embeddings", "the names of all that may be the embedding", of=_of_module(lambda one: list(one.embeddings))),
    Field("readouts", "the names of all that may be the readout", of=_of_module(lambda one: list(one.readouts))),
    Field("assumed", "sentences: what was assumed, and why", of=_of_module(lambda one: list(one.assumed))),
)
FIELDS = (
    Field(
        "net",
        "the file, and its module: the chosen one or the only one",
        of=lambda net: net,
        fields=(
            Field("path", "the file", of=lambda net: str(net.path)),
            Field("digest", "its SHA-256"),
            Field("size", "its bytes"),
            Field("format", "how it stores the tensors, as `safetensors`"),
            *_MODULE,
        ),
    ),
    Field("modules", "all recurrent modules of the file that can be used", fields=_MODULE),
    Field("refused", "sentences: why each of the others cannot be used", of=lambda net: list(net.refused)),
)


def net_report(net: Net, columns: int) -> Report:
    """All that was found; the table is made for so many columns."""

    def json() -> "tuple[Iterable[Part], Sequence[str]]":
        from rnn_tui.lab.report.json import Part

        return [Part(net, FIELDS)], _notes(net)

    def csv() -> "Iterator[Iterator[Block]]":
        yield iter([{each.name: [_cell(each.value(module)) for module in net.modules] for each in _MODULE}])

    return Report(json=json, csv=csv, table=lambda: _table(net, columns))


def net_fields() -> Iterator[ListedField]:
    """Every field of the JSON of `net`, for the manual."""
    net, modules, refused = FIELDS
    alike = f"{modules.meaning}: of each the fields of `net` from `module` on"
    yield from listed_fields((net, replace(modules, meaning=alike, fields=()), refused))
    yield ListedField("notes", "", "", "sentences: what has to be chosen")


def _cell(value: object) -> object:
    return "; ".join(value) if isinstance(value, list) else value


def _notes(net: Net) -> list[str]:
    if net.module is not None:
        return []
    flags = ", ".join(f"--module {named(module.name)}" for module in net.modules)
    if len(net.modules) == 1:
        return [f"The file has other recurrent modules, which cannot be used: {flags} chooses this one."]
    return [f"The file has {len(net.modules):,} recurrent modules; one of these chooses one: {flags}."]


def _table(net: Net, columns: int) -> Iterator[Item]:
    yield from wrap(path_text(net.path), columns)
    yield from _labelled("", f"{net.format} · {net.size:,} bytes", columns, indent=2)
    yield from _labelled("", f"SHA-256 {net.digest[:16]}…", columns, indent=2)
    for module in [net.module] if net.module is not None else net.modules:
        yield ""
        yield from _module(module, columns)
    others = [module for module in net.modules if net.module not in (None, module)]
    for sentence in (*(f"Not chosen: {named(module.name)}, {_summary(module)}." for module in others), *net.refused):
        yield ""
        yield from wrap(sentence, columns)
    for sentence in _notes(net):
        yield ""
        yield from wrap(sentence, columns)


def _module(module: Module, columns: int) -> Iterator[str]:
    prefix = " (no prefix)" if module.name == TOP else ""
    yield from _labelled("module", f"{named(module.name)}{prefix}", columns)
    yield from _labelled("", _summary(module), columns)
    yield from _labelled("embedding", _matrix(module.embedding, module.embeddings, "--embedding"), columns)
    yield from _labelled("readout", _matrix(module.readout, module.readouts, "--readout"), columns)
    for i, sentence in enumerate(module.assumed):
        yield from _labelled("" if i else "assumed", f"- {sentence}", columns, hanging=2)


def _summary(module: Module) -> str:
    count = "a cell" if module.cell else f"{len(module.layers):,} layer{'s' if len(module.layers) > 1 else ''}"
    kind = CELLS[module.kind].name + (f" ({module.activation})" if module.activation else "")
    directions = "both directions" if module.bidirectional else "one direction"
    return f"{kind} · {count} · {directions} · H {module.hidden:,} · D {module.inputs:,} · {module.precision}"


def _matrix(matrix: Matrix | None, names: Sequence[str], flag: str) -> str:
    if matrix is not None:
        bias = f" and {named(matrix.bias_name)}" if matrix.bias_name else ""
        return f"{named(matrix.name)} {sized(matrix.weight.shape)}{bias}"
    return ", or ".join(f"{flag} {named(name)}" for name in names) or "none"


def _labelled(label: str, text: str, columns: int, *, indent: int = _LABEL, hanging: int = 0) -> Iterator[str]:
    """The text behind its label, its further lines below it."""
    yield from wrap(f"{label:<{indent}}{text}", columns, subsequent_indent=" " * (indent + hanging))

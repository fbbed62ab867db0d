"""The recurrent modules of a file, with what stands beside them and what had to be assumed of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import CELLS
from rnn_tui.engine.numbers.arrays import protect
from rnn_tui.lab.nets.contents import Contents, Group
from rnn_tui.lab.nets.modules.beside import (
    Candidates,
    ChoiceProblem,
    chosen,
    embeddings,
    listed,
    matrix_of,
    nothing_recurrent,
    readouts,
)
from rnn_tui.lab.nets.modules.layout import KINDS, Layout, layout_of
from rnn_tui.lab.nets.modules.names import Parts, Place, full_name, recurrent_parts
from rnn_tui.lab.nets.net import TOP, Choices, Direction, Layer, Matrix, Module
from rnn_tui.lab.nets.problem import Unusable, named
from rnn_tui.lab.nets.tensors import FLOATS, StoredTensor, Values

MOST_MODULES, MOST_TENSORS = 256, 100_000
ACTIVATIONS = ("tanh", "relu")
_WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Found(NamedTuple):
    """The tensors of a recurrent module.

    Attributes:
        name: as it is listed; behind the place of its dictionary where several dictionaries have recurrent modules.
        inside: as the tensors have it before their own names.
        others: the tensors beside it that no recurrent module has.
    """

    name: str
    inside: str
    group: Group
    parts: Parts
    others: Mapping[str, StoredTensor]


def modules_in(contents: Contents) -> list[Found]:
    """The recurrent modules, by their names.

    Raises:
        Unusable: there is none; says what is there instead.
    """
    groups = [(group, parts) for group in contents.groups if (parts := recurrent_parts(group.tensors))]
    if not groups:
        largest = max(contents.groups, key=lambda group: len(group.tensors), default=None)
        raise nothing_recurrent({} if largest is None else largest.tensors, contents.format)
    if sum(len(modules) for _, modules in groups) > MOST_MODULES:
        raise Unusable(f"it has more than {MOST_MODULES:,} recurrent modules")
    found = []
    for group, modules in groups:
        if len(group.tensors) > MOST_TENSORS:
            raise Unusable(f"it has {len(group.tensors):,} tensors, and {MOST_TENSORS:,} are the most that is read")
        used = {tensor.name for parts in modules.values() for forms in parts.values() for tensor in forms.values()}
        others = {name: tensor for name, tensor in group.tensors.items() if name not in used}
        before = f"{group.place}." if len(groups) > 1 and group.place else ""
        found += [Found(before + inside, inside, group, parts, others) for inside, parts in modules.items()]
    return found


def module_of(found: Found, choices: Choices, values: Values) -> Module:
    """The module with its weights, and with the embedding and readout that were chosen or are the only ones.

    Raises:
        Unusable: its layout is not that of a recurrent module of PyTorch, or its numbers cannot be read.
        ChoiceProblem: something was chosen that it does not have.
    """
    layout = layout_of(found.inside, found.parts)
    activation, of_activation = _activation(found, layout, choices.activation)
    others = found.others
    before = embeddings(others, layout.inputs)
    embedding = chosen(before, choices.embedding)
    behind = readouts(others, layout.width, layout.hidden)
    if embedding is not None and choices.readout is None:
        kept = {name: tensor for name, tensor in behind.tensors.items() if name != embedding.name}
        behind = behind._replace(tensors=kept)
    readout = chosen(behind, choices.readout)
    matrices: list[Matrix | None] = [
        None if tensor is None else matrix_of(tensor, others, values) for tensor in (embedding, readout)
    ]
    assumed = [
        *_assumed_of_weights(found, layout),
        *of_activation,
        *_assumed_beside("embedding", before, matrices[0], choices.embedding),
        *_assumed_beside("readout", behind, matrices[1], choices.readout),
        *_tied(layout, matrices[0], matrices[1]),
        *_left_out(found, others),
    ]
    return Module(
        name=found.name,
        kind=layout.kind,
        cell=layout.layers == (None,),
        activation=activation,
        layers=_layers(layout, values),
        hidden=layout.hidden,
        inputs=layout.inputs,
        precision=", ".join(sorted({weight.tensor.dtype for weight in layout.weights.values()})),
        embedding=matrices[0],
        readout=matrices[1],
        embeddings=tuple(before.tensors),
        readouts=tuple(behind.tensors),
        assumed=tuple(assumed),
    )


def _layers(layout: Layout, values: Values) -> tuple[Layer, ...]:
    rows = next(gates for gates, kind in KINDS.items() if kind == layout.kind) * layout.hidden
    nothing = np.zeros(rows)
    protect(nothing)

    def direction(layer: int | None, *, reverse: bool) -> Direction:
        there = {
            what: weight for what in _WEIGHTS if (weight := layout.weights.get(Place(what, layer, reverse))) is not None
        }
        names = {what: weight.tensor.name if weight.length is None else weight.name for what, weight in there.items()}
        arrays = [there[what].numbers(values) if what in there else nothing for what in _WEIGHTS]
        return Direction(names, *arrays)

    return tuple(
        Layer(tuple(direction(layer, reverse=reverse) for reverse in layout.reverse)) for layer in layout.layers
    )


def _activation(found: Found, layout: Layout, choice: str | None) -> tuple[str | None, Sequence[str]]:
    """φ of a simple RNN, and the sentence on why."""
    if layout.kind != "rnn":
        if choice is not None:
            raise ChoiceProblem(
                "--activation",
                choice,
                f"{named(found.name)} is {CELLS[layout.kind].with_article}, whose functions are σ and tanh",
            )
        return None, ()
    if choice is not None:
        if choice not in ACTIVATIONS:
            raise ChoiceProblem("--activation", choice, f"one of {', '.join(ACTIVATIONS)}")
        return choice, (f"φ is {choice}: --activation says so.",)
    said = found.group.said.get("" if found.inside == TOP else found.inside, "")
    if said.lower().removeprefix("rnn_") in ACTIVATIONS:
        return said.lower().removeprefix("rnn_"), (f"φ is {said.lower()[-4:]}: the module says {said}.",)
    sentence = "the weights of a simple RNN do not say it, and tanh is what PyTorch has by default"
    return "tanh", (f"φ is tanh: {sentence}; --activation relu says otherwise.",)


def _assumed_of_weights(found: Found, layout: Layout) -> Iterator[str]:
    first = layout.weights[Place("weight_hh", layout.layers[0], reverse=False)]
    gates = first.shape[0] // layout.hidden
    blocks = "as many rows as columns" if gates == 1 else f"{gates} rows for each of its columns, a block for each gate"
    yield f"It is {CELLS[layout.kind].with_article}: {named(first.name)} has {blocks}."
    if found.group.place:
        yield f"Its tensors are those under {named(found.group.place)} in the file."
    if missing := layout.missing():
        yield f"{' and '.join(missing)} are zero: the file has none, as of a module with bias=False."
    normed = [weight.name for weight in layout.weights.values() if weight.length is not None]
    if normed:
        yield f"{listed(normed)}: made of the length g and the direction v of weight_norm, g·v/‖v‖, in float64."


def _assumed_beside(what: str, candidates: Candidates, matrix: Matrix | None, choice: str | None) -> Iterator[str]:
    bare = " without a bias" if what == "embedding" else ""
    if matrix is not None:
        why = f"{candidates.flag} says so" if choice else f"no other matrix{bare} has {candidates.wide} columns"
        yield f"The {what} is {named(matrix.name)}: {why}."
    elif candidates.tensors:
        yield (
            f"The {what} may be any of {listed(list(candidates.tensors))}, which all have {candidates.wide} columns: "
            f"{candidates.flag} NAME chooses one."
        )
    else:
        then = "so what it reads is numbers" if what == "embedding" else "so what it answers with is its state"
        yield f"There is no {what}: no matrix{bare} has {candidates.wide} columns, {then}."


def _tied(layout: Layout, embedding: Matrix | None, readout: Matrix | None) -> Iterator[str]:
    if embedding is not None and layout.width == layout.inputs and readout is None:
        yield f"If the readout is tied to the embedding, --readout {named(embedding.name)} says so."


def _left_out(found: Found, others: Mapping[str, StoredTensor]) -> Iterator[str]:
    """What is not used, though it stands in the module or is of a type that is not computed with."""
    inside = [name for name in others if name == full_name(found.inside, name.rpartition(".")[2])]
    if inside and found.inside != TOP:
        yield f"{listed(inside)}: left out, for no recurrent module of PyTorch has a tensor of that name."
    types = {tensor.dtype for tensor in others.values() if tensor.dtype not in FLOATS}
    for dtype in sorted(types):
        names = [name for name, tensor in others.items() if tensor.dtype == dtype]
        yield f"{listed(names)}: left out, for it holds {named(dtype)}."

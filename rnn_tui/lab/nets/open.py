"""A file of weights opened: what is in it, with everything that had to be assumed."""

from collections.abc import Sequence
from pathlib import Path

from rnn_tui.lab.files.files import FileProblem, path_text
from rnn_tui.lab.nets.formats.read import read_contents
from rnn_tui.lab.nets.formats.source import Source, opened
from rnn_tui.lab.nets.modules.beside import ChoiceProblem, listed
from rnn_tui.lab.nets.modules.find import module_of, modules_in
from rnn_tui.lab.nets.net import Choices, Module, Net
from rnn_tui.lab.nets.problem import Unusable, named
from rnn_tui.lab.nets.tensors import Budget, Values

NOTHING_CHOSEN = Choices()


def open_net(path: Path, choices: Choices = NOTHING_CHOSEN, *, most_bytes: int | None = None) -> Net:
    """The networks in a file of weights; nothing in the file is run.

    Args:
        most_bytes: how many bytes their numbers may take in float64; by default 2 GiB, or half of the memory that is
            left where that is less.

    Raises:
        FileProblem: the file cannot be read, or none of its modules can be used.
        ChoiceProblem: something was chosen that it does not have.
    """
    with opened(path) as source:
        try:
            return _net(path, source, choices, Values(Budget(most_bytes)))
        except Unusable as problem:
            raise FileProblem(f"{path_text(path)} cannot be used: {problem}") from problem


def _net(path: Path, source: Source, choices: Choices, values: Values) -> Net:
    contents = read_contents(source)
    found = modules_in(contents)
    first = _chosen([one.name for one in found], choices)
    modules: dict[str, Module] = {}
    refused: dict[str, str] = {}
    # the one that is wanted first, so that it has the memory
    for one in sorted(found, key=lambda each: each.name != first):
        try:
            modules[one.name] = module_of(one, choices if one.name == first else NOTHING_CHOSEN, values)
        except Unusable as problem:
            if one.name == first or len(refused) + 1 == len(found):
                raise
            refused[one.name] = f"{named(one.name)} cannot be used: {problem}."
    return Net(
        path=path,
        digest=source.digest(),
        size=source.size,
        format=contents.format,
        modules=tuple(modules[one.name] for one in found if one.name in modules),
        refused=tuple(refused.values()),
        module=modules.get(first or ""),
    )


def _chosen(names: Sequence[str], choices: Choices) -> str | None:
    """The name of the module that was chosen, by its name or its last parts, or of the only one; None for neither."""
    if choices.module is None:
        if len(names) > 1:
            _check_nothing_else(choices, names)
            return None
        return names[0]
    fitting = [name for name in names if name == choices.module or name.endswith(f".{choices.module}")]
    exact = [name for name in fitting if name == choices.module]
    if len(exact or fitting) != 1:
        raise ChoiceProblem("--module", choices.module, f"one of {listed(fitting or names)}")
    return (exact or fitting)[0]


def _check_nothing_else(choices: Choices, names: Sequence[str]) -> None:
    for flag, choice in zip(("--embedding", "--readout", "--activation"), choices[1:], strict=True):
        if choice is not None:
            raise ChoiceProblem(flag, choice, f"say first of which module with --module, one of {listed(names)}")

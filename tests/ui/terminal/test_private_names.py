"""What the lab uses of Textual that Textual does not promise: all of it in ui/terminal, and each name still there."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

import rnn_tui

PRIVATE: dict[type | str, tuple[str, ...]] = {
    App: (
        *("_check_bindings", "_close_messages_no_wait", "_driver", "_exception", "_exit", "_fatal_error"),
        "_handle_exception",
    ),
    Screen: ("_compositor_refresh", "_push_result_callback"),
    LinuxDriver: (
        *("_app", "_file", "_get_terminal_size", "_loop", "_must_signal_resume", "_run_input_thread"),
        *("_sigcont_application", "_sigtstp_application", "_size", "_writer_thread"),
    ),
    "textual._ansi_sequences": ("ANSI_SEQUENCES_KEYS",),
    "textual._keyboard_protocol": ("FUNCTIONAL_KEYS", "MODIFIER_FUNCTIONAL_KEYS"),
    "textual._xterm_parser": ("IS_ITERM",),
    "textual.keys": ("_character_to_key",),
}
# private by their spelling alone
PUBLIC = {"os._exit"}
LIBRARIES = ("textual", "rich")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def owner_name(owner: type | str) -> str:
    return owner if isinstance(owner, str) else owner.__name__


@cache
def tree_of(thing: type | ModuleType) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(thing)))


def is_own(node: ast.expr) -> bool:
    """Whether this is `self`, `cls` or `super()`: what follows it is a name of the class."""
    while isinstance(node, ast.Call):
        node = node.func
    return isinstance(node, ast.Name) and node.id in ("self", "cls", "super")


@cache
def names_of(kind: type) -> frozenset[str]:
    """The private names that a class of Textual's, or one that it builds on, has or gives its instances."""
    found = set[str]()
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] in LIBRARIES:
            found |= set(vars(base))
            for node in ast.walk(tree_of(base)):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and ast.unparse(node.value) == "self"
                ):
                    found.add(node.attr)
    return frozenset(filter(is_private, found))


@pytest.mark.parametrize(
    ("owner", "name"),
    [(owner, name) for owner, names in PRIVATE.items() for name in names],
    ids=[f"{owner_name(owner)}.{name}" for owner, names in PRIVATE.items() for name in names],
)
def test_textual_still_has(owner: type | str, name: str) -> None:
    if isinstance(owner, str):
        assert hasattr(importlib.import_module(owner), name)
    else:
        assert name in names_of(owner)


def own_names(node: ast.ClassDef) -> Iterator[str]:
    """The names that a class's source gives it, its instances, or asks of them."""
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part.name
        elif isinstance(part, ast.Attribute) and is_own(part.value):
            yield part.attr
    for statement in node.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement]:
            named = target.target if isinstance(target, ast.AnnAssign) else target
            if isinstance(named, ast.Name):
                yield named.id


def private_names(module: ModuleType) -> set[str]:
    """Whatever private of Textual's or Rich's a module names; a name of its own counts where Textual has it too."""
    found = set[str]()
    known = {name for owner in PRIVATE if not isinstance(owner, str) for name in names_of(owner)}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                path = f"{source}.{alias.name}".strip(".").split(".")
                if path[0] in LIBRARIES and any(map(is_private, path)):
                    found.add(alias.name)
        elif isinstance(node, ast.ClassDef):
            kind = getattr(module, node.name, None)
            if isinstance(kind, type) and (theirs := names_of(kind)):
                found |= theirs.intersection(own_names(node))
        elif (
            isinstance(node, ast.Attribute)
            and node.attr in known
            and not is_own(node.value)
            and ast.unparse(node) not in PUBLIC
        ):
            found.add(node.attr)
    return found


def modules() -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages(rnn_tui.__path__, "rnn_tui."):
        if not each.name.endswith("__main__"):
            yield importlib.import_module(each.name)


def test_they_are_all_in_one_folder_and_all_listed() -> None:
    inside, outside = set[str](), set[tuple[str, str]]()
    for module in modules():
        if not Path(inspect.getfile(module)).read_text().strip():
            continue
        names = private_names(module)
        if module.__name__.startswith("rnn_tui.ui.terminal."):
            inside |= names
        else:
            outside |= {(module.__name__, name) for name in names}
    assert outside == set()
    assert inside == {name for names in PRIVATE.values() for name in names}

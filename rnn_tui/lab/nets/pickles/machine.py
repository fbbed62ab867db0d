"""The reader of pickles: it follows the opcodes by hand, so that there is nothing in it that could run what they name.

Of pickletools only the table of opcodes is taken, with the readers of their arguments.
"""

import pickletools
import struct
from collections.abc import Callable, Iterable
from io import BytesIO

from rnn_tui.lab.nets.pickles.calls import called
from rnn_tui.lab.nets.pickles.values import Name, Record, Storage, TensorView, Value, storage_of
from rnn_tui.lab.nets.problem import Unusable, named

MOST_OPCODES = 1_000_000  # a checkpoint with a vocabulary of 300,000 words; a few seconds
LONGEST_NAME = 1000
_OPCODES = {opcode.code: opcode for opcode in pickletools.opcodes}
_DAMAGE = (IndexError, KeyError, OverflowError, TypeError, ValueError, struct.error)


class Machine:
    """The stack and the memory of one pickle while it is read.

    Attributes:
        storages: what it says lies outside of it, by key.
    """

    def __init__(self, stream: BytesIO) -> None:
        self.storages: dict[str, Storage] = {}
        self._stream = stream
        self._stack: list[Value] = []
        self._below: list[list[Value]] = []
        self._memory: dict[int, Value] = {}

    def run(self) -> Value:
        """The object that the pickle describes; the stream is then behind it.

        Raises:
            Unusable: it is damaged or too long, or asks for what is refused.
        """
        for _ in range(MOST_OPCODES):
            place = self._stream.tell()
            code = self._stream.read(1)
            try:
                if code == b".":
                    return self._stack.pop()
                self._step(code)
            except _DAMAGE as problem:
                raise Unusable(f"its pickle is damaged or cut at byte {place:,}") from problem
        raise Unusable(f"its pickle has more than {MOST_OPCODES:,} opcodes")

    def _step(self, code: bytes) -> None:
        opcode = _OPCODES[code.decode("latin-1")]
        if opcode.name == "GLOBAL":
            self._stack.append(Name(self._line(), self._line()))
            return
        act = _ACTS.get(opcode.name)
        if act is None:
            raise Unusable(f"its pickle has the opcode {opcode.name}, which torch.save does not write")
        act(self, None if opcode.arg is None else opcode.arg.reader(self._stream))

    def _line(self) -> str:
        line = self._stream.readline(LONGEST_NAME)
        if not line.endswith(b"\n"):
            raise ValueError("a name without an end")
        return line[:-1].decode("utf-8", "replace")

    def push(self, value: Value) -> None:
        """Puts a value that the opcode itself has on the stack."""
        self._stack.append(value)

    def mark(self, _: Value) -> None:
        """Begins a run of values."""
        self._below.append(self._stack)
        self._stack = []

    def since_mark(self) -> list[Value]:
        """Ends the run of values, and takes it from the stack."""
        values, self._stack = self._stack, self._below.pop()
        return values

    def pop(self, _: Value) -> None:
        """Drops the last value, or a run that is empty."""
        if self._stack:
            self._stack.pop()
        else:
            self.since_mark()

    def put(self, place: Value) -> None:
        """Keeps the last value in the memory."""
        if not isinstance(place, int):
            place = len(self._memory)
        self._memory[place] = self._stack[-1]

    def get(self, place: Value) -> None:
        """Puts a value from the memory on the stack."""
        if isinstance(place, int):
            self._stack.append(self._memory[place])

    def taken(self, count: int) -> tuple[Value, ...]:
        """The last values, taken from the stack."""
        if len(self._stack) < count:
            raise IndexError(count)
        values = tuple(self._stack[len(self._stack) - count :])
        del self._stack[len(self._stack) - count :]
        return values

    def append(self, values: Iterable[Value]) -> None:
        """Adds values to the list that is last; those of an unknown class or a set are not kept."""
        target = self._stack[-1]
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, Record):
            raise TypeError("no list")

    def set_items(self, values: list[Value]) -> None:
        """Sets what follows each key in the dictionary that is last; only what has a text or number as key is kept."""
        target = self._stack[-1]
        items = target.items if isinstance(target, Record) else target
        if not isinstance(items, dict) or len(values) % 2:
            raise TypeError("no dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if isinstance(key, str) and key in items and isinstance(value, TensorView):
                raise Unusable(f"{named(key)} is there twice")
            if isinstance(key, str | int):
                items[key] = value

    def new(self, count: int) -> None:
        """A record of a class; nothing of the class is known but its name."""
        of, *_ = self.taken(count)
        if not isinstance(of, Name):
            raise TypeError("no class")
        self._stack.append(Record(of))

    def build(self, _: Value) -> None:
        """Gives a record its attributes; those of a dictionary (its version) are not needed."""
        target, state = self._stack[-2], self._stack.pop()
        if isinstance(target, Name):
            raise Unusable(f"its pickle asks to change {target.text}: nothing of it was done")
        if isinstance(target, Record):
            target.state = state
        elif not isinstance(target, dict):
            raise TypeError("no object")

    def reduce(self, _: Value) -> None:
        """A call, of those that are known."""
        self._stack.append(called(*self.taken(2)))

    def name(self, _: Value) -> None:
        """A name of a class or function."""
        module, name = self.taken(2)
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError("no name")
        self._stack.append(Name(module[:LONGEST_NAME], name[:LONGEST_NAME]))

    def outside(self, _: Value) -> None:
        """What lies outside of the pickle: a storage of numbers, or a class with its source, which is not read."""
        identity = self._stack.pop()
        match identity:
            case ("module", Name() as of, *_):
                self._stack.append(of)
                return
        storage = storage_of(identity)
        if self.storages.setdefault(storage.key, storage) != storage:
            raise Unusable(f"its storage {named(storage.key)} is there with two sizes or types")
        self._stack.append(storage)


def _tuple(count: int) -> Callable[[Machine, Value], None]:
    return lambda machine, _: machine.push(machine.taken(count))


def _value(value: Value) -> Callable[[Machine, Value], None]:
    return lambda machine, _: machine.push(value)


def _dictionary(machine: Machine, _: Value) -> None:
    values = machine.since_mark()
    machine.push({})
    machine.set_items(values)


def _set(machine: Machine, _: Value) -> None:
    machine.push(Record(Name("builtins", "set")))


def _frozen_set(machine: Machine, _: Value) -> None:
    machine.since_mark()
    machine.push(Record(Name("builtins", "frozenset")))


_ACTS: dict[str, Callable[[Machine, Value], None]] = {
    **dict.fromkeys(("PROTO", "FRAME"), lambda *_: None),
    **dict.fromkeys(
        (
            *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
            *("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING", "BYTEARRAY8"),
        ),
        Machine.push,
    ),
    "NONE": _value(None),
    "NEWTRUE": _value(True),
    "NEWFALSE": _value(False),
    "EMPTY_TUPLE": _value(()),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.since_mark())),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "LIST": lambda machine, _: machine.push(machine.since_mark()),
    "APPEND": lambda machine, _: machine.append(machine.taken(1)),
    "APPENDS": lambda machine, _: machine.append(machine.since_mark()),
    "EMPTY_DICT": lambda machine, _: machine.push({}),
    "DICT": _dictionary,
    "SETITEM": lambda machine, _: machine.set_items(list(machine.taken(2))),
    "SETITEMS": lambda machine, _: machine.set_items(machine.since_mark()),
    "EMPTY_SET": _set,
    "FROZENSET": _frozen_set,
    "ADDITEMS": lambda machine, _: machine.append(machine.since_mark()),
    "MARK": Machine.mark,
    "POP": Machine.pop,
    "BINGET": Machine.get,
    "LONG_BINGET": Machine.get,
    "BINPUT": Machine.put,
    "LONG_BINPUT": Machine.put,
    "MEMOIZE": Machine.put,
    "STACK_GLOBAL": Machine.name,
    "NEWOBJ": lambda machine, _: machine.new(2),
    "NEWOBJ_EX": lambda machine, _: machine.new(3),
    "REDUCE": Machine.reduce,
    "BUILD": Machine.build,
    "BINPERSID": Machine.outside,
}

"""A peer in a process of its own: it answers orders on its standard input, one JSON line each.

`["build", work, steps, hidden, batch]` makes the work ready and warm, and answers how long one call took;
`["time", calls]` answers how many seconds each of so many calls took on average.

    python -m tests.benchmarks.peer torch wall
"""

import importlib
import json
import sys
import time
from collections.abc import Callable

from tests.benchmarks.threads import single

CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def seconds(call: Callable[[], object], calls: int, *, clock: Callable[[], float]) -> float:
    """How long one call takes, the mean of so many in a row."""
    start = clock()
    for _ in range(calls):
        call()
    return (clock() - start) / calls


def answer(value: object) -> None:
    """One JSON line on the standard output, at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answers orders until the input ends."""
    single()
    clock = CLOCKS[sys.argv[2]]
    build = importlib.import_module(f"tests.benchmarks.{sys.argv[1]}_peer").build
    answer("ready")
    call: Callable[[], object] = lambda: None  # noqa: E731
    for line in sys.stdin:
        order, *rest = json.loads(line)
        if order == "build":
            call = build(*rest)
            call()
            answer(seconds(call, 1, clock=clock))
        else:
            answer(seconds(call, *rest, clock=clock))


if __name__ == "__main__":
    main()

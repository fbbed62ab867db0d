"""How quick the engine is beside PyTorch and JAX: one table, each ratio beside the least it should be.

    python -m tests.benchmarks.table

PyTorch comes with `pip install -e '.[dev,torch]'`; JAX with `pip install jax`. Either may live in an environment of
its own: `--torch PATH` and `--jax PATH` name that environment's python, which needs NumPy and nothing of this project.
Everything runs with one thread, in float64, warm; the peers in processes of their own. Ours and theirs take turns, and
medians are compared, so that a busy machine slows all of them. Exit status 1 where a bar is missed, 2 on a wrong
command line.
"""

from tests.benchmarks.threads import single

single()

import argparse  # noqa: E402 - before NumPy loads, the threads are set
import json  # noqa: E402
import math  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from contextlib import ExitStack, contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402

from tests.benchmarks import ours  # noqa: E402
from tests.benchmarks.peer import CLOCKS, seconds  # noqa: E402
from tests.benchmarks.rows import ROWS, Row  # noqa: E402

ROOT = Path(__file__).parents[2]
ROUND = 0.005  # seconds that one turn takes, or one call
HOW = {"torch": "pip install -e '.[dev,torch]'", "jax": "pip install jax"}
Timer = Callable[[int], float]


def say(line: str) -> None:
    """One line on the standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Peer:
    """Another library in a process of its own."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name, self.process = name, process

    def ask(self, *order: object) -> float:
        """The number that the process answers to this order."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} has no pipes")
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} ended while it was asked for {order}")
        return float(json.loads(answer))


@contextmanager
def started(name: str, python: str, clock: str) -> Iterator[Peer | None]:
    """The peer; None where that python cannot import it."""
    command = [python, "-m", "tests.benchmarks.peer", name, clock]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is not None and process.stdout.readline():
            yield Peer(name, process)
        else:
            yield None
        process.terminate()


def medians(timers: Sequence[Timer], *, budget: float) -> list[float]:
    """Seconds a call of each, taking turns for about so many seconds, three turns at least."""
    calls = [max(1, round(ROUND / max(timer(1), 1e-7))) for timer in timers]
    calls = [max(1, round(ROUND / max(timer(count), 1e-7))) for timer, count in zip(timers, calls, strict=True)]
    found: list[list[float]] = [[] for _ in timers]
    spent = 0.0
    while spent < budget or len(found[0]) < 3:
        for times, timer, count in zip(found, timers, calls, strict=True):
            times.append(timer(count))
            spent += times[-1] * count
    return [statistics.median(times) for times in found]


def timed(call: Callable[[], object], clock: str) -> Timer:
    """A timer of a call in this process."""
    return lambda calls: seconds(call, calls, clock=CLOCKS[clock])


def compare(row: Row, peers: Sequence[Peer], *, budget: float, clock: str) -> list[str]:
    """Prints one row of the table; returns what falls short."""
    names, timers = ["ours"], [timed(ours.build(row.work, row.steps, row.hidden, row.batch), clock)]
    for other in row.bars:
        if other in HOW:
            for peer in peers:
                if peer.name == other:
                    peer.ask("build", row.work, row.steps, row.hidden, row.batch)
                    names.append(other)
                    timers.append(lambda calls, peer=peer: peer.ask("time", calls))  # type: ignore[misc]
        else:
            names.append(other)
            timers.append(timed(ours.build_slow(other, row.steps, row.hidden), clock))
    times = dict(zip(names, medians(timers, budget=budget), strict=True))
    mine = times.pop("ours")
    line, short = f"{row.title:<26}{_milliseconds(mine)}", []
    if row.limit is not None:
        good = mine * 1e3 <= row.limit
        line += f"   {'OK  ' if good else 'SHORT'} at most {row.limit:g} ms"
        if not good:
            short.append(f"{row.title}: {mine * 1e3:.1f} ms, not {row.limit:g}")
    for name, theirs in times.items():
        ratio, bar = theirs / mine, row.bars[name]
        good = ratio >= bar
        line += f"   {name} {_milliseconds(theirs).strip()}: {ratio:.3g} of {bar:g} {'OK' if good else 'SHORT'}"
        if not good:
            short.append(
                f"{row.title}: {ratio:.3g} times as quick as {name}, not {bar:g} ({1 - ratio / bar:.0%} short)"
            )
    say(line)
    return short


def _milliseconds(seconds_taken: float) -> str:
    return f"{seconds_taken * 1e3:>10.3f} ms"


STEPS = (50, 100, 200, 400, 800)  # past the 400 up to which a measurement has its pairs of steps without --full
MEMBERS = (4, 16, 64, 256)
GROWTH: Sequence[tuple[str, str, Callable[[int], Callable[[], object]], Sequence[int]]] = (
    ("forward + BPTT", "T", lambda n: ours.build("rnn", n, 64), STEPS),
    ("forward + BPTT", "H", lambda n: ours.build("rnn", 100, n), (32, 64, 128, 256)),
    ("forward + BPTT", "B", lambda n: ours.build("rnn", 50, 64, n), (4, 16, 64, 256)),
    ("itemised", "T", lambda n: ours.build("itemised", n, 32), STEPS),
    ("all pairs", "T", lambda n: ours.build("all pairs", n, 32), STEPS),
    ("all pairs", "H", lambda n: ours.build("all pairs", 64, n), (16, 32, 64, 128)),
    ("last jacobians", "T", lambda n: ours.build("last jacobians", n, 32), STEPS),
    ("spectral norms", "T", lambda n: ours.build("spectral norms", n, 32), STEPS),
    ("refresh", "T", lambda n: ours.build("refresh", n, 16), STEPS),
    ("refresh --full", "T", lambda n: ours.build("refresh --full", n, 16), STEPS),
    ("ensemble", "S", lambda n: ours.build("ensemble", 50, 16, n), MEMBERS),
    ("ensemble back", "S", lambda n: ours.build("ensemble back", 50, 16, n), MEMBERS),
)


def growth(*, budget: float, clock: str) -> None:
    """Prints how the cost of a work grows with each size: the exponent fitted to log time over log size.

    In brackets is the exponent from one size to the next: it shows where one way of working gives way to another.
    """
    say("\nHow cost grows: seconds ~ size^p, fitted over the sizes named (and p from each to the next)")
    for work, axis, build, sizes in GROWTH:
        times = medians([timed(build(size), clock) for size in sizes], budget=budget)
        x, y = [math.log(size) for size in sizes], [math.log(time) for time in times]
        power = statistics.linear_regression(x, y).slope
        local = [f"({(y[i + 1] - y[i]) / (x[i + 1] - x[i]):.1f})" for i in range(len(x) - 1)]
        each = [f"{axis}={size}:{time * 1e3:.3g} ms" for size, time in zip(sizes, times, strict=True)]
        line = " ".join(f"{here} {after}" for here, after in zip(each, [*local, ""], strict=True))
        say(f"{work:<16} with {axis}: p = {power:.2f}   {line.rstrip()}")


def main() -> int:
    """Prints the table, what falls short of it, and how cost grows."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.table", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--torch", metavar="PATH", default=sys.executable, help="the python that has PyTorch")
    parser.add_argument("--jax", metavar="PATH", default=sys.executable, help="the python that has JAX")
    parser.add_argument("--only", metavar="WORK", help="only the rows whose name begins so")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each row takes its turns (2)")
    parser.add_argument(
        "--clock",
        choices=tuple(CLOCKS),
        default="wall",
        help="`processor` counts what each process used of the processor, for a machine that is busy with others",
    )
    chosen = parser.parse_args()
    rows = [row for row in ROWS if chosen.only is None or row.title.startswith(chosen.only)]
    if not rows:
        parser.error(f"no row begins with {chosen.only}: {', '.join(sorted({row.work for row in ROWS}))}")
    short: list[str] = []
    with ExitStack() as stack:
        peers = []
        for name, how in HOW.items():
            peer = stack.enter_context(started(name, getattr(chosen, name), chosen.clock))
            if peer is None:
                say(f"No {name}: `{how}` brings it, or --{name} names a python that has it.")
            else:
                peers.append(peer)
        say("work (T, H, B)                    ours   the peer's time: its ratio to ours of the least it should be")
        for row in rows:
            short += compare(row, peers, budget=chosen.seconds, clock=chosen.clock)
    if chosen.only is None:
        growth(budget=chosen.seconds, clock=chosen.clock)
    say("\nFalls short:" if short else "\nNothing falls short of what was compared.")
    for line in short:
        say(f"  {line}")
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""How much memory this process may still take, and what sets the limit: the machine, its control group, or `ulimit`."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

_UNLIMITED = 2**60  # control groups of version 1 write a number near 2**63 for no limit


class Limit(NamedTuple):
    """Bytes that are still free, and what allows no more, in words that follow a figure: `free on this machine`."""

    free: int
    by: str


def least_limit(root: Path = Path("/")) -> Limit:
    """The tightest of the limits that hold for this process.

    Args:
        root: where `proc` and `sys` are.
    """
    return min(_limits(root))


def _limits(root: Path) -> Iterator[Limit]:
    yield _machine(root)
    yield from _control_groups(root)
    yield from _resources(root)


def _machine(root: Path) -> Limit:
    for line in _lines(root / "proc/meminfo"):
        name, _, rest = line.partition(":")
        if name == "MemAvailable" and rest.split()[:1] and rest.split()[0].isdecimal():
            return Limit(1024 * int(rest.split()[0]), "free on this machine")
    # Elsewhere than on Linux it is not known how much of it is free.
    return Limit(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), "in this machine")


def _control_groups(root: Path) -> Iterator[Limit]:
    """The bytes left of the limit of each memory group that the process is in, its own and those around it."""
    for line in _lines(root / "proc/self/cgroup"):
        number, controllers, own = ([*line.split(":", 2), "", ""])[:3]
        unified = number == "0" and not controllers
        if not unified and "memory" not in controllers.split(","):
            continue
        largest, used = ("memory.max", "memory.current")
        if not unified:
            largest, used = ("memory.limit_in_bytes", "memory.usage_in_bytes")
        for group in _folders(root, own, unified=unified):
            limit = _number(group / largest)
            if limit is not None and limit < _UNLIMITED:
                taken = max(0, (_number(group / used) or 0) - _reclaimable(group))
                yield Limit(max(0, limit - taken), "left of the limit of the container or control group")


def _folders(root: Path, own: str, *, unified: bool) -> Iterator[Path]:
    """The folders of a control group and of those around it, the innermost first."""
    for line in _lines(root / "proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        kind, options = after.split(" ")[0], after.split(" ")[-1].split(",")
        if kind != ("cgroup2" if unified else "cgroup") or (not unified and "memory" not in options):
            continue
        top, mounted = before.split(" ")[3:5]
        place = root / mounted.lstrip("/")
        # A container may see its own group as the top one, whatever its path is outside.
        inside = PurePosixPath(own).relative_to(top) if PurePosixPath(own).is_relative_to(top) else PurePosixPath()
        parts = [] if ".." in inside.parts else inside.parts
        yield from (place.joinpath(*parts[:depth]) for depth in range(len(parts), -1, -1))


def _reclaimable(group: Path) -> int:
    """Bytes of files that the group has read, which go when memory is wanted."""
    for line in _lines(group / "memory.stat"):
        name, _, value = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file") and value.isdecimal():
            return int(value)
    return 0


def _resources(root: Path) -> Iterator[Limit]:
    """The bytes left of the limits of the shell."""
    import resource

    sizes = next(iter(_lines(root / "proc/self/statm")), "").split()
    pages = [int(size) for size in sizes if size.isdecimal()]
    whole, data = (pages[0], pages[5]) if len(pages) > 5 else (0, 0)
    for number, flag, taken in ((resource.RLIMIT_AS, "-v", whole), (resource.RLIMIT_DATA, "-d", data)):
        soft, _ = resource.getrlimit(number)
        if soft != resource.RLIM_INFINITY:
            yield Limit(
                max(0, soft - taken * os.sysconf("SC_PAGE_SIZE")), f"left of the limit that `ulimit {flag}` set"
            )


def _number(path: Path) -> int | None:
    written = next(iter(_lines(path)), "").strip()
    return int(written) if written.isdecimal() else None


def _lines(path: Path) -> list[str]:
    """The lines of a file of the system; none where it is missing or may not be read."""
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []

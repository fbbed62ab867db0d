"""What would not fit in memory is refused before anything large is made, with the setting to blame and the figures."""

import resource
from pathlib import Path

import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS, check_memory, memory_needed
from rnn_tui.lab.experiment.memory_limits import Limit, least_limit
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.tokens import MOST_TOKENS


def test_three_quarters_of_the_memory_may_be_used() -> None:
    needed = memory_needed(Experiment())
    check_memory(Experiment(), limit=Limit(needed * 4 // 3 + 2, "free"))
    with pytest.raises(ExperimentError):
        check_memory(Experiment(), limit=Limit(needed * 4 // 3 - 2, "free"))


@pytest.mark.parametrize(
    ("experiment", "setting"),
    [
        (Experiment(hidden=10**6), "hidden"),
        (Experiment(inputs=10**9), "inputs"),
        (Experiment(text="a " * MOST_TOKENS), "text"),
    ],
)
def test_the_largest_setting_is_named_with_the_figures(experiment: Experiment, setting: str) -> None:
    figures = r"about [\d,.]+ [GM]iB of memory; 128 MiB is free here, .* three quarters of that, 96 MiB, may be"
    with pytest.raises(ExperimentError, match=figures) as caught:
        check_memory(experiment, limit=Limit(2**27, "free here"))
    assert caught.value.setting == setting


def test_too_many_seeds_are_named() -> None:
    with pytest.raises(ExperimentError) as caught:
        check_memory(Experiment(), members=10**6, limit=Limit(2**30, "free"))
    assert caught.value.setting == "seeds"


def test_pairs_of_steps_are_counted_only_where_they_are_measured() -> None:
    short = Experiment(text="a " * MOST_PAIRED_STEPS)
    long = Experiment(text="a " * (MOST_PAIRED_STEPS + 1))
    assert memory_needed(short) == memory_needed(short, full=True)
    assert memory_needed(long) < memory_needed(short) < memory_needed(long, full=True)


GIB = 2**30
MACHINE = "MemTotal:       16777216 kB\nMemFree:  1 kB\nMemAvailable:    8388608 kB\n"
UNIFIED = "25 20 0:22 /{top} /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
VERSION_1 = "32 31 0:29 /{top} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"


def system(root: Path, files: dict[str, str]) -> Path:
    """A tree of the files in which Linux tells what holds for a process."""
    for name, content in {"proc/meminfo": MACHINE, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize(
    ("files", "free", "by"),
    [
        ({}, 8 * GIB, "machine"),
        (
            {
                "proc/self/cgroup": "0::/user/app\n",
                "proc/self/mountinfo": UNIFIED.format(top=""),
                "sys/fs/cgroup/user/app/memory.max": "max\n",
                "sys/fs/cgroup/user/memory.max": f"{3 * GIB}\n",
                "sys/fs/cgroup/user/memory.current": f"{2 * GIB}\n",
                "sys/fs/cgroup/user/memory.stat": f"anon 7\ninactive_file {GIB}\n",
            },
            2 * GIB,
            "control group",
        ),
        (  # a container sees its own group at the top
            {
                "proc/self/cgroup": "0::/\n",
                "proc/self/mountinfo": UNIFIED.format(top=""),
                "sys/fs/cgroup/memory.max": f"{GIB}\n",
            },
            GIB,
            "control group",
        ),
        (  # or is told the path that it has outside
            {
                "proc/self/cgroup": "0::/../../docker/1a2b\n",
                "proc/self/mountinfo": UNIFIED.format(top="docker/1a2b"),
                "sys/fs/cgroup/memory.max": f"{GIB}\n",
            },
            GIB,
            "control group",
        ),
        (
            {
                "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/1a2b/own\n0::/\n",
                "proc/self/mountinfo": VERSION_1.format(top="docker/1a2b"),
                "sys/fs/cgroup/memory/own/memory.limit_in_bytes": f"{GIB}\n",
                "sys/fs/cgroup/memory/own/memory.usage_in_bytes": f"{GIB // 4}\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            },
            3 * GIB // 4,
            "control group",
        ),
        (  # what uses more than it may has nothing left
            {
                "proc/self/cgroup": "0::/a\n",
                "proc/self/mountinfo": UNIFIED.format(top=""),
                "sys/fs/cgroup/a/memory.max": "1024\n",
                "sys/fs/cgroup/a/memory.current": "4096\n",
            },
            0,
            "control group",
        ),
        ({"proc/self/cgroup": "nonsense\n\n::\n", "proc/self/mountinfo": "nonsense\n - \n"}, 8 * GIB, "machine"),
    ],
    ids=["machine", "around", "container", "outside", "version 1", "beyond", "nonsense"],
)
def test_the_tightest_limit_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], free: int, by: str
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    found = least_limit(system(tmp_path, files))
    assert found.free == free
    assert by in found.by


def test_the_limit_of_the_shell_counts_with_what_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = resource.getpagesize()
    soft = {resource.RLIMIT_AS: 1000 * page, resource.RLIMIT_DATA: 500 * page}
    monkeypatch.setattr(resource, "getrlimit", lambda number: (soft[number], soft[number]))
    root = system(tmp_path, {"proc/self/statm": "400 20 10 5 0 150 0\n"})
    assert least_limit(root) == Limit(350 * page, "left of the limit that `ulimit -d` set")

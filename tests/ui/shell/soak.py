"""Changes screens a number of times without a terminal, and writes what that left behind: run by test_soak.py."""

import asyncio
import gc
import json
import resource
import sys
import time

from textual.pilot import Pilot
from textual.widget import Widget

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from tests.ui.pressing import press, settle

ROUND = ("2", "question_mark", "escape", "3", "4", "5", "6", "colon", "escape", "1", "i", "i")
WARM_ROUNDS = 5
"""Rounds until all that is made once, and all that is cached, is there."""


def say(what: object) -> None:
    """Writes a line for the test that runs this."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def left_behind() -> dict[str, int]:
    """What is in memory: widgets, screens among them; all objects that hold others; the most bytes there were."""
    gc.collect()
    objects = gc.get_objects()
    widgets = sum(isinstance(each, Widget) for each in objects)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"widgets": widgets, "objects": len(objects), "bytes": most}


async def main(changes: int) -> None:
    """Changes screens; the last thing that is written is the time of the processor until then."""
    app = LabApp(Lab(Experiment()))

    async def person(pilot: Pilot[int]) -> None:
        await settle(pilot)
        for done in range(changes // len(ROUND) + 1):
            await press(pilot, *ROUND)
            if done == WARM_ROUNDS:
                say(left_behind())
        assert app.is_running, "a key ended the lab: the rest changed nothing"
        say(left_behind())
        say(time.process_time())
        await press(pilot, "q")

    await app.run_async(headless=True, size=(60, 18), auto_pilot=person)  # type: ignore[arg-type]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

"""Opening the lab: what the command line calls."""

import gc
import os
import sys

from rnn_tui.lab.session.saved import Lab
from rnn_tui.lab.text.printed import write_lines

FAILURE = 1


def run_lab(lab: Lab, *, theme: str | None = None) -> int:
    """Opens the lab, on the screen that it names, and returns the exit status when it is left.

    0 after quitting, 128 + n after signal n, 1 after a crash. `terminal.refusal` is asked first, by the caller.
    """
    # Nothing that loads until the first measurement becomes garbage, and a search for it takes a tenth of the start.
    gc.disable()
    import asyncio

    from rnn_tui.ui.app import LabApp
    from rnn_tui.ui.terminal.yielding import SWITCH_SECONDS

    app = LabApp(lab, theme=theme)
    sys.setswitchinterval(SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=app.interface_first.event_loop) as runner:
        try:
            runner.run(app.run_async(mouse=False))
        except BaseException:
            app.keep_work()
            raise
    if app.farewell is not None:
        write_lines(app.farewell.split("\n"), sys.stderr)
    status = app.return_code if app.return_code is not None else FAILURE
    if app.measuring:
        # Nobody waits for that thread, and native code under way does not survive Python being taken down around it.
        sys.stderr.flush()
        os._exit(status)
    return status

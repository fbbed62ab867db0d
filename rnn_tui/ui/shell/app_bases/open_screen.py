"""OpenScreen: what the app asks of a screen of the lab, whichever it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.shell.lines.prompt import Prompt

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.report.report import Format
    from rnn_tui.ui.shell.lines.prompt import Then


class OpenScreen(Protocol):
    """What the app asks of a screen that was made, whichever it is.

    Attributes:
        prompt: what is asked for in its prompt line; None while nothing is.
    """

    prompt: Prompt | None

    def ask(self, prompt: Prompt) -> None:
        """Opens the prompt line."""

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        """Shows a note on what is typed."""

    def focus_prompt(self) -> None:
        """Gives the keys to an open prompt that lost them."""

    def interrupt(self) -> bool:
        """Ends what runs by itself until a key is pressed; whether something did, so that the key does nothing else."""

    def after_measurement(self) -> None:
        """Adds to what was said of a change."""

    def keep_work(self) -> str:
        """Keeps what would be lost when the lab is left; what is to be said of it."""

    def completed(self, lab: Lab) -> Lab:
        """The lab with what this screen alone has set."""

    def take_up(self, lab: Lab) -> None:
        """Sets what the lab holds of this screen alone."""

    def export(self, path: Path, form: "Format", measurement: "Measurement") -> "str | Then":
        """Writes the numbers that the screen shows; why it cannot be, or what to do then."""

"""What holds for every test at the keyboard."""

import pytest

import rnn_tui.lab.powers.draws
import rnn_tui.ui.screens.powers.measured
import rnn_tui.ui.shell.app_bases.jobs_app


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Powers screen, and the lab that it is compared with, draw less: what they draw is the same."""
    monkeypatch.setattr(rnn_tui.lab.powers.draws, "SEEDS", 20)
    monkeypatch.setattr(rnn_tui.lab.powers.draws, "MOST", 200)
    monkeypatch.setattr(rnn_tui.ui.shell.app_bases.jobs_app, "FRAME_SECONDS", 0.0)
    monkeypatch.setattr(rnn_tui.ui.screens.powers.measured, "PART_SECONDS", 0.0)

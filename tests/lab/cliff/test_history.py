"""Undo and redo on the cliff: of what is set, not of what is looked at."""

import pytest

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.session.cliff_history import CliffHistory
from rnn_tui.lab.session.history import LONGEST, RUN_SECONDS, DialRun

FIRST = CliffSettings()
STEEP, LONG = FIRST.changed(lr=0.5), FIRST.changed(lr=0.5, length=60)


def test_undo_and_redo_walk_through_what_was_set() -> None:
    history = CliffHistory().changed(STEEP).changed(LONG)
    assert (history.undone().present, history.undone().undone().present) == (STEEP, FIRST)
    back = history.undone().undone()
    assert back.undone() is back
    assert back.redone().redone().present == LONG
    assert history.redone() is history
    assert history.undone().changed(FIRST).future == ()


def test_quick_turns_of_one_dial_are_one_step() -> None:
    history = CliffHistory().changed(STEEP, run=DialRun("lr", 1.0)).changed(FIRST, run=DialRun("lr", 1.0 + RUN_SECONDS))
    assert history.past == (FIRST,)
    for run in (DialRun("lr", 1.1 + RUN_SECONDS), DialRun("length", 1.1), None):
        assert len(CliffHistory().changed(STEEP, run=DialRun("lr", 1.0)).changed(LONG, run=run).past) == 2
    assert len(history.undone().changed(LONG, run=DialRun("lr", 1.1 + RUN_SECONDS)).past) == 1


def test_the_picture_stays_where_it_is() -> None:
    near = FIRST.zoomed(2, w=4.9, b=-2.15)
    history = CliffHistory().changed(STEEP).looking_at(near)
    assert len(history.past) == 1
    assert history.present == near.changed(lr=0.5)
    assert history.undone().present == near
    assert history.undone().redone().present == near.changed(lr=0.5)


def test_the_picture_goes_to_a_start_that_it_does_not_show() -> None:
    far = FIRST.changed(w=9.0, w_low=8.0, w_high=9.4)
    back = CliffHistory().changed(far).undone().present
    assert (back.w, back.b) == (FIRST.w, FIRST.b)
    assert back.shows(back.w, back.b)
    assert back.w_high - back.w_low == pytest.approx(far.w_high - far.w_low)


def test_the_past_has_an_end() -> None:
    history = CliffHistory()
    for steps in range(LONGEST + 5):
        history = history.changed(FIRST.changed(length=1 + steps % 900))
    assert len(history.past) == LONGEST

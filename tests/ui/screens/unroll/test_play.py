"""The walk there and back: which pictures it shows, and for how long."""

import pytest

from rnn_tui.ui.screens.unroll.play import FASTEST_SECONDS, LONGEST_PLAY_SECONDS, SLOWEST_SECONDS, period, pictures


@pytest.mark.parametrize("steps", [1, 2, 4, 39, 40, 41, 400, 10_000, 1_000_000])
def test_it_reaches_both_ends_there_and_back_in_good_time(steps: int) -> None:
    walk = list(pictures(steps))
    forward = [picture.step for picture in walk if picture.phase == "forward"]
    assert forward == sorted(set(forward))
    assert (forward[0], forward[-1]) == (0, steps - 1)
    assert [picture.step for picture in walk if picture.phase == "backward"] == forward[::-1]
    assert len(walk) * period(steps) <= LONGEST_PLAY_SECONDS * 1.05


def test_a_short_text_is_walked_step_by_step() -> None:
    assert [picture.step for picture in pictures(5)] == [0, 1, 2, 3, 4, 4, 3, 2, 1, 0]


def test_a_short_walk_is_slow_enough_to_follow_and_a_long_one_quick() -> None:
    assert period(4) == SLOWEST_SECONDS
    assert period(400) == FASTEST_SECONDS

"""The descents in words: where they stand, what the last step did, and what the next one will do."""

import math

import numpy as np
import pytest

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.lab.cliff.paths import descend
from rnn_tui.lab.cliff.settings import STARTS, CliffSettings
from rnn_tui.lab.cliff.words import descents_position, ending_sentences, next_sentence, step_notice, step_sentence
from rnn_tui.lab.text.numbers import coordinate_text, point_text

VALLEY = CliffSettings()
WALL = CliffSettings().changed(**STARTS["the wall"])


@pytest.mark.parametrize(
    ("settings", "steps", "where"),
    [
        (VALLEY, 0, "at the start"),
        (VALLEY, 4, "together"),
        (VALLEY, 8, "on the wall"),
        (VALLEY, 9, "jumped out"),
        (VALLEY, 30, "jumped out"),
        (WALL, 0, "on the wall"),
        (WALL, 1, "jumped out"),
        (VALLEY.changed(threshold=0.01), 0, "beyond θ"),
        (VALLEY.changed(threshold=0.05), 3, "parted"),
        (VALLEY.changed(w=0, b=0, target=0.5), 1, "at rest"),
        (VALLEY.changed(w_low=4.86, b_low=-2.19, w_high=4.91, b_high=-2.1, threshold=0.05), 3, "left the picture"),
        (VALLEY.changed(w_high=60, b_high=70), 9, "parted"),
    ],
)
def test_where_they_stand(settings: CliffSettings, steps: int, where: str) -> None:
    assert descents_position(descend(settings, steps), settings) == where


def test_from_the_wall_one_step_is_told_with_its_numbers() -> None:
    assert next_sentence(descend(WALL, 0), WALL) == (
        "Here is the wall: ‖∇E‖ = 6758. The next step unclipped goes 67.6, to (40.6961, 54.7673), out of the picture; "
        "clipped to θ = 0.5 it goes 5.0e-3, to (5.00264, −2.60809)."
    )
    assert step_sentence(descend(WALL, 1), WALL) == (
        "Step 1 of the unclipped path: (5, −2.61234) → (40.6961, 54.7673), out of the picture, E 0.142 → 0.090, "
        "‖∇E‖ 6758 → 2.9e-42. Clipped to θ = 0.5, it goes 5.0e-3, to (5.00264, −2.60809): E 0.142 → 0.011, "
        "‖∇E‖ 6758 → 0.203."
    )
    assert (
        step_notice(descend(WALL, 1)) == "step 1: × goes 67.6 to (40.6961, 54.7673), ● goes 5.0e-3 (clipped), E 0.011"
    )


def test_before_the_wall_nothing_is_clipped() -> None:
    assert step_sentence(descend(VALLEY, 0), VALLEY) == ""
    assert next_sentence(descend(VALLEY, 0), VALLEY) == (
        "Here ‖∇E‖ = 0.078, within θ = 0.5: the next step takes both paths as it is, to (4.87894, −2.17316)."
    )
    assert step_sentence(descend(VALLEY, 1), VALLEY) == (
        "Step 1 of both paths: (4.9, −2.15) → (4.87894, −2.17316), E 0.044 → 0.041, ‖∇E‖ 0.078 → 0.083; "
        "nothing is clipped."
    )
    assert step_notice(descend(VALLEY, 1)) == "step 1: both at (4.87894, −2.17316), E 0.041, ‖∇E‖ 0.083"


def test_after_the_jump_the_clipped_path_goes_on_alone() -> None:
    found = descend(VALLEY, 12)
    assert step_sentence(found, VALLEY).startswith("Step 12 of the clipped path: (4.72087, −2.30852) → (4.68619, −2.3")
    assert next_sentence(found, VALLEY).endswith(
        "the next step takes the clipped path as it is, to (4.64647, −2.39899)."
    )
    (ending,) = ending_sentences(found)
    assert ending.startswith(
        "The unclipped path ends at (46.6473, 65.2296). Here ‖∇E‖ = 2.2e-49, and η times that moves"
    )
    shortened = descend(VALLEY, 8)
    moved = VALLEY.changed(w=shortened.clipped.points[-1].w, b=shortened.clipped.points[-1].b)
    assert "it goes 0.200" in next_sentence(descend(moved, 0), moved)


def test_a_step_that_is_cut_after_the_jump_says_so() -> None:
    found = descend(VALLEY.changed(threshold=0.15), 30)
    steps = [point.step for point in found.clipped.points[10:30] if point.is_clipped]
    assert steps
    for step in steps:
        sentence = step_sentence(descend(found.settings, step + 1), found.settings)
        assert sentence.startswith(f"Step {step + 1} of the clipped path: ")
        assert sentence.endswith(", shortened to η θ.")


def test_what_leads_beyond_float64_has_words_too() -> None:
    b = 0.5 - 1000 * float(sigmoid(np.array(0.5)))
    settings = CliffSettings(length=200, w=1000, b=b, w_low=999, w_high=1001, b_low=b - 1, b_high=b + 1)
    found = descend(settings, 0)
    assert descents_position(found, settings) == "on the wall"
    assert "unclipped leads beyond every number that float64 holds, out of the picture" in next_sentence(
        found, settings
    )
    assert descents_position(descend(settings, 1), settings) == "jumped out"
    assert ending_sentences(descend(settings, 1))[0].endswith("η times that is beyond what float64 holds.")


def test_coordinates_show_small_steps() -> None:
    assert point_text(5.00264115, -2.60809449) == "(5.00264, −2.60809)"
    assert [coordinate_text(value) for value in (0.0, -1.5, 1e-9, 2.5e6, math.inf, -math.inf)] == [
        *("0", "−1.5", "1.0e-9", "2.5e6", "∞", "−∞")
    ]

"""History: undo and redo as a list of experiments."""

from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.history import LONGEST, RUN_SECONDS, DialRun, History

A, B, C = (Experiment(seed=seed) for seed in (1, 2, 3))


def test_undo_and_redo_walk_the_changes() -> None:
    history = History.of(A).changed(B).changed(C)
    assert history.undone().present == B
    assert history.undone().undone().present == A
    assert history.undone().undone().undone().present == A
    assert history.undone().redone() == history
    assert history.redone() is history


def test_a_change_after_an_undo_drops_what_was_undone() -> None:
    history = History.of(A).changed(B).undone().changed(C)
    assert history.future == ()
    assert history.undone().present == A


def test_a_run_is_one_step_while_it_lasts() -> None:
    history = History.of(A).changed(B, run=DialRun("rho", 0.0)).changed(C, run=DialRun("rho", RUN_SECONDS))
    assert history.past == (A,)
    late = history.changed(A, run=DialRun("rho", 2.1 * RUN_SECONDS))
    assert late.past == (A, C)
    other = history.changed(A, run=DialRun("seed", RUN_SECONDS))
    assert other.past == (A, C)


def test_a_run_does_not_go_on_after_an_undo() -> None:
    history = History.of(A).changed(B, run=DialRun("rho", 0.0)).undone().changed(C, run=DialRun("rho", 0.1))
    assert history.past == (A,)


def test_no_change_is_no_step() -> None:
    assert History.of(A).changed(A).past == ()


def test_what_could_not_be_measured_is_withdrawn() -> None:
    history = History.of(A).changed(B)
    assert history.withdrawn(B).present == A
    assert history.withdrawn(C) is history
    assert History.of(A).opened(B).withdrawn(B).start == A


def test_opening_moves_the_start() -> None:
    history = History.of(A).changed(B).opened(C)
    assert history.start == C
    assert history.undone().present == B


def test_the_past_is_kept_within_bounds() -> None:
    history = History.of(A)
    for seed in range(LONGEST + 10):
        history = history.changed(Experiment(seed=seed + 10))
    assert len(history.past) == LONGEST


def test_the_hidden_size_before_a_single_number() -> None:
    matrix = Experiment(hidden=5)
    history = History.of(matrix).changed(matrix.changed(init="number"))
    assert history.hidden_before_number() == 5
    assert History.of(Experiment(init="number", hidden=1)).hidden_before_number() == Experiment().hidden


@given(st.lists(st.sampled_from(["change", "undo", "redo"]), max_size=60))
def test_undo_is_undone_by_redo(steps: list[str]) -> None:
    history = History.of(A)
    for count, step in enumerate(steps):
        before = history
        match step:
            case "change":
                history = history.changed(Experiment(seed=count + 10))
            case "undo":
                history = history.undone()
                assert history is before or history.redone().present == before.present
            case _:
                history = history.redone()
                assert history is before or history.undone().present == before.present

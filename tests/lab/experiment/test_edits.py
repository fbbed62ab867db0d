"""W changed after it was drawn: what the lines say, what they do to W, and what becomes of them."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.network.initialisers import recurrent_blocks
from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.lab.experiment.edits import (
    MOST_EDITS,
    ColumnScaling,
    Edit,
    EditError,
    Entry,
    RadiusScaling,
    RowScaling,
    SigmaScaling,
    combined,
    edit_line,
    parse_edit,
)
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import recurrent_weight
from rnn_tui.lab.experiment.trace import trace
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.powers.powers import powers
from rnn_tui.lab.settings.errors import ExperimentError

PLACES, FACTORS, SCALES = st.integers(1, 10**9 - 1), st.floats(-1e6, 1e6), st.floats(0, 1e6)
EDITS = st.one_of(
    st.builds(Entry, PLACES, PLACES, FACTORS),
    st.builds(RowScaling, PLACES, FACTORS),
    st.builds(ColumnScaling, PLACES, FACTORS),
    st.builds(RadiusScaling, SCALES),
    st.builds(SigmaScaling, SCALES),
)


def edited(*lines: str, **settings: Any) -> Experiment:
    return Experiment(edits=lines, **settings)


@given(EDITS)
def test_a_line_names_its_edit(edit: Edit) -> None:
    assert parse_edit(edit_line(edit)) == edit
    assert edit_line(parse_edit(edit_line(edit))) == edit_line(edit)


def test_lines_are_read_as_they_are_typed() -> None:
    assert parse_edit(" 3 , 4 = .50 ") == Entry(3, 4, 0.5)
    assert parse_edit("row  3 *-1e-3") == RowScaling(3, -0.001)
    assert combined(["column 2* 0.50", "rho = 1.0"]) == ("column 2*0.5", "rho=1")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "one of 3,4=0.5"),
        ("3=4", "one of 3,4=0.5"),
        ("row 3+1", "one of 3,4=0.5"),
        ("0,1=2", "counted from 1"),
        ("column 0*2", "counted from 1"),
        ("1,1=nan", "a number from"),
        ("1,1=inf", "a number from"),
        ("1,1=two", "where 'two' stands"),
        ("rho=-1", "a number from 0 to"),
        ("row 1*1e7", "a number from"),
        ("9,1=0", "W is 8×8"),
        ("column 9*0", "W is 8×8"),
    ],
)
def test_what_cannot_be_is_refused(line: str, why: str) -> None:
    with pytest.raises(ExperimentError, match=why.replace("(", "\\(")) as caught:
        edited(line)
    assert caught.value.setting == "edits"
    if "8×8" not in why:
        with pytest.raises(EditError):
            parse_edit(line)


def test_a_list_of_something_else_is_refused() -> None:
    for wrong in ("1,1=2", [1], None):
        with pytest.raises(ExperimentError, match="edits"):
            Experiment(edits=wrong)  # type: ignore[arg-type]


def test_the_edits_are_made_in_order_to_the_drawn_w() -> None:
    drawn = recurrent_weight(Experiment())
    wanted = drawn.copy()
    wanted[2, 3] = 0.5
    wanted[1] *= -1.5
    wanted[:, 3] *= 2
    found = recurrent_weight(edited("3,4=0.5", "row 2*-1.5", "column 4*2"))
    assert np.array_equal(found, wanted)
    assert found[2, 3] == 1.0
    scaled = recurrent_weight(edited("3,4=0.5", "row 2*-1.5", "column 4*2", "rho=1.1"))
    assert spectral_radius(scaled) == pytest.approx(1.1)
    assert scaled == pytest.approx(wanted * 1.1 / spectral_radius(wanted))
    assert largest_singular_value(recurrent_weight(edited("1,1=3", "sigma=0.7"))) == pytest.approx(0.7)


@pytest.mark.parametrize(("cell", "block"), [("lstm", 2), ("gru", 2)])
def test_of_a_gated_cell_the_candidate_block_is_edited(cell: Any, block: int) -> None:
    before, after = trace(Experiment(cell=cell)), trace(edited("1,2=9", cell=cell))
    changed = before.network.parameters.weight_hh_l0 != after.network.parameters.weight_hh_l0
    assert np.argwhere(changed).tolist() == [[8 * block, 1]]
    assert after.weight_hh[0, 1] == 9


def test_of_a_feed_forward_net_the_first_layer_is_edited() -> None:
    before, after = trace(Experiment(cell="feedforward")), trace(edited("row 1*2", cell="feedforward"))
    changed = before.network.parameters.weight_hh_l0 != after.network.parameters.weight_hh_l0
    assert {tuple(place[:2]) for place in np.argwhere(changed).tolist()} == {(0, 0)}


def test_a_jordan_block_made_by_hand_grows_like_n() -> None:
    found = powers(edited("1,2=1", "2,1=0", init="identity", hidden=2, rho=1.0))
    n = found.steps
    assert found.weight.tolist() == [[1.0, 1.0], [0.0, 1.0]]
    assert 10**found.log10_power == pytest.approx((n + np.sqrt(n**2 + 4.0)) / 2, rel=1e-12)
    assert "‖Wⁿ‖ grows like n^1" in found.limit
    nothing = powers(edited("1,1=0", "2,2=0", "1,2=5", init="identity", hidden=2))
    assert nothing.limit == "ρ(W) = 0: nothing at all is left after 2 steps."
    assert measure(edited("1,1=0", "2,2=0", "1,2=5", init="identity", hidden=2)).verdict == "dead"


def test_what_cannot_be_scaled_is_refused_with_the_reason() -> None:
    for lines in (("1,1=0", "rho=2"), ("1,1=0", "sigma=2"), ("rho=0", "rho=2")):
        with pytest.raises(ExperimentError, match="W is") as caught:
            measure(edited(*lines, hidden=1))
        assert caught.value.setting == "edits"


def test_edits_that_leave_no_trace_are_replaced() -> None:
    start = edited("1,1=2", "1,1=3")
    assert start.edits == ("1,1=3",)
    assert start.edited("1,2=3").edited("1,1=4").edits == ("1,1=3", "1,2=3", "1,1=4")
    assert start.edited("row 1*2").edited("row 1*2").edits == ("1,1=3", "row 1*2", "row 1*2")
    turned = start.changed(rho=1.2).changed(rho=1.3)
    assert turned.edits == ("1,1=3", "rho=1.3")
    assert turned.changed(sigma=2).edits == ("1,1=3", "sigma=2")
    assert (turned.rho, turned.sigma) == (0.9, None)
    assert edited("rho=0", "rho=2").edits == ("rho=0", "rho=2")  # from zero there is no way back


def test_the_scale_of_an_edited_w_is_its_last_edit() -> None:
    assert (Experiment().scale("rho"), Experiment().scale("sigma")) == (0.9, None)
    start = edited("1,1=3")
    assert (start.scale("rho"), start.scale("sigma")) == (None, None)
    assert start.changed(rho=1.2).scale("rho") == 1.2
    assert (start.changed(sigma=1.5).scale("rho"), start.changed(sigma=1.5).scale("sigma")) == (None, 1.5)
    with pytest.raises(ExperimentError, match="rho cannot be -1"):
        start.changed(rho=-1)


@pytest.mark.parametrize("settings", [{"seed": 8}, {"init": "orthogonal"}, {"hidden": 9}, {"cell": "gru"}])
def test_another_w_has_no_edits(settings: dict[str, Any]) -> None:
    start = edited("1,1=3")
    assert start.changed(**settings).edits == ()
    assert start.changed(rho=0.5, **settings).rho == 0.5
    assert start.changed(**{name: getattr(start, name) for name in settings}).edits == ("1,1=3",)
    assert start.changed(text="another text", loss="sum").edits == ("1,1=3",)
    assert start.changed(edits=()).edits == ()


def test_a_lab_file_keeps_them_and_an_old_one_opens() -> None:
    start = edited("1,1=3", "row 2*0.1", "rho=1.2")
    assert Experiment.from_json(start.to_json()) == start
    assert hash(Experiment.from_json(start.to_json())) == hash(start)
    old = json.loads(start.to_json())
    del old["edits"]
    assert Experiment.from_json(json.dumps(old)) == Experiment()


@pytest.mark.parametrize("cell", ["rnn", "feedforward", "lstm"])
def test_every_member_of_an_ensemble_is_edited_and_scaled_by_one_factor(cell: Any) -> None:
    experiment = edited("1,1=2", "rho=1.4", "2,3=0.25", cell=cell)
    found = measure_ensemble(experiment, [7, 8])
    assert found.measures["log10_jacobian"][0] == pytest.approx(measure(experiment).log10_jacobian, abs=1e-12)
    if cell == "rnn":
        first, other = (
            recurrent_blocks("gaussian", seed=s, hidden=8, gates="a", rho=0.9, sigma=None, transient=2, gain_seed=7)
            for s in (7, 8)
        )
        first[0, 0] = other[0, 0] = 2
        other *= 1.4 / spectral_radius(first)
        other[1, 2] = 0.25
        alone = edited(*(f"{i + 1},{j + 1}={float(other[i, j])!r}" for i in range(8) for j in range(8)), seed=8)
        assert found.measures["log10_jacobian"][1] == pytest.approx(measure(alone).log10_jacobian, abs=1e-12)


def test_more_changes_than_a_person_makes_are_refused_and_none_is_read_twice() -> None:
    lines = tuple(f"{1 + place % 8},{1 + place // 8 % 8}={place}" for place in range(MOST_EDITS))
    whole = Experiment(edits=lines)
    assert whole.edits == lines
    misses = parse_edit.cache_info().misses
    whole.changed(loss="sum")
    assert parse_edit.cache_info().misses == misses
    with pytest.raises(ExperimentError, match=r"edits cannot be '10,001 changes': at most 10,000 changes to W"):
        whole.changed(rho=1.0)


def test_a_change_of_a_megabyte_is_refused() -> None:
    with pytest.raises(EditError, match="in at most 100 characters"):
        parse_edit(f"1,1={'0' * 10**6}")

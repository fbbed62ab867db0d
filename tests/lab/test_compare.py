"""Nine networks beside each other: the same numbers as each measured alone, and lengths that were really tried."""

import numpy as np
import pytest

from rnn_tui.engine.progress import CancelledError
from rnn_tui.lab.compare.compare import ComparedNetwork, Comparison, compare, comparisons
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import drawn, text_of
from rnn_tui.lab.experiment.networks import NETWORK_KINDS, network_of
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble, quantiles
from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS
from rnn_tui.lab.measurement.lyapunov import lyapunov
from rnn_tui.lab.measurement.measure import measure

TEXT = "the cat sat on the mat today"
BUILT = "What time is it"


def rows(experiment: Experiment) -> dict[str, ComparedNetwork]:
    return {row.name: row for row in compare(experiment).rows}


@pytest.mark.parametrize("settings", [{}, {"loss": "sum", "truncate": 2, "clip": "norm", "rho": 1.1}, {"sigma": 1.3}])
def test_every_row_is_what_its_experiment_measures(settings: dict[str, object]) -> None:
    base = Experiment(text=TEXT, **settings)  # type: ignore[arg-type]
    found = rows(base)
    assert list(found) == list(NETWORK_KINDS)
    for row in found.values():
        assert row.experiment is not None
        assert row.figures is not None
        assert (row.experiment.text, row.experiment.seed, row.experiment.rho) == (base.text, base.seed, base.rho)
        alone = measure(row.experiment.changed(loss="last", truncate=None, clip="off"))
        figures, rates = row.figures, lyapunov(alone)
        assert figures.log10_grad_hidden == pytest.approx(alone.log10_grad_hidden, abs=1e-12)
        assert (figures.log10_grad_cell is None) == (alone.log10_grad_cell is None)
        assert figures.parameters == alone.parameters
        assert figures.log10_growth_per_step == alone.log10_growth_per_step
        assert figures.verdict == alone.verdict
        assert figures.memory_lag_90 == alone.memory_lag_90
        assert figures.lyapunov == (None if rates is None else pytest.approx(rates.exponents[0], rel=1e-12))
        assert figures.log10_first_against_last == pytest.approx(
            alone.log10_grad_hidden[0] - alone.log10_grad_hidden[-1], abs=1e-12
        )
        assert row.experiment.loss == base.loss
        if alone.log10_grad_cell is not None:
            assert figures.log10_cell_first_against_last == pytest.approx(
                alone.log10_grad_cell[0] - alone.log10_grad_cell[-1], abs=1e-12
            )


def test_closed_forms() -> None:
    found = rows(Experiment(text=TEXT, activation="linear", rho=0.8))
    # the same numbers of weights: 8·8 + 8·8 + 8 + 8 and a readout of 7 tokens
    readout = 7 * 8 + 7
    sizes = {name: row.figures.parameters for name, row in found.items() if row.figures is not None}
    assert sizes["simple RNN"] == sizes["pinned skip"] == sizes["orthogonal RNN"] == 144 + readout
    assert sizes["feed-forward"] == sizes["residual net"] == 7 * 144 + readout
    assert sizes["LSTM"] == 4 * 144 + readout
    assert sizes["GRU"] == 3 * 144 + readout
    orthogonal = found["orthogonal RNN"].figures
    assert orthogonal is not None
    assert orthogonal.log10_first_against_last == pytest.approx(6 * np.log10(0.8), abs=1e-12)
    assert orthogonal.log10_growth_per_step == pytest.approx(np.log10(0.8))
    assert orthogonal.lyapunov == pytest.approx(np.log(0.8))


def test_lengths_are_tried() -> None:
    found = {name: row.figures for name, row in rows(Experiment()).items()}
    for name, figures in found.items():
        assert figures is not None
        assert figures.lengths.any == (name not in ("feed-forward", "residual net", "pinned skip"))
        assert figures.shares_weights == (name not in ("feed-forward", "residual net"))
    pinned, layers = found["pinned skip"], found["feed-forward"]
    assert pinned is not None
    assert layers is not None
    assert "pinned:1-4" in str(pinned.lengths.longer)
    assert "runs 4 steps and no other number, and this text has 5" in str(pinned.lengths.longer)
    assert "this text has 3" in str(pinned.lengths.shorter)
    assert layers.lengths.longer is not None
    assert "a step 5 would take 144" in layers.lengths.longer
    assert layers.lengths.shorter is None


def test_a_network_that_cannot_be_says_why() -> None:
    found = rows(Experiment(text="one"))
    assert found["pinned skip"].experiment is None
    assert "pinned" in str(found["pinned skip"].problem)
    assert compare(Experiment(text="one")).sentence.startswith("With one word")
    impossible = rows(Experiment(init="nonnormal", rho=2.0))
    assert "rho" in str(impossible["LSTM"].problem)
    assert impossible["orthogonal RNN"].figures is not None


def test_characters_and_a_base_of_any_kind() -> None:
    base = Experiment(text="ab cd", tokens="chars", cell="lstm", skip="pinned:1-5", forget_bias=3.0)
    found = rows(base)
    assert all(row.figures is not None for row in found.values())
    lstm = found["LSTM"].experiment
    assert lstm is not None
    assert lstm.forget_bias == 3.0
    assert lstm.skip == "none"


def test_bands_are_those_of_the_ensemble() -> None:
    base, seeds = Experiment(text=TEXT), range(7, 19)
    found = compare(base, seeds=seeds)
    assert found.seeds == tuple(seeds)
    for row in found.rows:
        assert row.experiment is not None
        assert row.figures is not None
        assert row.figures.bands is not None
        assert row.figures.bands.shape == (len(QUANTILE_LEVELS), 7)
        members = measure_ensemble(row.experiment, seeds).measures["log10_grad_hidden"]
        assert row.figures.bands == pytest.approx(quantiles(members), abs=1e-12)


def test_the_sentence_names_the_extremes_and_work_stops_when_told_to() -> None:
    found = compare(Experiment(text=TEXT))
    ratios = {
        row.name: row.figures.log10_cell_first_against_last or row.figures.log10_first_against_last
        for row in found.rows
        if row.figures is not None
    }
    assert max(ratios, key=lambda name: ratios[name]) in found.sentence
    assert min(ratios, key=lambda name: ratios[name]) in found.sentence
    with pytest.raises(CancelledError):
        compare(Experiment(), watch=lambda done: done < 0.5)


def test_a_network_of_another_length_is_the_same_network() -> None:
    """What is tried is the very network: the experiment with another text has its weights."""
    base = Experiment()
    for name in set(NETWORK_KINDS) - {"pinned skip"}:
        own = network_of(base, name)
        longer = drawn(own.changed(text=f"{own.text} now"), text_of(own)).network.parameters
        for mine, its in zip(drawn(own, text_of(own)).network.parameters, longer, strict=True):
            assert np.array_equal(mine, its[: len(mine)] if own.cell == "feedforward" else its)


def test_rows_come_one_by_one_and_those_of_before_stand_until_then() -> None:
    old, new = Experiment(text=TEXT), Experiment(text=TEXT, rho=0.3)
    before = compare(old)
    whole = {row.name: row for row in compare(new).rows}
    found = list(comparisons(new, before=before, first="GRU"))
    assert [len(each.waiting) for each in found] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert "GRU" not in found[0].waiting
    for each in found:
        assert [row.name for row in each.rows] == list(NETWORK_KINDS)
        for row in each.rows:
            standing = before.row(row.name) if row.name in each.waiting else whole[row.name]
            assert row.experiment == standing.experiment
            assert row.figures is not None
            assert standing.figures is not None
            assert np.array_equal(row.figures.log10_grad_hidden, standing.figures.log10_grad_hidden)
        assert each.before is (before if each.waiting else None)
    assert found[-2].sentence == before.sentence
    assert found[-1].sentence == compare(new).sentence != before.sentence


def test_what_had_to_wait_is_measured_first() -> None:
    before = compare(Experiment(text=TEXT))
    part = _after(5, Experiment(text=TEXT, rho=0.5), before)
    assert part.waiting == ("LSTM", "GRU", "orthogonal RNN", "identity-ReLU RNN")
    again = _after(1, Experiment(text=TEXT, rho=0.4), part, first="simple RNN")
    assert again.waiting[: len(part.waiting)] == part.waiting
    assert again.before is before


def _after(rows: int, experiment: Experiment, before: Comparison, first: str | None = None) -> Comparison:
    found = comparisons(experiment, before=before, first=first)
    return [next(found) for _ in range(rows)][-1]


def test_bands_come_after_the_figures() -> None:
    found = list(comparisons(Experiment(), seeds=range(3), first="LSTM"))
    assert [sum(row.figures is not None and row.figures.bands is not None for row in each.rows) for each in found] == [
        *[0] * 9,
        *range(1, 10),
    ]
    lstm = found[9].row("LSTM").figures
    assert lstm is not None
    assert lstm.bands is not None
    assert not lstm.bands.flags.writeable


@pytest.mark.parametrize(
    ("text", "refusing"), [("What time is it now", 3), ("What time is", 1), ("What time is it", 0)]
)
def test_what_was_built_for_one_length_refuses_another(text: str, refusing: int) -> None:
    *_, found = comparisons(Experiment(text=text), built_for=BUILT)
    rows = {row.name: row for row in found.rows}
    assert [name for name, row in rows.items() if row.refusal] == [
        name for name in ("feed-forward", "residual net", "pinned skip") if refusing == 3 or name == "pinned skip"
    ][:refusing]
    for row in rows.values():
        assert (row.refusal is None) == (row.figures is not None)
        assert row.problem is None
        assert row.experiment is not None
        assert row.experiment.text == (BUILT if row.refusal else text)
    if refusing:
        assert f"runs 4 steps and no other number, and this text has {len(text.split())}" in str(
            rows["pinned skip"].refusal
        )
    # those that run it give what they give when built for it
    for row in compare(Experiment(text=text)).rows:
        if (figures := rows[row.name].figures) is not None:
            assert row.figures is not None
            assert np.array_equal(figures.log10_grad_hidden, row.figures.log10_grad_hidden)


def test_layers_that_a_shorter_text_leaves_out_are_there_still() -> None:
    short = Experiment(text="What time")
    *_, found = comparisons(short, built_for=BUILT)
    layers, exact = found.row("feed-forward").figures, compare(short).row("feed-forward").figures
    assert layers is not None
    assert exact is not None
    assert layers.lengths.longer is None
    assert exact.lengths.longer is not None
    assert layers.parameters == exact.parameters + 2 * 144

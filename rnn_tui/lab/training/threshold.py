"""θ suggested from the gradient norms that were seen."""

from dataclasses import dataclass

import numpy as np

from rnn_tui.lab.report.fields import report_field
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.lab.training.record.run import TrainingRun

LEAST, MOST = 0.5, 10.0  # times the average norm (Pascanu et al. 2013, section 3.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """From where to where θ is worth trying."""

    steps: int = report_field("how many norms were seen", json=False)
    average: float = report_field("of the gradient norms that were seen")
    largest: float = report_field("of them")
    low: float = report_field("half of the average")
    high: float = report_field("ten times the average")
    sentence: str = report_field("all of that in words", json=False)


def suggested_threshold(run: TrainingRun) -> Suggested | None:
    """θ from 0.5 to 10 times the average ‖g‖ of all steps, before clipping; None before the first step."""
    if not run.step:
        return None
    norms = run.curves.of("norm")
    each = np.diff(norms.steps, prepend=0)
    average, largest = float(np.average(norms.mean, weights=each)), float(norms.high.max())
    low, high = LEAST * average, MOST * average
    seen = "the one step" if run.step == 1 else f"{run.step:,} steps"
    sentence = (
        f"‖g‖ was {number_text(average)} on average over {seen}, at most {number_text(largest)}: by Pascanu's rule, "
        f"half to ten times the average, θ is worth trying from {number_text(low)} to {number_text(high)}."
    )
    return Suggested(steps=run.step, average=average, largest=largest, low=low, high=high, sentence=sentence)

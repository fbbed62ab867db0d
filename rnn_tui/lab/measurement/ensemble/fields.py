"""Which measures an ensemble has: those of a network that are declared with `seeds`, and two parts of its reports."""

from rnn_tui.lab.measurement.report.fields import FIELDS
from rnn_tui.lab.report.fields import Field, in_order, inserted

QUANTILE_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SHOWN_LEVELS = (0.05, 0.5, 0.95)  # in a table
AXES = ("", "T", "N", "T,T")
# the first of those by step; what is declared later follows
FIRST = ("log10_step_losses", "log10_hidden_norm", "saturation")


_OWN = (
    Field("truncation_lost", "`truncation.lost`", of="truncation.lost"),
    Field("unmoved", "`update.unmoved`", of="update.unmoved"),
)
_KNOWN = inserted([one for one in FIELDS if one.seeds], {"log10_grad_norm": _OWN})
SEED_FIELDS = tuple(sorted(in_order(_KNOWN, FIRST), key=lambda one: AXES.index(one.shape)))

"""The three ways to clip, side by side for the gradient of one batch."""

from collections.abc import Mapping

from rnn_tui.engine.batch import Batch
from rnn_tui.engine.clipping_flat import Clipped
from rnn_tui.engine.kinds import ClipMode
from rnn_tui.engine.model import Model
from rnn_tui.engine.training import Recipe, Workspace, clip, loss_and_gradient

WAYS: tuple[ClipMode, ...] = ("norm", "value", "step")


def clippings(
    at: Model, batch: Batch, *, room: Workspace, threshold: float, truncate: int | None = None
) -> Mapping[ClipMode, Clipped]:
    """What norm, value and step clipping at θ would each do to the gradient of this batch; nothing is updated.

    Args:
        at: the parameters.
        room: from `workspace` for the batch's shape; overwritten.
        threshold: θ.
        truncate: K, the steps that a loss goes back.
    """
    found: dict[ClipMode, Clipped] = {}
    for mode in WAYS:
        loss_and_gradient(at, batch, room=room, truncate=truncate)
        found[mode], _ = clip(at, batch, room, Recipe(clip=mode, threshold=threshold, truncate=truncate))
    return found

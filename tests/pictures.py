"""The screens of the lab as text, for the pictures in the README."""

import asyncio
from collections.abc import Sequence

from rnn_tui.ui.app import LabApp
from tests.ui.pressing import lab, press


async def pictured(*keys: str, size: tuple[int, int]) -> str:
    """The lab after these keys, in rows without the spaces at their ends."""
    async with lab(size=size) as (app, pilot):
        await press(pilot, *keys)
        return "\n".join(row.rstrip() for row in rows(app))


def rows(app: LabApp) -> Sequence[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def picture(*keys: str, size: tuple[int, int]) -> str:
    return asyncio.run(pictured(*keys, size=size))

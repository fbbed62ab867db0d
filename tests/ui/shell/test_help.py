"""The help of the lab: the open screen first, then its keys, then the rest, as far as one scrolls."""

import pytest

from rnn_tui.ui.app import LabApp
from tests.pictures import rows
from tests.ui.pressing import lab, press


def shown(app: LabApp) -> str:
    return "\n".join(row.rstrip() for row in rows(app))


async def test_it_explains_the_screen_that_it_was_opened_on() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        for keys, title in ((("3",), "Compare: the same text"), (("escape", "6"), "Cliff: the error surface")):
            await press(pilot, *keys, "question_mark")
            assert title in shown(app)
            assert "What is shown" in shown(app)
        await press(pilot, "escape", "1", "i", "question_mark")
        assert "Unroll: the cells unrolled" in shown(app), "the numbers of a step belong to Unroll"


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_its_keys_come_after_that_and_the_other_pages_last(size: tuple[int, int]) -> None:
    async with lab(size=size) as (app, pilot):
        await press(pilot, "question_mark")
        seen = [shown(app)]
        while len(seen) < 40 and "that is all" not in seen[-1]:
            await press(pilot, "pagedown")
            seen.append(shown(app))
        found = [
            next(n for n, text in enumerate(seen) if words in text) for words in ("What is shown", "Keys", "While")
        ]
        assert found == sorted(found)
        assert "how the code is laid out" in " ".join(seen[-1].split())

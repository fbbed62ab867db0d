"""Typing in the prompt line: the text, a dial's value, and paths."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot

import rnn_tui.lab.measurement.measure
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.session.saved import Lab, open_lab, save_lab
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.shell.lines.key_line import KeyLine
from rnn_tui.ui.shell.lines.line_input import LONGEST_EDITED, LineInput
from rnn_tui.ui.shell.lines.prompt import LONGEST_TYPED, on_one_line, with_untouched
from rnn_tui.ui.shell.lines.prompt_line import PromptInput
from tests.ui import opened
from tests.ui.pressing import as_opened, lab, note, press, send_key, settle


async def paste(app: LabApp, pilot: Pilot[int], text: str) -> None:
    app.post_message(events.Paste(text))
    await settle(pilot)


async def clear(pilot: Pilot[int]) -> None:
    await press(pilot, "ctrl+u")


async def test_the_result_is_measured_as_one_types_and_the_edit_is_one_undo() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t", "space", "n", "o", "w")
        assert app.measurement is not None
        assert app.measurement.words == ("What", "time", "is", "it", "now")
        assert note(app).startswith("5 steps; ×")
        await press(pilot, "enter")
        assert app.hint.text == "text kept: 5 steps; `u` brings the one before back"
        await press(pilot, "u")
        assert app.experiment == Experiment()
        await press(pilot, "u")
        assert app.hint.text == "nothing to undo"


@pytest.mark.parametrize("key", ["escape", "ctrl+g"])
async def test_leaving_restores_the_text(key: str) -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t", "space", "x", key)
        assert app.experiment == Experiment()
        assert app.measurement is not None
        assert app.measurement.words == Experiment().words
        assert not app.history.past


async def test_an_empty_text_says_so_and_the_last_one_stays_measured() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t")
        await clear(pilot)
        assert "the text is empty" in note(app)
        assert app.measurement is not None
        assert app.measurement.words == Experiment().words
        await press(pilot, "enter")
        assert app.context == "prompt"
        await press(pilot, *"Da", "enter")
        assert app.experiment.text == "Da"


async def test_pasted_lines_become_one() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t")
        await clear(pilot)
        await paste(app, pilot, "one two\nthree\r\nfour")
        await press(pilot, "ctrl+s")
        assert app.experiment.words == ("one", "two", "three", "four")


async def test_control_characters_stay_as_pictures_of_themselves() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t")
        await clear(pilot)
        await paste(app, pilot, "a\x1b[31mb \x07 c\x9b")
        await press(pilot, "enter")
        assert app.experiment.words == ("a␛[31mb", "␇", "c\ufffd")


async def test_what_cannot_be_seen_stays_in_a_text_where_it_was_not_touched() -> None:
    async with lab(Experiment(text="سلام\u200f\r\ndear\u00ad\u202e world")) as (app, pilot):
        await press(pilot, "t", "!", "enter")
        assert app.experiment.text == "سلام\u200f\r\ndear\u00ad\u202e world!"


@given(st.text("ab\n\r\u200f\x1b ", max_size=20), st.text("ab \ufffd", max_size=5), st.data())
def test_an_edit_changes_what_was_touched_alone(before: str, put: str, data: st.DataObject) -> None:
    shown = on_one_line(before)
    assert len(shown) == len(before)
    begin = data.draw(st.integers(0, len(shown)))
    end = data.draw(st.integers(begin, len(shown)))
    found = with_untouched(before, shown, shown[:begin] + put + shown[end:])
    assert on_one_line(found) == shown[:begin] + put + shown[end:]


@pytest.mark.parametrize("text", ["پرسش زمان چیست", "现在 几点 了", "👩‍👩‍👧 e\u0301 ñ"])
async def test_every_script_can_be_typed(text: str) -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "t")
        await clear(pilot)
        await paste(app, pilot, text)
        await press(pilot, "enter")
        assert app.experiment.words == tuple(text.split())


async def test_a_text_that_was_not_touched_is_kept_as_it_was_written() -> None:
    written = "two\nlines  and\tspaces"
    async with lab(Experiment(text=written)) as (app, pilot):
        await press(pilot, "t", "enter")
        assert app.experiment.text == written
        assert app.hint.text == "the text is as it was"


async def test_pasting_with_no_prompt_open_presses_no_keys() -> None:
    async with lab() as (app, pilot):
        await paste(app, pilot, "q]]c")
        assert app.experiment == Experiment()
        assert app.hint.text == "to paste a text, press `t` first"


@pytest.mark.parametrize("pasted", ["x" * 10**6, "e " * 500_000, "a b\n" * 250_000], ids=["word", "words", "lines"])
async def test_a_pasted_megabyte_is_refused_in_one_sentence(pasted: str) -> None:
    prompts = (("colon", LONGEST_TYPED), ("t", LONGEST_EDITED), ("=", LONGEST_TYPED), ("o", LONGEST_TYPED))
    async with lab() as (app, pilot):
        for key, most in prompts:
            await press(pilot, key)
            typed = app.screen.query_one(LineInput)
            before, measured = typed.value, app.measurement
            app.post_message(events.Paste(pasted))
            await settle(pilot)
            said = app.objection or app.hint.text
            assert said.startswith(f"at most {most:,} characters fit into this line, so nothing was added"), key
            assert ("rnn-tui --file F" in said) == (key == "t"), key
            await press(pilot, "r")
            assert len(typed.value) == (1 if key in ("=", "o") else len(before) + 1), "what is typed next is taken"
            assert "at most" not in app.objection, key
            assert key == "t" or app.measurement is measured
            await as_opened(pilot, Experiment())


def test_visible_keeps_what_is_visible() -> None:
    assert on_one_line("e\u0301 👩‍👧 می\u200cخواهم") == "e\u0301 👩‍👧 می\u200cخواهم"
    assert on_one_line("a\tb\r\nc\u2028d\x00\x7f\udc80") == "a b  c d␀␡\ufffd"
    assert on_one_line("\x9b \u200f\u202e\u2066\u200b") == "\ufffd \ufffd\ufffd\ufffd\ufffd"


async def test_a_typed_value_takes_the_place_of_the_one_there() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "enter", *"1.23", "enter")
        assert app.experiment.rho == 1.23
        assert app.hint.text.startswith("ρ 0.90 → 1.23: ×")


async def test_a_wrong_value_is_explained_in_place() -> None:
    cases = [
        ("rho", "much", "a number such as 0.9 or 1e-3"),
        ("rho", "-1", "a number from 0 to 1e+06"),
        ("rho", "nan", "a number such as 0.9 or 1e-3"),
        ("rho", "1_0", "a number such as 0.9 or 1e-3"),
        ("rho", "1e400", "a number from 0 to 1e+06"),
        ("hidden", "2.5", "a whole number"),
        ("hidden", "0", "a whole number from 1 to 1000000000"),
        ("activation", "re lu", "one of tanh, sigmoid, relu, linear"),
        ("threshold", "", "a number such as 0.9 or 1e-3"),
    ]
    async with lab() as (app, pilot):
        for dial, typed, wrong in cases:
            app.dial = dial
            await press(pilot, "enter")
            await clear(pilot)
            app.screen.query_one(PromptInput).value = typed
            await press(pilot, "enter")
            assert app.context == "prompt", (dial, typed)
            assert wrong in note(app), (dial, typed)
            await press(pilot, "escape")
            assert app.experiment == Experiment(), (dial, typed)


async def test_a_choice_can_be_typed_by_its_beginning() -> None:
    async with lab() as (app, pilot):
        app.dial = "activation"
        await press(pilot, "enter", "s", "enter")
        assert app.experiment.activation == "sigmoid"


async def test_a_size_that_does_not_fit_is_refused_and_what_was_measured_stays() -> None:
    async with lab() as (app, pilot):
        before = app.measurement
        app.dial = "hidden"
        await press(pilot, "enter", *"1000000000", "enter")
        assert app.experiment == Experiment()
        assert app.measurement is before
        assert app.hint.kind == "error"
        assert not app.history.past


async def test_a_text_that_cannot_be_measured_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = rnn_tui.lab.measurement.measure.measure

    def refuses(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
        if "x" in experiment.text:
            raise ExperimentError("text", experiment.text, "a text without an x")
        return measure(experiment, full=full)

    async with lab() as (app, pilot):
        before = app.measurement
        monkeypatch.setattr(rnn_tui.lab.measurement.measure, "measure", refuses)
        await press(pilot, "t", "x")
        assert "a text without an x" in note(app)
        await press(pilot, "enter")
        assert app.hint.kind == "error"
        assert app.experiment == app.history.present == Experiment()
        assert app.measurement is before


async def type_path(app: LabApp, pilot: Pilot[int], key: str, path: Path | str) -> None:
    await press(pilot, key)
    app.screen.query_one(PromptInput).value = str(path)
    await press(pilot, "enter")


async def test_a_saved_lab_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    async with lab(Experiment(seed=3, text="a b")) as (app, pilot):
        await type_path(app, pilot, "s", path)
        assert app.hint.text == f"saved the lab to {path}"
        await press(pilot, "n", "n")
        await type_path(app, pilot, "o", path)
        assert app.experiment == Experiment(seed=3, text="a b")
        assert app.hint.text.startswith(f"opened {path}: seed 5 → 3; ×")
        await press(pilot, "u")
        assert app.experiment.seed == 5


async def test_a_file_is_written_over_only_after_a_second_enter(tmp_path: Path) -> None:
    path = tmp_path / "there.json"
    save_lab(path, Lab(Experiment(seed=1)))
    async with lab(Experiment(seed=2)) as (app, pilot):
        await type_path(app, pilot, "s", path)
        assert "exists: Enter again writes over it" in note(app)
        assert open_lab(path).experiment.seed == 1
        await press(pilot, "enter")
        assert open_lab(path).experiment.seed == 2


async def test_a_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with lab() as (app, pilot):
        await type_path(app, pilot, "s", "~/lab.json")
        assert open_lab(tmp_path / "lab.json").experiment == Experiment()


async def test_a_path_that_cannot_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [
        ("s", "nowhere/lab.json", "nowhere"),
        ("s", "lab.txt", "must end in .json"),
        ("e", "lab.pdf", "must end in"),
        ("o", "missing.json", "missing.json"),
        ("o", "folder", "folder"),
        ("o", "broken.json", "broken.json"),
        ("s", "", "no path is typed"),
        ("s", "~nobody-of-this-name/lab.json", "no home folder"),
        ("s", "nul\0.json", "nul"),
        ("s", "n" * 300 + ".json", "too long"),
        ("e", "n" * 300 + "/out.csv", "too long"),
        ("o", "n" * 300, "too long"),
        ("s", "folder.json", "a directory"),
        ("s", "pipe.json", "no regular file"),
        ("e", "pipe.json", "no regular file"),
        ("o", "pipe.json", "no regular file"),
        ("o", "/dev/zero", "no regular file"),
    ]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    async with lab() as (app, pilot):
        for key, name, wrong in cases:
            await type_path(app, pilot, key, name)
            assert wrong in note(app), (key, name)
            await press(pilot, "escape")
            assert app.context == "unroll", (key, name)


async def test_every_export_is_written(tmp_path: Path) -> None:
    async with lab() as (app, pilot):
        for suffix in (".json", ".csv", ".txt", ".npz", ".safetensors", ".svg"):
            path = tmp_path / f"out{suffix}"
            await type_path(app, pilot, "e", path)
            assert app.hint.text == f"exported to {path}"
            assert path.stat().st_size > 100, suffix
    picture = (tmp_path / "out.svg").read_text(encoding="utf-8").replace("&#160;", " ")
    assert "Influence" in picture
    assert "export to" not in picture


@pytest.mark.parametrize(
    ("keys", "field", "names"),
    [
        (("2",), "powers", ", with the powers"),
        (("2", "h"), "powers", ", with the powers"),
        (("3",), "compare", ", with the networks compared"),
        (("4",), "spectrum", ", with the spectrum"),
        (("6",), "verdict", ""),
    ],
)
async def test_an_export_holds_what_the_screen_shows(
    keys: tuple[str, ...], field: str, names: str, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    async with lab() as (app, pilot):
        await press(pilot, *keys)
        await type_path(app, pilot, "e", path)
        assert app.hint.text == f"exported to {path}{names}"
        document = json.loads(path.read_text(encoding="utf-8"))
        assert field in document
        assert {"powers", "compare", "spectrum"} & set(document) == ({field} if names else set())
        if field == "powers":
            assert (document["powers"]["limit_tanh"] is not None) == ("h" in keys)
            assert opened.results(app, "powers").powers is not None
            assert document["powers"]["log10_state"] == opened.results(app, "powers").powers.log10_state.tolist()


async def test_what_is_not_all_measured_is_not_exported(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    async with lab() as (app, pilot):
        await press(pilot, "2")
        stage = opened.results(app, "powers").stage("powers")
        assert stage is not None
        work = opened.powers(app)._side_work
        whole = work.results
        work.results = replace(whole, stages={**whole.stages, "powers": replace(stage, under_way=True)})
        await type_path(app, pilot, "e", path)
        assert note(app) == "the powers are still being measured: Enter again in a moment"
        assert not path.exists()
        work.results = replace(whole, stages={**whole.stages, "powers": replace(stage, stopped=True)})
        await press(pilot, "enter")
        assert note(app) == "the powers are not all measured: you stopped that"
        work.results = whole
        await press(pilot, "enter")
        assert app.hint.text == f"exported to {path}, with the powers"
        assert path.read_text(encoding="utf-8").startswith("n,log10_state,log10_power,log10_shared_q")


async def test_the_train_screen_exports_its_training(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    async with lab() as (app, pilot):
        await press(pilot, "5", "x")
        await type_path(app, pilot, "e", path)
        assert app.hint.text == f"exported 1 step of training to {path}"
        assert json.loads(path.read_text(encoding="utf-8"))["steps"] == 1


@pytest.mark.parametrize(("keys", "rows"), [(("s", "ctrl+u", "enter"), 1), (("t", "ctrl+u"), 2)])
async def test_what_is_wrong_is_read_whole_and_hides_nothing_that_is_typed(keys: tuple[str, ...], rows: int) -> None:
    async with lab(size=(60, 18)) as (app, pilot):
        await press(pilot, *keys)
        line = app.screen.query_one(KeyLine)
        shown = " ".join(strip.text.strip() for strip in line.render_lines(Region(0, 0, 60, line.size.height)))
        assert shown == app.objection != ""
        assert line.size.height == rows
        assert app.screen.query_one(PromptInput).size.width > 30
        await press(pilot, "escape")
        assert line.size.height == 1
        assert app.objection == ""


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (("t", "ctrl+u", *"abc", "backspace", "d", "enter"), "abd"),
        (("t", "home", *"So ", "enter", "]"), "So What time is it"),
        (("t", "ctrl+u", events.Paste("a\x1bq\nb"), "c", "enter"), "a␛q bc"),
        (("n", "u", "t", "ctrl+u", *"x", "escape", "t", "ctrl+u", *"y", "enter"), "y"),
        ((events.Paste("q\x1bq"), "t", "ctrl+u", "z", "enter"), "z"),
    ],
)
async def test_keys_and_pastes_that_come_in_a_burst_keep_their_order(
    sent: tuple[str | events.Paste, ...], text: str
) -> None:
    async with lab() as (app, pilot):
        for each in sent:
            if isinstance(each, str):
                send_key(app, each)
            else:
                app.post_message(events.Paste(each.text))
        await settle(pilot)
        assert app.history.present.text == text
        assert app.context == "unroll"


async def test_a_command_is_found_by_a_burst_of_keys() -> None:
    async with lab() as (app, pilot):
        for key in (":", *"new seed", "enter"):
            send_key(app, key)
        await settle(pilot)
        assert app.experiment.seed == 8


async def test_no_control_character_of_a_paste_is_sent_on_by_the_palette() -> None:
    async with lab() as (app, pilot):
        await press(pilot, ":")
        await paste(app, pilot, "a\x1b[31m\x07b\nc")
        assert app.screen.query_one(LineInput).value == "a␛[31m␇b c"

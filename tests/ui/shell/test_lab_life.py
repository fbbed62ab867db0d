"""The lab as it goes on: undo, notices, hints, play, measuring behind the screen, themes, sizes."""

import threading
from pathlib import Path

import pytest

import rnn_tui.lab.measurement.measure
from rnn_tui.engine.progress import CancelledError, Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.history import RUN_SECONDS
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.saved.saved import Lab, open_lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.canvas import Canvas
from rnn_tui.ui.shell.crash import report_crash
from rnn_tui.ui.shell.lines.title import LATE, TitleLine
from rnn_tui.ui.shell.settings import load_settings, settings_path
from rnn_tui.ui.themes.themes import user_folder
from rnn_tui.ui.train.trainer import kept_path
from rnn_tui.ui.unroll import actions
from rnn_tui.ui.unroll.scene import Play
from tests.escaping import FORBIDDEN
from tests.ui import screens
from tests.ui.pressing import as_opened, lab, press, send_key, settle

LONG = " ".join(f"w{index}" for index in range(600))


async def test_a_quick_run_of_turns_is_one_step_of_undo() -> None:
    async with lab() as (app, pilot):
        now = 0.0
        app.clock = lambda: now
        await press(pilot, "up", "up")
        now += RUN_SECONDS / 2
        await press(pilot, "up")
        now += 2 * RUN_SECONDS
        await press(pilot, "up")
        assert app.experiment.rho == 1.1
        await press(pilot, "u")
        assert app.experiment.rho == 1.05
        await press(pilot, "u")
        assert app.experiment.rho == 0.9
        await press(pilot, "r")
        assert app.experiment.rho == 1.05


async def test_another_change_ends_the_run() -> None:
    async with lab() as (app, pilot):
        app.clock = lambda: 0.0
        await press(pilot, "up", "n", "up", "u")
        assert (app.experiment.rho, app.experiment.seed) == (0.95, 8)


async def test_a_notice_names_before_and_after() -> None:
    cases = [
        (Experiment(threshold=0.1), ("c",), "clipping on: ‖g‖ {g} → 0.100"),
        (Experiment(clip="norm"), ("c",), "clipping off: ‖g‖ {g} as it is"),
        (Experiment(), ("n",), "seed 7 → 8: ×"),
        (Experiment(), ("n", "u"), "undid: seed 8 → 7; ×"),
        (Experiment(), ("n", "u", "r"), "did again: seed 7 → 8; ×"),
        (Experiment(), ("l",), "loss last → sum: L "),
        (Experiment(), ("m",), "influence gradient → gradient-input: the first word's share"),
        (Experiment(), ("a",), "φ tanh → sigmoid: ×"),
        (Experiment(clip="norm", threshold=0.1), ("tab", "tab", "up"), "θ 0.1 → 0.15: clipped ‖g‖ 0.100 → 0.150"),
        (Experiment(), ("tab", "tab", "tab", "up"), "η 0.1 → 0.2: one update moves the largest weight"),
    ]
    async with lab() as (app, pilot):
        for experiment, keys, said in cases:
            await as_opened(pilot, experiment)
            await press(pilot, *keys)
            assert app.measurement is not None
            norm = app.measurement.clip.norm_before
            assert norm is not None
            assert app.hint.text.startswith(said.format(g=f"{norm:.2f}")), (keys, app.hint.text)


async def test_the_hint_goes_on_with_the_person() -> None:
    async with lab() as (app, pilot):
        assert "Turn W:" in app.hint.text
        await press(pilot, "right_square_bracket")
        assert app.hint.kind == "notice"
        assert "Turn W:" not in app.hint.after
        seen = {app.hint.after}
        for key in ("c", "left", "g", "i", "i", "t", "escape", "tab", "v"):
            await press(pilot, key)
            seen.add(app.hint.after or app.hint.text)
        assert len(seen) >= 4


async def test_play_goes_forward_and_back_and_returns_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "period", lambda _: 0.02)
    async with lab() as (app, pilot):
        await press(pilot, "left")
        seen: list[Play | None] = []
        unroll = screens.unroll(app)
        unroll.watch(unroll, "scene", lambda scene: seen.append(scene.view.play), init=False)
        unroll.action_play()
        while playing(app):
            await pilot.pause(0.02)
        await settle(pilot)
        forward = [Play("forward", step) for step in range(4)]
        backward = [Play("backward", step) for step in reversed(range(4))]
        assert [each for each in dict.fromkeys(seen) if each is not None] == [*forward, *backward]
        assert seen[-1] is None
        assert app.step == 2


def playing(app: LabApp) -> bool:
    return screens.unroll(app).view.play is not None


async def test_any_key_stops_play_and_is_not_otherwise_used() -> None:
    async with lab() as (app, pilot):
        for key in ("space", "q", "right_square_bracket", "u", "escape", "t", "ctrl+p", "f7"):
            await press(pilot, "space")
            assert playing(app), key
            await press(pilot, key)
            assert not playing(app), key
            assert app.is_running, key
            assert app.experiment == Experiment(), key
            assert app.context == "unroll", key


async def test_a_long_measurement_keeps_the_lab_alive_and_only_the_newest_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measure = rnn_tui.lab.measurement.measure.measure
    asked: list[int] = []
    gate = threading.Event()

    def slow(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
        asked.append(experiment.seed)
        if experiment.seed != 7:
            assert gate.wait(30)
        return measure(experiment, full=full, watch=watch)

    async with lab(Experiment(text=LONG)) as (app, pilot):
        monkeypatch.setattr(rnn_tui.lab.measurement.measure, "measure", slow)
        for key in ("n", "n", "n", "n", "left"):
            send_key(app, key)
        await pilot.pause(0)
        assert app.busy
        assert app.step == 598
        assert app.experiment.seed == 11
        while app.hint.kind != "busy":
            await pilot.pause(0.02)
        assert app.hint.text == "measuring 600 steps…"
        title = app.screen.query_one(TitleLine)
        assert LATE in str(title.render())
        await pilot.press("tab")
        assert app.hint.text != "measuring 600 steps…"
        gate.set()
        await settle(pilot)
        assert asked == [8, 11]
        assert app.measurement is not None
        assert app.measurement.experiment.seed == 11
        assert app.hint.text.startswith("seed 7 → 11"), "what nobody waited for any more was shown"
        assert LATE not in str(title.render())


async def test_what_nobody_waits_for_stops_and_a_long_one_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = rnn_tui.lab.measurement.measure.measure
    stopped: list[int] = []
    gate = threading.Event()

    def endless(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
        if experiment.seed == 9:
            return measure(experiment, full=full, watch=watch)
        while watch(0.25):
            gate.wait(0.01)
        stopped.append(experiment.seed)
        raise CancelledError

    async with lab(Experiment(text=LONG)) as (app, pilot):
        monkeypatch.setattr(rnn_tui.lab.measurement.measure, "measure", endless)
        send_key(app, "n")
        while "25%" not in app.hint.text:
            await pilot.pause(0.02)
        assert app.hint.text == "measuring 600 steps… 25%"
        assert not stopped
        await press(pilot, "n")
        assert stopped == [8]
        assert app.measurement is not None
        assert app.measurement.experiment.seed == 9
        send_key(app, "n")
        await pilot.pause(0)
        await press(pilot, "u")
        assert stopped == [8, 10]


async def test_a_quick_one_overtakes_a_long_one() -> None:
    async with lab(Experiment(text=LONG)) as (app, pilot):
        send_key(app, "n")
        await pilot.pause(0)
        assert app.busy
        app.change(Experiment(text="a b"))
        assert not app.stale
        app._say_busy()
        assert app.hint.kind == "notice"
        assert not app.late
        await settle(pilot)
        assert app.measurement is not None
        assert app.measurement.words == ("a", "b")
        assert app.step == 1


async def test_a_window_of_a_long_text_is_measured_when_a_panel_asks() -> None:
    async with lab(Experiment(text=LONG)) as (app, pilot):
        while app.triangle is None:
            await pilot.pause(0.02)
        assert app.measurement is not None
        assert app.measurement.triangle is None
        assert app.triangle.stop == 600
        await press(pilot, "home")
        while app.triangle.start != 0:
            await pilot.pause(0.02)


async def test_themes_go_round_and_the_choice_is_kept() -> None:
    async with lab() as (app, pilot):
        first = app.theme
        seen = {first}
        await press(pilot, "T")
        second = app.theme
        while app.theme != first:
            seen.add(app.theme)
            await press(pilot, "T")
        assert seen == set(app.theme_names)
        while app.theme != second:
            await press(pilot, "T")
    async with lab() as (app, _):
        assert app.theme == second
    async with lab(theme=first) as (app, _):
        assert app.theme == first


@pytest.mark.parametrize(
    "content",
    [b"theme = ", b"theme = 7\n", b"\xff\xfe", b'theme = "gone"\n', b"a = " + b"[" * 50_000, b"a = " + b"9" * 5000],
    ids=["cut off", "number", "not UTF-8", "unknown theme", "deep", "digits"],
)
async def test_broken_settings_are_told_and_left_out(content: bytes) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_bytes(content)
    async with lab() as (app, pilot):
        assert app.theme == "night"
        assert app.hint.kind == "error"
        assert "settings.toml" in app.hint.text or "no theme 'gone'" in app.hint.text
        await press(pilot, "T")
    assert load_settings() == (type(load_settings()[0])(theme=app.theme), None)


@pytest.mark.parametrize("content", [b"flow = " + b"9" * 5000, b"a." * 30_000 + b"a = 1"], ids=["digits", "parts"])
async def test_a_broken_theme_does_not_keep_the_lab_from_starting(content: bytes) -> None:
    user_folder().mkdir(parents=True, exist_ok=True)
    (user_folder() / "mine.toml").write_bytes(content)
    async with lab() as (app, pilot):
        assert app.theme == "night"
        assert app.hint.kind == "error"
        assert "mine.toml" in app.hint.text
        await press(pilot, "right_square_bracket")
        assert app.experiment.rho == 0.95


async def test_a_damaged_training_does_not_end_the_lab() -> None:
    kept_path().parent.mkdir(parents=True, exist_ok=True)
    async with lab() as (app, pilot):
        await press(pilot, "5")
        for made, step in enumerate(("Infinity", "1e999", "[" * 50_000, "9" * 5000, '"\\u001b[2J"', "true"), 1):
            kept_path().write_text(
                f'{{"format": "rnn-tui kept training 1", "changes": [], "settings": {{}}, "step": {step}}}'
            )
            await press(pilot, "U")
            assert app.hint.kind == "error", step
            assert "holds no training of rnn-tui that can be taken up" in app.hint.text, step
            await press(pilot, "x")
            assert screens.progress(app) is not None
            assert screens.progress(app).step == made, step


def test_what_a_crash_says_does_not_act(tmp_path: Path) -> None:
    hostile = "\x1b]52;c;aGk=\x07 \x9b \u202e \ud800"
    said = report_crash(ValueError(hostile), Experiment(text=hostile), tmp_path / "a\x1b[2Jb")
    files = [path.read_text("utf-8") for path in (tmp_path / "a\x1b[2Jb").iterdir()]
    assert len(files) == 2
    for text in (said, *files):
        assert FORBIDDEN.search(text) is None
    assert open_lab(tmp_path / "a\x1b[2Jb" / "crash-lab.json").experiment.text == hostile


async def test_settings_that_cannot_be_written_do_not_stop_the_theme(tmp_path: Path) -> None:
    settings_path().parent.parent.mkdir(parents=True, exist_ok=True)
    settings_path().parent.write_text("a file where the folder should be", encoding="utf-8")
    async with lab() as (app, pilot):
        before = app.theme
        await press(pilot, "T")
        assert app.theme != before
        assert app.hint.kind == "error"


async def test_keys_work_in_a_window_that_is_too_small_and_it_recovers() -> None:
    async with lab(size=(59, 17)) as (app, pilot):
        await press(pilot, "right_square_bracket", "t", "x", "enter", "space", "space", "question_mark", "q")
        assert app.experiment.rho == 0.95
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert not app.screen.has_class("-too-small")
        await press(pilot, "right_square_bracket")
        assert app.experiment.rho == 1.0


async def test_a_prompt_outlives_a_window_that_was_too_small() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "t", "space", "a")
        await pilot.resize_terminal(30, 8)
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await press(pilot, "b", "enter")
        assert app.experiment.words[-1] == "ab"


async def test_the_lab_says_that_it_measures_before_it_has() -> None:
    app = LabApp(Lab(Experiment()))
    async with app.run_test() as pilot:
        assert app.measurement is None or "Turn W" in app.hint.text
        await press(pilot, "u", "space", "right")
        assert app.is_running


async def test_a_lab_that_opens_on_a_network_that_cannot_be_says_why_and_leads_back() -> None:
    async with lab(Experiment(init="nonnormal", rho=1.0)) as (app, pilot):
        shown = [
            "".join(segment.text for y in range(panel.size.height) for segment in panel.render_line(y))
            for panel in app.screen.query(Canvas)
        ]
        assert app.refusal == app.hint.text
        assert "below 1" in app.hint.text
        assert "NO NETWORK" in shown[0]
        assert "measuring" not in shown[0]
        assert "below 1" in shown[1]
        await press(pilot, "left_square_bracket")
        assert app.measurement is not None
        assert app.measurement.experiment.rho == 0.95
        assert app.refusal == ""

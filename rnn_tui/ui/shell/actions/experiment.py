"""ExperimentActions: the keys that make another experiment, the same on every screen that shows one."""

from rnn_tui.engine.kinds import GATED
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.state.dials import DIALS


class ExperimentActions(LabBase):
    """Actions of the app: each makes one change of the experiment."""

    def action_turn_rho(self, clicks: int) -> None:
        self.turn(DIALS["rho"], clicks)

    def action_choose(self, setting: str) -> None:
        if setting == "init":
            self.turn(DIALS["init"], 1)
            return
        if setting == "activation" and self.experiment.cell in GATED:
            cell = self.experiment.cell.upper()
            self.say(f"the {cell} has activations of its own: sigmoid for its gates, tanh beside them")
            return
        choices = EXPERIMENT.choices[setting]
        now = choices.index(getattr(self.experiment, setting))
        self.try_change(lambda: self.experiment.changed(**{setting: choices[(now + 1) % len(choices)]}))

    def action_cell(self) -> None:
        self.action_choose("cell")

    def action_skip(self) -> None:
        self.try_change(lambda: DIALS["skip"].turned(self.experiment, 1))

    def action_new_seed(self) -> None:
        self.try_change(lambda: DIALS["seed"].turned(self.experiment, 1))

    def action_clip(self) -> None:
        kinds = [kind for kind in EXPERIMENT.choices["clip"] if kind != "off"]
        mode = "off" if self.experiment.clip != "off" else self._last_clip() or kinds[0]
        self.try_change(lambda: self.experiment.changed(clip=mode))

    def _last_clip(self) -> str | None:
        """The kind of clipping that was on last."""
        return next((each.clip for each in reversed(self.history.past) if each.clip != "off"), None)

    def action_clip_kind(self) -> None:
        kinds = [kind for kind in EXPERIMENT.choices["clip"] if kind != "off"]
        now = self.experiment.clip
        mode = kinds[0] if now == "off" else kinds[(kinds.index(now) + 1) % len(kinds)]
        self.try_change(lambda: self.experiment.changed(clip=mode))

"""What the command line can say, and the experiment and paths that it makes."""

import argparse
import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from rnn_tui.cli.flags import FLAGS, TRAINING_FLAGS, Flag, contradicting_flags, flag_of, ignored_flags
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import (
    LAB_SUFFIX,
    REPORT_SUFFIXES,
    check_weights_name,
    check_writable,
    decode,
    path_text,
    read_text,
)
from rnn_tui.lab.nets.formats.recognise import refusal_as_text
from rnn_tui.lab.session.saved import Lab, open_kept_lab, open_lab
from rnn_tui.lab.settings.errors import ExperimentError, brief
from rnn_tui.lab.text.number_input import parse_real
from rnn_tui.ui.screens.table import TABS

SCREENS = tuple(each.name for each in TABS)
FORMATS = tuple(REPORT_SUFFIXES.values())
OUTPUT_FLAG, LAB_FLAG, WEIGHTS_FLAG = "--output", "--save-lab", "--save-weights"
LAB_FLAGS = ("--screen", "--theme", "--version")
TRAIN_FLAGS = (*(flag.name for flag in TRAINING_FLAGS), "--steps", LAB_FLAG)
MEASURE_ONLY = ("--full", "--seeds", "--powers", "--compare", "--spectrum")
MEASURE_FLAGS = ("--format", OUTPUT_FLAG, WEIGHTS_FLAG, *MEASURE_ONLY)


class UsageProblem(Exception):
    """A command line that cannot be followed; its message says what was wrong and what is allowed."""


class Parser(argparse.ArgumentParser):
    """The flags of one command; words that are no flags are the text. Raises `UsageProblem` and never exits on it."""

    def __init__(self, command: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"rnn-tui {command}".rstrip(),
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.add_argument("-h", "--help", action="store_true", help="print this and end")

    def error(self, message: str) -> NoReturn:
        """Says in the person's words what argparse says in its own."""
        if found := re.fullmatch(r"argument (\S+): (.*)", message):
            flag, complaint = found[1], found[2]
            if complaint.startswith("expected"):
                raise UsageProblem(f"{flag} needs a value (one that begins with a dash is written {flag}=-…)")
            if complaint.startswith("ignored explicit"):
                raise UsageProblem(f"{flag} takes no value")
            if complaint.startswith("needs"):
                raise UsageProblem(f"{flag} {complaint}")
            message = f"{flag}: {complaint}"
        raise UsageProblem(message)

    def parse(self, arguments: Sequence[str], elsewhere: Mapping[str, str]) -> tuple[argparse.Namespace, list[str]]:
        """The flags and the words among the arguments; all that follows `--` is words.

        `elsewhere` says of flags that are not known here where they belong.
        """
        end = arguments.index("--") if "--" in arguments else len(arguments)
        options, rest = self.parse_known_args(self._with_negatives(arguments[:end]))
        if options.help:
            return options, []
        for word in rest:
            if word.startswith("-") and word != "-" and " " not in word and not _is_number(word):
                self._unknown(word.partition("=")[0], elsewhere)
        return options, [*rest, *arguments[end + 1 :]]

    def flags(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The groups of flags: a title, and each flag as it is typed with what it does."""
        for group in self._action_groups:
            actions = group._group_actions  # noqa: SLF001
            yield group.title or "", [(_spelling(action), (action.help or "").replace("%%", "%")) for action in actions]

    def _with_negatives(self, arguments: Sequence[str]) -> list[str]:
        """The arguments, a negative number such as `-1e-3`, which argparse takes for a flag, joined to its own flag."""
        made: list[str] = []
        for word in arguments:
            action = self._option_string_actions.get(made[-1]) if made else None
            if action is not None and action.nargs is None and word.startswith("-") and _is_number(word):
                made[-1] += f"={word}"
            else:
                made.append(word)
        return made

    def _unknown(self, flag: str, elsewhere: Mapping[str, str]) -> NoReturn:
        if flag in elsewhere:
            raise UsageProblem(f"{flag} belongs to `{elsewhere[flag]}`")
        near = difflib.get_close_matches(flag, self._option_string_actions, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "a text that begins with a dash comes after --"
        raise UsageProblem(f"there is no flag {flag!r}: {hint}")


def _spelling(action: argparse.Action) -> str:
    value = f"[{action.metavar}]" if action.nargs == "?" else action.metavar
    return " ".join(str(part) for part in (", ".join(action.option_strings), value) if part)


def _is_number(word: str) -> bool:
    try:
        parse_real(word)
    except ValueError:
        return False
    return True


def path_of(raw: str) -> Path:
    """The path that a flag's value names.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    if not raw:
        raise argparse.ArgumentTypeError("needs the name of a file")
    return Path(raw)


def add_experiment_flags(parser: Parser) -> None:
    """Adds the flags that make an experiment: where the text comes from, and every setting."""
    text = parser.add_argument_group("text")
    text.add_argument("--file", metavar="F", type=path_of, help="read the text from this file; - is standard input")
    groups = {"text": text}
    for flag in FLAGS:
        group = groups.setdefault(flag.group, groups.get(flag.group) or parser.add_argument_group(flag.group))
        add_flag(group, flag)
    saved = parser.add_argument_group("saved")
    saved.add_argument("--lab", metavar="F", type=path_of, help="start from a saved lab; other flags change it")
    saved.add_argument(
        "--last", action="store_true", help="start from the lab that was kept when one was left; other flags change it"
    )


def add_flag(group: "argparse._ArgumentGroup", flag: Flag) -> None:
    """Adds the flag of one setting, which is among the options only where it is given."""
    default = f" (default: {flag.default})" if flag.default else ""
    group.add_argument(
        flag.name,
        dest=flag.setting,
        metavar=flag.metavar,
        action="append" if flag.repeated else "store",
        default=argparse.SUPPRESS,
        help=f"{flag.help}{default}".replace("%", "%%"),
    )


def add_printed_flags(parser: Parser) -> "argparse._ArgumentGroup":
    """The group of flags that say what is printed and how; a command adds its own."""
    group = parser.add_argument_group("printed")
    usual = f"how (default: what the name of --output says, or {FORMATS[0]})"
    group.add_argument("--format", metavar="|".join(FORMATS), help=usual)
    return group


def check_printed(options: argparse.Namespace, *, files: Sequence[str]) -> None:
    """Checks the format, and the files that the flags `files` name, before anything is computed for them.

    Where no format was given it is set to what the name of the output says, or else to the first.

    Raises:
        UsageProblem: there is no such format, a name says another one, or two flags name one file.
        FileProblem: a file cannot be written there, or not by that name.
    """
    if options.format is not None and options.format not in FORMATS:
        raise UsageProblem(f"--format cannot be {options.format!r}: one of {', '.join(FORMATS)}")
    named = {flag: path for flag in files if (path := getattr(options, flag[2:].replace("-", "_"))) is not None}
    options.format = _format(options.format, named.get(OUTPUT_FLAG))
    lab = named.get(LAB_FLAG)
    if lab is not None and lab.suffix.lower() not in ("", LAB_SUFFIX):
        raise UsageProblem(f"{LAB_FLAG} cannot be {path_text(lab)}: a lab is JSON, so let it end in {LAB_SUFFIX}")
    # What was read may be written over by what came of training it, and by nothing else.
    read = {"--file": options.file, "--lab": options.lab}
    taken = {_place(path): flag for flag, path in read.items() if path is not None}
    for flag, path in named.items():
        if flag == WEIGHTS_FLAG:
            check_weights_name(path)
        check_writable(path)
        other = taken.setdefault(_place(path), flag)
        if other != flag and not (other == "--lab" and flag == LAB_FLAG):
            raise UsageProblem(f"{other} and {flag} name the same file: give each its own")


def _format(given: str | None, output: Path | None) -> str:
    """The format to print in; that of the output's name where none is given."""
    if output is None or not output.suffix:
        return given or FORMATS[0]
    said = REPORT_SUFFIXES.get(output.suffix.lower())
    if said is None:
        names = ", ".join(f"{each} ({form})" for each, form in REPORT_SUFFIXES.items())
        raise UsageProblem(f"{OUTPUT_FLAG} cannot be {path_text(output)}: its name may end in {names} or nothing")
    if given not in (None, said):
        raise UsageProblem(
            f"{OUTPUT_FLAG} cannot be {path_text(output)} with --format {given}: by its name it is {said}"
        )
    return said


def _place(path: Path) -> Path:
    """A path by which two names of one file are the same."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # it will be refused by its own sentence
        return path


def experiment_from(options: argparse.Namespace, words: Sequence[str]) -> tuple[Experiment, bool]:
    """The experiment that flags and words make, and whether its text came from standard input.

    Raises:
        UsageProblem, FileProblem: as `lab_from`.
    """
    lab, from_stdin = lab_from(options, words)
    return lab.experiment, from_stdin


def lab_from(options: argparse.Namespace, words: Sequence[str]) -> tuple[Lab, bool]:
    """The lab that flags and words make, and whether its text came from standard input.

    Raises:
        UsageProblem: a value that cannot be, settings that exclude each other, or one that the network does not have.
        FileProblem: a file that cannot be read.
    """
    given: dict[str, str] = {
        flag.setting: vars(options)[flag.setting] for flag in FLAGS if flag.setting in options and not flag.repeated
    }
    for sentence in contradicting_flags(given):
        raise UsageProblem(sentence)
    lab = _start(options, words)
    settings: dict[str, object] = {setting: EXPERIMENT[setting].kind.spelled(raw) for setting, raw in given.items()}
    from_stdin = options.file == Path("-") or list(words) == ["-"]
    source = "the text"
    if options.file is not None and words:
        raise UsageProblem("--file and a TEXT exclude each other: give the text once")
    if from_stdin:
        source, settings["text"] = "standard input", read_text(None)
    elif options.file is not None:
        source, settings["text"] = path_text(options.file), read_text(options.file)
    elif words:
        if refusal := refusal_as_text(words):
            raise UsageProblem(refusal)
        settings["text"] = _typed(" ".join(words))
    try:
        experiment = lab.experiment.changed(**settings)
        for line in vars(options).get("edits", ()):
            experiment = experiment.edited(line)
    except ExperimentError as problem:
        raise setting_refusal(problem, given, source) from problem
    for sentence in ignored_flags(experiment, given):
        raise UsageProblem(sentence)
    return replace(lab, experiment=experiment), from_stdin


def _start(options: argparse.Namespace, words: Sequence[str]) -> Lab:
    """The lab that the other flags change: a new one, a saved one, or the one that was kept last."""
    if not options.last:
        return Lab(Experiment()) if options.lab is None else open_lab(options.lab)
    others = {"--lab": options.lab is not None, "--file": options.file is not None, "a TEXT": bool(words)}
    for other in (name for name, given in others.items() if given):
        raise UsageProblem(f"--last and {other} exclude each other: --last opens the lab that was kept, with its text")
    from rnn_tui.lab.session.kept_labs import kept_labs
    from rnn_tui.ui.shell.user_files.crash import kept_folder

    found = kept_labs(kept_folder())
    if not found:
        raise UsageProblem(
            f"--last: no lab is kept in {path_text(kept_folder())}; one is, when it is left after a change"
        )
    return open_kept_lab(found[0])


def setting_refusal(problem: ExperimentError, given: Mapping[str, str], source: str = "the text") -> UsageProblem:
    """The sentence that says of a refused setting which flag it is, what was given, and what is allowed."""
    if problem.setting == "text":
        return UsageProblem(f"{source}: {problem.allowed}")
    value = brief(given.get(problem.setting, problem.value))
    return UsageProblem(f"{flag_of(problem.setting)} cannot be {value}: {problem.allowed}")


def _typed(text: str) -> str:
    """The text of the command line, whose bytes Python keeps as stray surrogates where they are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return decode(os.fsencode(text), "the text")
    return text

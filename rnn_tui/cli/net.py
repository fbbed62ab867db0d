"""`rnn-tui net`: what is in a file of weights, printed."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rnn_tui.cli.arguments import FORMATS, Parser, UsageProblem
from rnn_tui.cli.output import Failure, print_report, print_text
from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.settings.errors import brief

_NARROWEST, _WIDEST = 60, 80
_ABOUT = """Say which recurrent networks are in a file of weights. Nothing in the file is run.

  FILE       safetensors, npz, or what torch.save wrote, whatever its name
"""


def run(arguments: Sequence[str]) -> int:
    """Prints what is in the file that the arguments name; the exit status 0.

    Raises:
        UsageProblem: they cannot be followed.
        Failure: they can, and the file cannot be used.
    """
    parser = net_parser()
    options, words = parser.parse(arguments, {})
    if options.help:
        return print_text(parser.format_help())
    if len(words) != 1:
        more = f"not {brief(words[1])} too" if words else "name it"
        raise UsageProblem(f"`rnn-tui net` takes one file, so {more}")
    if not words[0]:
        raise UsageProblem("`rnn-tui net` needs the name of a file")
    if options.format not in FORMATS:
        raise UsageProblem(f"--format cannot be {brief(options.format)}: one of {', '.join(FORMATS)}")
    from rnn_tui.lab.nets.modules.beside import ChoiceProblem
    from rnn_tui.lab.nets.net import Choices
    from rnn_tui.lab.nets.open import open_net
    from rnn_tui.lab.nets.report import net_report

    choices = Choices(options.module, options.embedding, options.readout, options.activation)
    try:
        net = open_net(Path(words[0]), choices)
    except FileProblem as problem:
        raise Failure(str(problem)) from problem
    except ChoiceProblem as problem:
        raise UsageProblem(str(problem)) from problem
    print_report(net_report(net, _columns()), options.format, None)
    return 0


def net_parser() -> Parser:
    """The flags of the command."""
    made = Parser("net", "rnn-tui net [flags] FILE", _ABOUT)
    chosen = made.add_argument_group("chosen")
    chosen.add_argument("--module", metavar="M", help="the recurrent module, where the file has several")
    chosen.add_argument("--embedding", metavar="NAME", help="the tensor that is its embedding, where several may be")
    chosen.add_argument("--readout", metavar="NAME", help="the tensor that is its readout, where several may be")
    chosen.add_argument("--activation", metavar="tanh|relu", help="φ of a simple RNN (default: what the file says)")
    printed = made.add_argument_group("printed")
    printed.add_argument("--format", metavar="|".join(FORMATS), default=FORMATS[0], help="how (default: table)")
    return made


def _columns() -> int:
    if sys.stdout is None or not sys.stdout.isatty():
        return _WIDEST
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))

"""The command line `rnnlab COMMAND ...` for runs and sweeps; `rnnlab --help` lists the commands."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from rnnlab.commands import batch_find as batch_find_command
from rnnlab.commands import board as board_command
from rnnlab.commands import compare as compare_command
from rnnlab.commands import dynamic_evaluation as dynamic_command
from rnnlab.commands import embeddings as embeddings_command
from rnnlab.commands import evaluate as evaluate_command
from rnnlab.commands import explain as explain_command
from rnnlab.commands import export as export_command
from rnnlab.commands import generate as generate_command
from rnnlab.commands import judge as judge_command
from rnnlab.commands import lr_find as lr_find_command
from rnnlab.commands import predict as predict_command
from rnnlab.commands import rate as rate_command
from rnnlab.commands import report as report_command
from rnnlab.commands import reproduce as reproduce_command
from rnnlab.commands import runs as runs_command
from rnnlab.commands import score as score_command
from rnnlab.commands import serve as serve_command
from rnnlab.commands import sweep as sweep_command
from rnnlab.commands import tokenize as tokenize_command
from rnnlab.errors import UserError, suggest
from rnnlab.run.config.encoding import escape_output, start_in_utf8
from rnnlab.run.config.options import check_options
from rnnlab.run.config.trust import trust
from rnnlab.sweep.best_run import BEST, find
from rnnlab.text.printable import printable

COMMANDS = {
    "runs": runs_command,
    "board": board_command,
    "evaluate": evaluate_command,
    "predict": predict_command,
    "generate": generate_command,
    "judge": judge_command,
    "explain": explain_command,
    "export": export_command,
    "serve": serve_command,
    "rate": rate_command,
    "report": report_command,
    "compare": compare_command,
    "reproduce": reproduce_command,
    "score": score_command,
    "tokenize": tokenize_command,
    "embeddings": embeddings_command,
    "dynamic_evaluation": dynamic_command,
    "lr_find": lr_find_command,
    "batch_find": batch_find_command,
    "sweep": sweep_command,
}
EXAMPLES = """\
examples:
  rnnlab runs --task tweets --sort test/macro_recall
  rnnlab predict last:tweets "what a waste of two hours"
  rnnlab generate last:shakespeare --prompt "Shall I compare" --temperature 0.8
  rnnlab tokenize last "sooo gooood!!! 😂 #BestDayEver"
  rnnlab embeddings last:tweets good --top 10
  rnnlab lr_find task=imdb model=bilstm
  rnnlab sweep status last
  rnnlab tokenize --help

RUN is a run's folder, a part of its path, last, last:TASK, or best:SWEEP.
Training is python train.py --help."""


TRUST = "allow the classes of an installed package in the folders of runs, from now on (docs/security.md)"


class Parser(ArgumentParser):
    """An argparse parser that raises its errors as our own, in one or two lines."""

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ").replace("the following arguments are required", "missing")
        raise UserError(f"{message}\nsee {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 is success, 2 a wrong command, option or value, 130 an interrupt.
    """
    if argv is None:
        start_in_utf8()
    try:
        escape_output()
        _main(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        lines = [printable(line) for line in str(error).split("\n")]
        print("error:", "\n".join(lines), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit complains
        return 141
    except OSError as error:
        return _of_disk(error)
    except KeyboardInterrupt:
        return 130
    return 0


def _of_disk(error: OSError) -> int:
    """Report a full or read-only disk in one line and return exit code 1; raise any other error again."""
    from rnnlab.run.train.cause import cause_of, disk_of

    if cause_of(error) != "disk" or os.environ.get("HYDRA_FULL_ERROR") == "1":
        raise error
    print("error:", printable(disk_of(error)), file=sys.stderr)
    return 1


def _main(argv: list[str]) -> None:
    top, parsers = _parsers()
    if not argv or argv[0] in ("-h", "--help"):
        top.print_help()
        return
    name = argv[0] if argv[0].startswith("-") else argv[0].replace("-", "_")
    if name not in parsers:
        kind = "option" if name.startswith("-") else "command"
        raise UserError(f"{name}: there is no such {kind} of rnnlab\n{suggest(name, [*parsers, '--help'])}")
    arguments = _parsed(parsers[name], argv[1:])
    for package in arguments.trust:
        trust(package)
    check_options(name, arguments)
    _find_best(arguments)
    COMMANDS[name].run(arguments)


def _find_best(arguments: Namespace) -> None:
    """Replace a RUN argument best:SWEEP, which every command accepts, by the folder of that run."""
    run = getattr(arguments, "run", None)
    if isinstance(run, str) and run.startswith(BEST):
        arguments.run = str(find(run, arguments.outputs).path)


def _parsers() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of `rnnlab` and the parsers of the commands by name."""
    top = Parser(
        "rnnlab",
        description="Look into runs and sweeps, and find settings for new ones.",
        epilog=EXAMPLES,
        formatter_class=_Plain,
    )
    below = top.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    parsers = {}
    for name, command in COMMANDS.items():
        parser = below.add_parser(
            name,
            help=command.SUMMARY.replace("%", "%%"),
            description=f"Shows {command.SUMMARY}.".replace("%", "%%"),
            epilog=command.EXAMPLES,
            formatter_class=_Plain,
            allow_abbrev=False,
        )
        command.add_options(parser)
        parser.add_argument("--trust", metavar="NAME", action="append", default=[], help=TRUST)
        parsers[name] = parser
    return top, parsers


def _parsed(parser: Parser, argv: list[str]) -> Namespace:
    """Parse the options, which may stand before, between and after the other arguments."""
    options = argv[: argv.index("--")] if "--" in argv else argv
    if "-h" in options or "--help" in options:
        parser.parse_args(["--help"])
    arguments, unknown = parser.parse_known_intermixed_args(argv)
    if unknown:
        _refuse(unknown[0], parser)
    return arguments


def _refuse(argument: str, parser: Parser) -> NoReturn:
    known = [name for action in parser._actions for name in action.option_strings]
    near = get_close_matches(argument.partition("=")[0], known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UserError(
        f"{argument}: there is no such option of {parser.prog}\n"
        f"{hint}there are: {', '.join(known)}; a text that begins with - goes behind --"
    )


class _Plain(RawDescriptionHelpFormatter):
    """A help formatter that keeps the line breaks of the examples."""


if __name__ == "__main__":
    sys.exit(main())

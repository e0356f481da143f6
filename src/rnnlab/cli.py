"""The command `rnnlab COMMAND ...` for trainings, runs and sweeps; `rnnlab --help` lists the commands."""

from __future__ import annotations

import os
import sys
import textwrap
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from rnnlab.errors import UserError, suggest

GROUPS = {  # in the order of `rnnlab --help`; each name is that of a file in rnnlab/commands/
    "start": ("train", "new", "doctor"),
    "find settings": ("lr_find", "batch_find", "sweep", "atlas"),
    "look at runs": ("runs", "board", "report", "compare", "reproduce", "wandb_workspace"),
    "measure": ("evaluate", "score", "judge", "rate", "dynamic_evaluation"),
    "use": ("predict", "generate", "export", "serve"),
    "look inside": ("explain", "tokenize", "embeddings"),
}
COMMANDS = tuple(name for names in GROUPS.values() for name in names)
EXAMPLES = """\
examples:
  rnnlab train task=imdb model=bilstm
  rnnlab runs --task tweets --sort test/macro_recall
  rnnlab predict last:tweets "what a waste of two hours"
  rnnlab generate last:shakespeare --prompt "Shall I compare" --temperature 0.8
  rnnlab lr_find task=imdb model=bilstm
  rnnlab sweep status last
  rnnlab tokenize --help

RUN is a run's folder, a part of its path, last, last:TASK, or best:SWEEP.
rnnlab train --help lists every choice of a training. rnnlab --version prints the version."""
TRUST = "allow the classes of an installed package in the folders of runs, from now on (docs/security.md)"
WIDEST = 100  # columns of the help


class Parser(ArgumentParser):
    """An argparse parser that raises its errors as our own, in one or two lines."""

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ").replace("the following arguments are required", "missing")
        raise UserError(f"{message}\nsee {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 is success, 2 a wrong command, option or value, 130 an interrupt.
    """
    typed = list(sys.argv[1:] if argv is None else argv)
    if typed[:1] == ["--version"]:
        print(f"rnnlab {import_module('rnnlab').__version__}")
        return 0
    from rnnlab.run.config.encoding import escape_output, start_in_utf8

    if argv is None:
        start_in_utf8()
    try:
        escape_output()
        _main(typed)
        sys.stdout.flush()
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        from rnnlab.text.printable import printable

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
    from rnnlab.text.printable import printable

    if cause_of(error) != "disk" or os.environ.get("HYDRA_FULL_ERROR") == "1":
        raise error
    print("error:", printable(disk_of(error)), file=sys.stderr)
    return 1


def _main(argv: list[str]) -> None:
    if not argv or argv[0] in ("-h", "--help"):
        print(help_text())
        return
    name = argv[0] if argv[0].startswith("-") else argv[0].replace("-", "_")
    if name not in COMMANDS:
        kind = "option" if name.startswith("-") else "command"
        rule = f"{name}: there is no such {kind} of rnnlab"
        raise UserError(f"{rule}\n{suggest(name, [*COMMANDS, '--help', '--version'])}")
    command = import_module(f"rnnlab.commands.{name}")
    if hasattr(command, "run_line"):  # it reads its arguments itself
        command.run_line(argv[1:])
        return
    arguments = _parsed(parser_of(name), argv[1:])
    from rnnlab.run.config.options import check_options

    for package in arguments.trust:
        from rnnlab.run.config.trust import trust

        trust(package)
    check_options(name, arguments)
    _find_best(arguments)
    command.run(arguments)


def _find_best(arguments: Namespace) -> None:
    """Replace a RUN argument best:SWEEP, which every command accepts, by the folder of that run."""
    from rnnlab.sweep.best_run import BEST, find

    run = getattr(arguments, "run", None)
    if isinstance(run, str) and run.startswith(BEST):
        arguments.run = str(find(run, arguments.outputs).path)


def help_text() -> str:
    """Return the help of `rnnlab`: every command with its summary, read without importing any."""
    try:
        width = min(os.get_terminal_size().columns, WIDEST)
    except OSError:  # no terminal
        width = WIDEST
    lines = ["usage: rnnlab COMMAND ...", "", "Train recurrent networks, look at runs, use what was trained."]
    for title, names in GROUPS.items():
        lines += ["", f"{title}:"]
        for name in names:
            first = f"  {name:<19} "
            lines += textwrap.wrap(summary(name), width, initial_indent=first, subsequent_indent=" " * 22)
    return "\n".join([*lines, "", EXAMPLES])


def summary(name: str) -> str:
    """Return the SUMMARY of a command, a single line of its file."""
    text = (Path(__file__).parent / "commands" / f"{name}.py").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("SUMMARY = "))
    return line.removeprefix('SUMMARY = "').removesuffix('"')


def parser_of(name: str) -> Parser:
    """Return the argparse parser of a command; `train` has none, as Hydra reads its arguments."""
    command = import_module(f"rnnlab.commands.{name}")
    parser = Parser(
        f"rnnlab {name}",
        description=f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}.".replace("%", "%%"),
        epilog=command.EXAMPLES,
        formatter_class=_Plain,
        allow_abbrev=False,
    )
    command.add_options(parser)
    parser.add_argument("--trust", metavar="NAME", action="append", default=[], help=TRUST)
    return parser


def parsers() -> dict[str, Parser]:
    """Return the parser of each command that has one, in the order of the help."""
    return {name: parser_of(name) for name in COMMANDS if name != "train"}


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

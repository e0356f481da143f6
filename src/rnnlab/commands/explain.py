"""`rnnlab explain RUN TEXT`: attribute a network's prediction to the tokens of a text."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.atomic import save_figure, write_whole
from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from rnnlab.explain.look import Look

SUMMARY = "which tokens of a text speak for an answer, surprise a language model, or are remembered"
SCORES, INSIDE = ("attention", "gradients", "occlusion", "surprisal", "memory"), ("gates", "units")
EXAMPLES = """\
examples:
  rnnlab explain last:tweets "not bad at all"
  rnnlab explain last:tweets "not bad at all" --method all --html explained.html
  rnnlab explain last:imdb "A waste of two hours." --class positive --method occlusion
  rnnlab explain last:tweets "not bad at all" --class all
  rnnlab explain last:shakespeare "To be, or not to be" --method units --figure units.png
  rnnlab explain last:translation "A man is riding a bike." --html attention.html
  rnnlab explain last:translation "A man is riding a bike." --class "Ein Mann fährt Rad." --method occlusion
  rnnlab explain last:probe "1 0 1 1" --method all
  rnnlab explain last:probe --row 3 --method memory
  rnnlab explain last --json -- "-_-"

gradients (integrated gradients) and occlusion score what each token adds to the log-odds of a class, blue
for it and orange against it. attention shows weights, which say where a network looks and not for which
class; of a text-to-text model they are a picture of source and output, and --class is another output to
explain. surprisal is a language model's. memory, of a probe, is the norm of the last output's gradient by
each input. gates show every unit of a layer, from 0 (closed) to 1 (open), and their means; units are those
that best follow something simple, such as being inside quotes, found on the run's validation text, on the
texts of its predictions, or on --file. The first of these that a network has is the default; all shows every
one. --class all scores each token for every class."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("text", metavar="TEXT", nargs="?", help="the text; - reads standard input")
    parser.add_argument("--row", metavar="N", type=int, help="a probe's test row of this number, from 0")
    methods = ("auto", *SCORES, *INSIDE, "all")
    parser.add_argument("--method", choices=methods, default="auto", help="default: auto, the first there is")
    parser.add_argument(
        "--class",
        dest="target",
        metavar="NAME",
        help="the class or output to explain, or all classes (default: the predicted one)",
    )
    parser.add_argument(
        "--steps", metavar="N", type=int, default=32, help="points of the gradients' integral"
    )
    parser.add_argument("--file", metavar="FILE", type=Path, help="text to find units on")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page that needs nothing else")
    parser.add_argument("--figure", metavar="FILE", type=Path, help="write a picture: png, svg or pdf")
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")


def run(arguments: Namespace) -> None:
    from rnnlab.explain.look import look
    from rnnlab.sweep.best_run import open_run

    opened = open_run(arguments.run, arguments.outputs)
    opened.problem.require("explain", opened.folder.path)
    if (arguments.text is None) == (arguments.row is None):
        raise SettingError("TEXT", arguments.text or "", "must be given, or else a probe's --row, not both")
    if arguments.row is not None:
        text = opened.explainer.row(arguments.row)
    else:
        text = _input() if arguments.text == "-" else arguments.text
    found = look(opened, text, arguments.method, arguments.target, arguments.steps, arguments.file)
    if arguments.json:
        print(json.dumps(found.to_json()))
    else:
        from rich.console import Console

        from rnnlab.explain.terminal import show_sheet

        show_sheet(found.sheet(), Console(highlight=False, emoji=False, markup=False))
    if arguments.html is not None:
        _write_page(found, arguments.html, arguments.json)
    if arguments.figure is not None:
        _write_figure(found, arguments.figure, arguments.json)


def _input() -> str:
    """Return all of standard input; bytes that are not UTF-8 become lone surrogates."""
    return sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")


def _write_page(found: Look, path: Path, quiet: bool) -> None:
    from rnnlab.explain.page import page

    title = f"{found.run.task}, {found.run.model}: why?" if found.run.classes else f"{found.run.task}: inside"
    text = page([found.sheet()], title)
    _written("--html", path, quiet, lambda: write_whole(path, text, errors="replace"))


def _write_figure(found: Look, path: Path, quiet: bool) -> None:
    from rnnlab.explain.figure import draw_sheet

    figure = draw_sheet(found.sheet())
    known = figure.canvas.get_supported_filetypes()
    ending = path.suffix.removeprefix(".").lower()
    if ending not in known:
        raise SettingError("--figure", path, "must end in the name of a format", names=known)
    _written("--figure", path, quiet, lambda: save_figure(figure, path))


def _written(option: str, path: Path, quiet: bool, write: Callable[[], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError as error:
        raise SettingError(option, path, f"cannot be written: {error.strerror or error}") from error
    if not quiet:
        print(f"{option.removeprefix('--')}: {path}")

"""`rnnlab judge RUN ...`: measure the quality and novelty of the text that language models write."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.commands.generate import temperatures
from rnnlab.errors import SettingError
from rnnlab.run.folder.find import OUTPUTS

if TYPE_CHECKING:
    from rnnlab.commands.judging.material import Entry

SUMMARY = "how good, how new and how varied the texts of language models are, beside people's"
EXAMPLES = """\
examples:
  rnnlab judge last:shakespeare
  rnnlab judge RUN RUN --temperature 0.6,0.8,1.0 --count 40
  rnnlab judge last --output board

Each model goes on from places in the held-out text, at each temperature; what people wrote there is the mark
to reach, and the same with its lines or its characters shuffled what to stay above. docs/judge.md explains
the measures. Numbers, texts, a figure and a page go into RUN/judge."""
COPIED = ("longest copy", "16-grams copied", "distinct-2", "self-BLEU")
SHOWN = ("nats (stream)", *COPIED, "real words", "coherence", "loops", "marks apart", "ROUGE-L")


def add_options(parser: ArgumentParser) -> None:
    help_runs = "a language model's run: a folder, a part of its path, last, or last:TASK"
    parser.add_argument("runs", metavar="RUN", nargs="+", help=help_runs)
    help_outputs = "the folder that holds the runs (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=OUTPUTS, help=help_outputs)
    help_heat = "one or several, with commas (default: 0.5,0.8,1.0,1.2)"
    parser.add_argument("--temperature", metavar="T[,T]", default="0.5,0.8,1.0,1.2", help=help_heat)
    parser.add_argument("--count", type=int, default=40, help="texts of each temperature (default: 40)")
    parser.add_argument("--length", type=int, default=1000, help="characters of a text (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (default: 1)")
    parser.add_argument(
        "--wandb", action="store_true", help="the board in W&B as well, offline without a key"
    )
    help_output = "a folder for the board (default: RUN/judge of the first run)"
    help_ratings = "a results file of rnnlab rate (default: the one in a run's folder, if there is one)"
    parser.add_argument("--ratings", metavar="FILE", type=Path, help=help_ratings)
    parser.add_argument("--output", metavar="DIR", type=Path, help=help_output)


def run(arguments: Namespace) -> None:
    for name, least in (("count", 2), ("length", 400), ("seed", 0)):
        if getattr(arguments, name) < least:
            raise SettingError(f"--{name}", getattr(arguments, name), f"must be at least {least}")
    heats = tuple(temperatures(arguments.temperature))
    from rnnlab.generate.decoding.settings import Decoding

    for heat in heats:
        Decoding(temperature=heat)
    from rnnlab.commands.judging.board import Asked, make_board
    from rnnlab.commands.judging.ratings import find_ratings
    from rnnlab.serve.rating.results import summary
    from rnnlab.serve.rating.show_results import text_of
    from rnnlab.sweep.best_run import open_run

    runs = [open_run(name, arguments.outputs) for name in arguments.runs]
    ratings = find_ratings([opened.folder.path for opened in runs], arguments.ratings)
    rated = None if ratings is None else summary(ratings)
    folder = arguments.output or runs[0].folder.path / "judge"
    asked = Asked(heats, arguments.count, arguments.length, arguments.seed)
    entries = make_board(runs, asked, folder, rated)
    if arguments.wandb:
        from rnnlab.commands.judging.wandb_board import log_board

        log_board(entries, folder, rated, folder / "board.png")
    print(table(entries))
    if rated is not None:
        print(f"\n{text_of(rated)}")
    print(f"\nthe whole board, texts and figure: {folder / 'board.html'}")


def table(entries: Sequence[Entry]) -> str:
    """Return a table of the main measures, one row per source."""
    from rnnlab.report.tables import render

    rows = [
        [e.name, *(f"{e.measured[name]:.4g}" if name in e.measured else "" for name in SHOWN)]
        for e in entries
    ]
    return render(["source", *SHOWN], rows)

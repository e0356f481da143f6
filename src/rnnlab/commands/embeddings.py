"""`rnnlab embeddings RUN WORD`: nearest neighbours among a run's trained word vectors, and a map of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.find import find_run

SUMMARY = "the nearest neighbours of words in a run's trained embedding, and a map of them"
FORMATS = (".png", ".pdf", ".svg")
EXAMPLES = """\
examples:
  rnnlab embeddings last good --top 10
  rnnlab embeddings last:tweets good bad "#monday" --plot
  rnnlab embeddings last good --plot good.svg
  rnnlab embeddings last --plot                # the first 200 words of the vocabulary
  rnnlab embeddings last good --json | jq .neighbours

A word goes through the run's cleaning and tokenizer. One that becomes several tokens has the
mean of their vectors, which is said. Likeness is the cosine of the vectors as the best
checkpoint has them. The map shows the first two principal components of the words and their
neighbours."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("words", metavar="WORD", nargs="*", help="one or more words")
    parser.add_argument(
        "--top", metavar="N", type=int, default=10, help="neighbours of each word (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each word")
    help_plot = "draw a 2-D map into FILE (.png, .pdf or .svg; default: embeddings.png in the run's folder)"
    parser.add_argument("--plot", metavar="FILE", nargs="?", const="", default=None, help=help_plot)


def run(arguments: Namespace) -> None:
    _check(arguments)
    folder = find_run(arguments.run, arguments.outputs)
    from rnnlab.commands.words.trained_words import (
        TrainedWords,  # late: torch takes a second, a wrong option none
    )

    words = TrainedWords(folder)
    asked = [words.query(word) for word in arguments.words]
    answers = [(query, words.nearest(query, arguments.top)) for query in asked]
    if arguments.json:
        from rnnlab.commands.words.nearest import to_json

        for query, found in answers:
            print(json.dumps(to_json(query, found)))
    else:
        _show(answers)
    if arguments.plot is not None:
        from rnnlab.commands.words.word_map_option import write_map

        path = Path(arguments.plot).expanduser() if arguments.plot else folder.path / "embeddings.png"
        write_map(words, answers, path, quiet=arguments.json)


def _check(arguments: Namespace) -> None:
    if arguments.top < 1:
        raise SettingError("--top", arguments.top, "must be a whole number >= 1")
    if not arguments.words and arguments.plot is None:
        raise UserError("WORD is missing: name one or more words, or draw a map with --plot")
    if arguments.plot and Path(arguments.plot).suffix.lower() not in FORMATS:
        rule = f"FILE must end in {', '.join(FORMATS)}; words go before --plot"
        raise SettingError("--plot", arguments.plot, rule)


def _show(answers: list) -> None:
    from rich.console import Console

    from rnnlab.commands.words.show_neighbours import show_neighbours

    console = Console(highlight=False, emoji=False, markup=False)
    for number, (query, found) in enumerate(answers):
        if number:
            console.print()
        show_neighbours(query, found, console)

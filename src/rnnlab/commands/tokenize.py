"""`rnnlab tokenize RUN TEXT`: show how a run cleans and tokenizes a text."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.texts import texts_of
from rnnlab.run.folder.find import OUTPUTS, find_run
from rnnlab.run.folder.run_preprocessing import cleaner_of, tokenizer_of
from rnnlab.tokenizer.steps import tokenized

SUMMARY = "what each cleaning step changes in a text, and its tokens and ids"
EXAMPLES = """\
examples:
  rnnlab tokenize last "sooo gooood!!! 😂 #BestDayEver"
  rnnlab tokenize last:tweets "one text" "another text"
  rnnlab tokenize outputs/tweets/gru/2026-11-22_12-00-00_1a2b3c4d < texts.txt
  rnnlab tokenize last --json "a text" | jq .tokens
  rnnlab tokenize last -- "-_-"

Each step that changes the text is shown with the text before (-) and after (+). A token stands
over its id and over the characters of the cleaned text that it was made from; one that the
vocabulary lacks is shown as it stands in the text, with <unk> by its id. Characters that show
nothing by themselves are written as escapes, such as \\n."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument(
        "texts", metavar="TEXT", nargs="*", help="one or more; - or none: lines of standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each text, uncut")


def add_run(parser: ArgumentParser) -> None:
    """Add RUN and the folder of runs, the same options for every command."""
    help_run = "a run's folder, a part of its path, last, last:TASK, or best:SWEEP"
    parser.add_argument("run", metavar="RUN", help=help_run)
    help_outputs = "the folder that holds the runs (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=OUTPUTS, help=help_outputs)


def run(arguments: Namespace) -> None:
    folder = find_run(arguments.run, arguments.outputs)
    cleaner, tokenizer = cleaner_of(folder), tokenizer_of(folder)
    results = (tokenized(text, cleaner, tokenizer) for text in texts_of(arguments.texts))
    if arguments.json:
        for result in results:
            print(json.dumps(result.to_json()), flush=True)
        return
    from rich.console import Console

    from rnnlab.commands.words.show_tokens import show_tokenized

    console = Console(highlight=False, emoji=False, markup=False)
    for number, result in enumerate(results):
        if number:
            console.print()
        show_tokenized(result, console)

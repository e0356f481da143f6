"""`rnnlab predict RUN TEXT`: answer texts, or other rows, with a finished run."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.commands.format_options import add_format, format_of
from rnnlab.commands.kind_options import add_kind_options, given
from rnnlab.commands.text_columns import text_columns
from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError
from rnnlab.kinds.use import NAMES, Answerer
from rnnlab.report.tables import render
from rnnlab.sweep.best_run import open_run
from rnnlab.text.printable import printable, shortened
from rnnlab.tokenizer.unread import summary

if TYPE_CHECKING:
    from rnnlab.run.folder.open_run import OpenRun

SUMMARY = "a run's predictions of texts, typed or from a file: their class, their translation, ..."
EXAMPLES = """\
examples:
  rnnlab predict last:tweets "what a waste of two hours"
  rnnlab predict last:translation "A man is riding a bike." --beam 5 --nbest 3
  rnnlab predict best:MY_SWEEP --input new.csv --output predicted.csv
  rnnlab predict last --input reviews.jsonl --text-column review --on-error skip --output predicted.parquet
  cat lines.txt | rnnlab predict last --input - > predicted.csv

Files are .csv, .tsv, .jsonl, .parquet, or any other file of lines; --input - reads lines. The order is kept:
a row has its number in the input (from 1), the text, its prediction (of a classifier the label and a
probability a class, calibrated where the run was: task.calibrate=true), and a note where the text is empty or
holds no known token: every row has its prediction, and this one is what the model says without reading a
word."""
WIDTH = 60  # of a text in the table


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("texts", metavar="TEXT", nargs="*", help="one or more, in quotes")
    parser.add_argument("--input", metavar="FILE", type=Path, help="texts in a file; - is standard input")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help=".csv, .jsonl or .parquet (default: CSV, printed)"
    )
    parser.add_argument("--text-column", metavar="NAME", help="of --input (default: text; values of series)")
    add_format(parser, "--input", None)
    told = "texts in CSV that a spreadsheet would compute (= + - @): behind a ' mark, or as they are"
    parser.add_argument(
        "--formulas", choices=["escape", "keep"], default="escape", help=f"{told} (default: escape)"
    )
    add_kind_options(parser)
    parser.add_argument("--device", metavar="DEVICE", default="cpu", help="cpu, cuda, mps (default: cpu)")
    parser.add_argument("--json", action="store_true", help="of typed texts: one JSON object a line")


def run(arguments: Namespace) -> None:
    if bool(arguments.texts) == (arguments.input is not None):
        which = "both" if arguments.texts else "neither"
        raise SettingError("TEXT", which, "type texts, or name a file with --input FILE: one of the two")
    if arguments.output is not None and arguments.input is None:
        raise SettingError("--output", arguments.output, "needs --input FILE")
    opened = open_run(arguments.run, arguments.outputs, arguments.device)
    answerer = opened.answerer(**given(arguments))
    if arguments.input is not None:
        print(of_file(arguments, opened, answerer), file=sys.stderr)
        return
    found = answerer(rows_of(answerer, arguments.texts))
    if arguments.json:
        for text, answer in zip(arguments.texts, found, strict=True):
            print(json.dumps({NAMES[answerer.reads]: answerer.read(text), **answer}))
        return
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(answerer.printed(arguments.texts, found, colours) or table(answerer, arguments.texts, found))
    noted = [(number, one["note"]) for number, one in enumerate(found, 1) if one.get("note")]
    for note in [*([summary(noted)] if noted else []), *answerer.remarks]:
        print(f"note: {note}", file=sys.stderr)


def of_file(arguments: Namespace, opened: OpenRun, answerer: Answerer) -> str:
    """Answer the rows of a file, or a table as a whole; return a summary."""
    form, keep = format_of(arguments), arguments.formulas == "keep"
    if answerer.reads_tables:
        from rnnlab.run.folder.predict_table import TableFile, check_typed, predict_table

        check_typed(arguments.text_column, arguments.on_error)
        return predict_table(answerer, TableFile(arguments.input, form), arguments.output, keep)
    from rnnlab.run.folder.predict_file import predict_file

    columns = text_columns(opened, arguments.text_column, NAMES[answerer.reads])
    skip = arguments.on_error == "skip"
    return predict_file(answerer, arguments.input, arguments.output, columns, skip, form, keep)


def rows_of(answerer: Answerer, typed: list[str]) -> list[Any]:
    """Return the typed inputs as rows.

    Raises:
        SettingError: an input is not JSON, for a run that reads JSON.
    """
    rows = []
    for one in typed:
        try:
            rows.append(answerer.read(one))
        except ValueError as error:
            raise SettingError("TEXT", one, f"must be a row as JSON, such as [0.5, 1, 2]: {error}") from error
    return rows


def table(answerer: Answerer, typed: list[str], found: list[dict[str, Any]]) -> str:
    """Return a table with each input, its start and end, and its prediction, in one row or more."""
    cells = [answerer.shown_rows(answer) for answer in found]
    rows = []
    for one, lines in zip(typed, cells, strict=True):
        firsts = [printable(shortened(one, WIDTH)) if one.strip() else "(empty)", *[""] * (len(lines) - 1)]
        rows += [[first, *line.values()] for first, line in zip(firsts, lines, strict=True)]
    return render([NAMES[answerer.reads], *cells[0][0]], rows)

"""`rnnlab predict RUN TEXT`: what a finished classifier says of texts."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.commands.format_options import add_format, format_of
from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError
from rnnlab.report.tables import render
from rnnlab.run.folder.prediction import Prediction
from rnnlab.sweep.best_run import open_run
from rnnlab.text.printable import printable, shortened
from rnnlab.tokenizer.unread import summary

SUMMARY = "the class of texts, typed or from a file, and every class's probability"
EXAMPLES = """\
examples:
  rnnlab predict last:tweets "what a waste of two hours"
  rnnlab predict best:MY_SWEEP --input new.csv --output predicted.csv
  rnnlab predict last --input reviews.jsonl --text-column review --on-error skip --output predicted.parquet
  cat lines.txt | rnnlab predict last --input - > predicted.csv

Files are .csv, .tsv, .jsonl, .parquet, or any other file of lines; --input - reads lines. The order is kept:
a row has its number in the input (from 1), the text, the label and a probability a class, calibrated where
the run was (task.calibrate=true), and a note where the text is empty or holds no known token: every row has
its prediction, and this one is what the model says without reading a word."""
WIDTH = 60  # of a text in the table


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("texts", metavar="TEXT", nargs="*", help="one or more, in quotes")
    parser.add_argument("--input", metavar="FILE", type=Path, help="texts in a file; - is standard input")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help=".csv, .jsonl or .parquet (default: CSV, printed)"
    )
    parser.add_argument("--text-column", metavar="NAME", default="text", help="of --input (default: text)")
    add_format(parser, "--input", None)
    told = "texts in CSV that a spreadsheet would compute (= + - @): behind a ' mark, or as they are"
    parser.add_argument(
        "--formulas", choices=["escape", "keep"], default="escape", help=f"{told} (default: escape)"
    )
    parser.add_argument(
        "--ngrams", action="store_true", help="blend in the run's n-grams (ngrams=naive_bayes)"
    )
    parser.add_argument("--device", metavar="DEVICE", default="cpu", help="cpu, cuda, mps (default: cpu)")
    parser.add_argument("--json", action="store_true", help="of typed texts: one JSON object a line")


def run(arguments: Namespace) -> None:
    if bool(arguments.texts) == (arguments.input is not None):
        given = "both" if arguments.texts else "neither"
        raise SettingError("TEXT", given, "type texts, or name a file with --input FILE: one of the two")
    if arguments.output is not None and arguments.input is None:
        raise SettingError("--output", arguments.output, "needs --input FILE")
    opened = open_run(arguments.run, arguments.outputs, arguments.device)
    if not opened.classes:
        raise SettingError("RUN", opened.folder.path, "is a language model's: it has no classes to predict")
    if arguments.input is not None:
        from rnnlab.run.folder.predict_file import predict_file

        told = predict_file(
            opened,
            arguments.input,
            arguments.output,
            arguments.text_column,
            arguments.on_error == "skip",
            arguments.ngrams,
            format_of(arguments),
            arguments.formulas == "keep",
        )
        print(told, file=sys.stderr)
        return
    found = opened.predict(arguments.texts, arguments.ngrams)
    if arguments.json:
        for text, prediction in zip(arguments.texts, found, strict=True):
            print(json.dumps({"text": text, **prediction._asdict()}))
        return
    print(table(arguments.texts, found))
    noted = [(number, one.note) for number, one in enumerate(found, 1) if one.note]
    if noted:
        print(f"note: {summary(noted)}", file=sys.stderr)
    if opened.result.get("ngrams") and not arguments.ngrams:
        print("note: by the network alone; --ngrams adds what the run's n-grams say", file=sys.stderr)


def table(texts: list[str], found: list[Prediction]) -> str:
    """A row a text: its start and end, the label, every class's probability."""
    rows = []
    for text, prediction in zip(texts, found, strict=True):
        shares = [f"{share:.4f}" for share in prediction.probabilities.values()]
        shown = printable(shortened(text, WIDTH)) if text.strip() else "(empty)"
        rows.append([shown, prediction.label, *shares])
    return render(["text", "label", *found[0].probabilities], rows)

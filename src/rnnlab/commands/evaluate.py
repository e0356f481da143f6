"""`rnnlab evaluate RUN`: how good a finished run is, on its own data or on a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from rnnlab.commands.format_options import add_format, format_of
from rnnlab.commands.tokenize import add_run
from rnnlab.data.file_format import MAX_FILE
from rnnlab.errors import SettingError, UserError
from rnnlab.report.baselines import of_whole_split
from rnnlab.report.names import tested
from rnnlab.report.tables import MOST_CLASSES, number, render
from rnnlab.run.folder.evaluated import OPTION, SPLITS, Evaluated, file_rows, split_rows
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.sweep.best_run import open_run
from rnnlab.tokenizer.unread import summary

SUMMARY = "how good a run is: scores with 95 % intervals, curves, calibration, its surest mistakes"
EXAMPLES = """\
examples:
  rnnlab evaluate last:tweets
  rnnlab evaluate last --split validation --json | jq .metrics.accuracy
  rnnlab evaluate last:imdb --path reviews.csv --text-column review --label-column sentiment
  rnnlab evaluate last --path new.jsonl --on-error skip --output evaluated
  rnnlab evaluate last:shakespeare --path hamlet.txt

Without --path it is the run's own split. Files are .csv, .tsv, .jsonl or .parquet with a column of texts and
one of labels: class names, or numbers from 0. Of a language model it is a text file, or a split. Numbers and
figures are written to RUN/evaluation; probabilities are calibrated where the run was."""
NAME = "evaluation"
WHOLE = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "loss", "brier", "ece")
MOST_BOOTSTRAP = 100_000


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--path", metavar="FILE", type=Path, help="rows to evaluate on, or a text")
    parser.add_argument("--data", choices=["csv", "tsv", "jsonl", "parquet"], help="what --path has to be")
    parser.add_argument("--split", choices=SPLITS, help="of the run's data (default: test, where it has one)")
    parser.add_argument("--text-column", metavar="NAME", default="text", help="of --path (default: text)")
    parser.add_argument("--label-column", metavar="NAME", default="label", help="of --path (default: label)")
    help_bootstrap = "resamples of the rows for the intervals (default: 1000); 0 gives none"
    parser.add_argument("--bootstrap", metavar="N", type=int, default=1000, help=help_bootstrap)
    add_format(parser, OPTION, MAX_FILE)
    parser.add_argument("--output", metavar="DIR", type=Path, help="where to write (default: RUN/evaluation)")
    parser.add_argument("--device", metavar="DEVICE", default="cpu", help="cpu, cuda, mps (default: cpu)")
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")


def run(arguments: Namespace) -> None:
    check(arguments)
    opened = open_run(arguments.run, arguments.outputs, arguments.device)
    folder = arguments.output or opened.folder.path / NAME
    if not opened.classes:
        results, rows = language_results(opened, arguments), None
    else:
        from rnnlab.run.folder.evaluation_file import classifier_results

        found = rows_of(opened, arguments)
        results, rows = classifier_results(opened, found, arguments.bootstrap), found.predictions
    if arguments.path is None:
        results["baselines"] = of_whole_split(opened.result, split_of(opened, arguments))
    try:
        from rnnlab.run.folder.evaluation_file import write_results

        write_results(results, folder, rows)
    except OSError as error:
        raise SettingError("--output", folder, f"cannot be written: {error.strerror}") from error
    if arguments.json:
        print(json.dumps(results))
        return
    print(tables(results))
    print(f"\nmetrics.json{' and figures' if rows else ''} in {folder}", file=sys.stderr)


def check(arguments: Namespace) -> None:
    """Raises SettingError where options do not go together."""
    if not 0 <= arguments.bootstrap <= MOST_BOOTSTRAP:
        raise SettingError("--bootstrap", arguments.bootstrap, f"must be in [0, {MOST_BOOTSTRAP:,}]")
    if arguments.path is None:
        for name in ("data", "on_error"):
            if getattr(arguments, name) not in (None, "stop"):
                raise SettingError(
                    f"--{name.replace('_', '-')}", getattr(arguments, name), "needs --path FILE"
                )
    elif arguments.split is not None:
        raise SettingError("--split", arguments.split, f"is of the run's own data: leave it out, or {OPTION}")


def split_of(opened: OpenRun, arguments: Namespace) -> str:
    """Return the chosen split; raises SettingError for `test` if the run held out no test rows."""
    last = tested(opened.result)
    if arguments.split == "test" and last != "test":
        raise SettingError("--split", "test", f"{opened.folder.path} held nothing out to test on: {last} is")
    return arguments.split or last


def rows_of(opened: OpenRun, arguments: Namespace) -> Evaluated:
    """The rows that are meant, with what the run says of them."""
    if arguments.path is None:
        return split_rows(opened, split_of(opened, arguments), progress=True)
    columns = arguments.text_column, arguments.label_column
    skip = arguments.on_error == "skip"
    form = format_of(arguments)
    return file_rows(opened, arguments.path, arguments.data, columns, skip, progress=True, form=form)


def language_results(opened: OpenRun, arguments: Namespace) -> dict[str, Any]:
    """Of a language model: both protocols."""
    from rnnlab.run.folder.evaluated_text import text_metrics
    from rnnlab.run.folder.evaluation_file import head

    if arguments.data is not None:
        raise UserError(f"--data={arguments.data}: a language model is evaluated on a text file, not on rows")
    split = split_of(opened, arguments)
    metrics = text_metrics(opened, split, arguments.path, progress=True)
    source = f"{split} split" if arguments.path is None else str(arguments.path)
    return {**head(opened, source), "metrics": {name: {"value": value} for name, value in metrics.items()}}


def tables(results: dict[str, Any]) -> str:
    """What was measured, as a person reads it."""
    metrics: dict[str, dict[str, float]] = results["metrics"]
    baselines: dict[str, dict[str, float]] = results.get("baselines") or {}
    title = f"{results['task']} with {results['model']}: {results['data']}"
    if "classes" not in results:
        rows = [[name, number(one["value"]), *_beside(baselines, name)] for name, one in metrics.items()]
        return f"{title}\n\n{render(['per token', 'value', *baselines], rows)}"
    title += f", {results['rows']:,} rows"
    if results["skipped"]:
        first = results["skipped"][0]
        count, place = len(results["skipped"]), first["row"]
        title += f"; {count:,} left out, the first is row {place}, which {first['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    if results["unread"]:
        title += f"\n{summary([(one['row'], one['note']) for one in results['unread']])}"
    scores = [[*_line(name, metrics[name]), *_beside(baselines, name)] for name in WHOLE]
    whole = render(["score", "value", "95 % interval", *baselines], scores)
    kinds = ("precision", "recall", "f1")
    pairs = list(zip(results["classes"], results["support"], strict=True))
    by_class = [
        [name, *(number(metrics[f"{kind}_{name}"]["value"]) for kind in kinds), f"{rows:,}"]
        for name, rows in pairs[:MOST_CLASSES]
    ]
    left = len(pairs) - MOST_CLASSES
    by_class += [[f"and {left:,} more, in metrics.json", "", "", "", ""]] if left > 0 else []
    return f"{title}\n\n{whole}\n\n{render(['class', *kinds, 'rows'], by_class)}"


def _beside(baselines: dict[str, dict[str, float]], name: str) -> list[str]:
    """A cell for each baseline, empty where it lacks the metric."""
    return [number(own.get(name)) for own in baselines.values()]


def _line(name: str, one: dict[str, float]) -> list[str]:
    interval = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
    return [name, number(one["value"]), interval]

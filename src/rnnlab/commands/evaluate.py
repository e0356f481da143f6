"""`rnnlab evaluate RUN`: evaluate a finished run on its own data or on a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.atomic import whole_file
from rnnlab.commands.format_options import add_format, format_of
from rnnlab.commands.kind_options import EVALUATE, add_kind_options, given
from rnnlab.commands.text_columns import text_columns
from rnnlab.commands.tokenize import add_run
from rnnlab.data.file_format import MAX_FILE
from rnnlab.errors import SettingError
from rnnlab.kinds.option import check_options
from rnnlab.kinds.rows import OPTION
from rnnlab.kinds.use import Evaluation, EvaluationRequest
from rnnlab.report.baselines import of_whole_split
from rnnlab.report.names import tested
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.sweep.best_run import open_run

SUMMARY = "how good a run is: scores with 95 % intervals, curves, calibration, its surest mistakes"
EXAMPLES = """\
examples:
  rnnlab evaluate last:tweets
  rnnlab evaluate last --split validation --json | jq .metrics.accuracy
  rnnlab evaluate last:imdb --path reviews.csv --text-column review --label-column sentiment
  rnnlab evaluate last --path new.jsonl --on-error skip --output evaluated
  rnnlab evaluate last:shakespeare --path hamlet.txt
  rnnlab evaluate last:forecast --origins 20
  rnnlab evaluate last:translation --path test.en --target-path test.de

Without --path it is the run's own split. Files are .csv, .tsv, .jsonl or .parquet with a column of texts and
one of labels: class names, or numbers from 0. Of a language model it is a text file, or a split. Numbers and
figures are written to RUN/evaluation; probabilities are calibrated where the run was."""
NAME = "evaluation"
SPLITS = ("train", "validation", "test")
MOST_BOOTSTRAP = 100_000


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--path", metavar="FILE", type=Path, help="rows to evaluate on, or a text")
    parser.add_argument("--data", choices=["csv", "tsv", "jsonl", "parquet"], help="what --path has to be")
    parser.add_argument("--split", choices=SPLITS, help="of the run's data (default: test, where it has one)")
    told = "line by line the targets of the texts in --path, for a model that writes texts"
    parser.add_argument("--target-path", metavar="FILE", type=Path, help=told)
    told = "of --path (default: text; source of a model that writes texts)"
    parser.add_argument("--text-column", metavar="NAME", help=told)
    told = "of --path (default: label; target of a model that writes texts)"
    parser.add_argument("--label-column", metavar="NAME", help=told)
    help_bootstrap = "resamples of the rows for the intervals (default: 1000); 0 gives none"
    parser.add_argument("--bootstrap", metavar="N", type=int, default=1000, help=help_bootstrap)
    add_format(parser, OPTION, MAX_FILE)
    add_kind_options(parser, EVALUATE)
    parser.add_argument("--output", metavar="DIR", type=Path, help="where to write (default: RUN/evaluation)")
    parser.add_argument("--device", metavar="DEVICE", default="cpu", help="cpu, cuda, mps (default: cpu)")
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")


def run(arguments: Namespace) -> None:
    check(arguments)
    opened = open_run(arguments.run, arguments.outputs, arguments.device)
    opened.problem.require("evaluate", opened.folder.path)
    options = given(arguments, EVALUATE)
    check_options(options, opened.problem.evaluation_options, opened.problem.noun, opened.folder.path)
    folder = arguments.output or opened.folder.path / NAME
    found = opened.problem.evaluate(opened, request_of(opened, arguments))
    try:
        write(found, folder)
    except OSError as error:
        raise SettingError("--output", folder, f"cannot be written: {error.strerror}") from error
    if arguments.json:
        print(json.dumps(found.results))
        return
    print(found.text)
    print(f"\nmetrics.json{' and figures' if found.draw else ''} in {folder}", file=sys.stderr)


def check(arguments: Namespace) -> None:
    """Raise SettingError if options exclude each other."""
    if not 0 <= arguments.bootstrap <= MOST_BOOTSTRAP:
        raise SettingError("--bootstrap", arguments.bootstrap, f"must be in [0, {MOST_BOOTSTRAP:,}]")
    if arguments.path is None:
        for name in ("data", "on_error", "target_path"):
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


def request_of(opened: OpenRun, arguments: Namespace) -> EvaluationRequest:
    """Return the evaluation request; the split is checked only if it is what is evaluated."""
    split, columns = split_of(opened, arguments), opened.problem.columns
    if arguments.target_path is not None and not opened.problem.parallel:
        rule = f"is of models that write texts, and {opened.folder.path} is {opened.problem.noun}'s"
        raise SettingError("--target-path", arguments.target_path, rule)
    read = text_columns(opened, arguments.text_column, columns[0])
    return EvaluationRequest(
        split,
        arguments.path,
        arguments.data,
        (read if isinstance(read, str) else columns[0], arguments.label_column or columns[1]),
        arguments.on_error == "skip",
        format_of(arguments),
        arguments.bootstrap,
        progress=True,
        baselines=of_whole_split(opened.result, split) if arguments.path is None else {},
        target_path=arguments.target_path,
        pair=None if isinstance(read, str) else read,
        options=given(arguments, EVALUATE),
    )


def write(found: Evaluation, folder: Path) -> None:
    """Write metrics.json atomically, and the figures.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.results, indent=2, ensure_ascii=False) + "\n"
    with whole_file(folder / "metrics.json") as part:
        part.write_text(text, encoding="utf-8", errors="replace")
    if found.draw is not None:
        found.draw(folder)

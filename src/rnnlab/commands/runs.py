"""`rnnlab runs`: list the existing runs in a table."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.report.tables import duration, number, render
from rnnlab.run.folder.code import train_command
from rnnlab.run.folder.find import OUTPUTS
from rnnlab.run.folder.listing import Row, list_runs, shown_metrics, sorted_by

SUMMARY = "the runs that are there, a row each"
EXAMPLES = """\
examples:
  rnnlab runs
  rnnlab runs --task imdb --sort test/accuracy --top 10
  rnnlab runs --status failed
  rnnlab runs --csv > runs.csv

The latest run is the first, or the best one by --sort METRIC. Jobs of sweeps are among them. --json and --csv
have every metric and what was typed."""
SIZES = ("parameters", "state_size", "operations_per_token")
FACTS = ("run", "task", "model", "status", "seed", *SIZES, "seconds", "started", "limited")


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--task", metavar="NAME", help="runs of this task alone")
    parser.add_argument("--model", metavar="NAME", help="runs of this model alone")
    parser.add_argument("--status", metavar="NAME", help="finished, failed, running, interrupted, ...")
    parser.add_argument("--sort", metavar="METRIC", help="the best first, such as test/accuracy")
    parser.add_argument("--top", metavar="N", type=int, help="at most so many rows")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--csv", action="store_true", help="every metric and override, as CSV")
    parser.add_argument(
        "--outputs", metavar="DIR", type=Path, default=OUTPUTS, help="the folder that holds the runs"
    )


def run(arguments: Namespace) -> None:
    rows = chosen(arguments)
    if arguments.json:
        for row in rows:
            print(json.dumps(row, default=str))
    elif arguments.csv:
        write_csv(rows)
    elif not rows:
        print(f"no runs under {arguments.outputs}; train one: {train_command()} task=tweets")
    else:
        print(table(rows, arguments.sort, arguments.outputs))


def chosen(arguments: Namespace) -> list[Row]:
    """Filter the runs. Raises SettingError for a folder, task, model, status or metric that no run has."""
    if not arguments.outputs.is_dir() and arguments.outputs != OUTPUTS:
        raise SettingError("--outputs", arguments.outputs, "is no folder")
    if arguments.top is not None and arguments.top < 1:
        raise SettingError("--top", arguments.top, "must be at least 1")
    rows = list_runs(arguments.outputs)
    for key in ("task", "model", "status"):
        value = getattr(arguments, key)
        if value is not None:
            there = {row[key] for row in rows if row[key]}
            rows = [row for row in rows if row[key] == value]
            if not rows:
                raise SettingError(f"--{key}", value, f"no run under {arguments.outputs} is of it", there)
    if arguments.sort is not None:
        there = {name for row in rows for name in row["metrics"]}
        if rows and arguments.sort not in there:
            raise SettingError("--sort", arguments.sort, "must be a metric of one of the runs", there)
        rows = sorted_by(rows, arguments.sort)
    return rows[: arguments.top]


def table(rows: Sequence[Row], sort: str | None, outputs: Path) -> str:
    metrics = shown_metrics(rows)
    metrics += [sort] if sort is not None and sort not in metrics else []
    lines = []
    for row in rows:
        path = Path(row["run"])
        name = path.relative_to(outputs).as_posix() if path.is_relative_to(outputs) else row["run"]
        seconds = "" if row["seconds"] is None else duration(row["seconds"])
        facts = [
            name,
            row["task"],
            row["model"],
            row["status"],
            "" if row["seed"] is None else str(row["seed"]),
        ]
        lines.append([*facts, *(number(row["metrics"].get(metric)) for metric in metrics), seconds])
    told = render(["run", "task", "model", "status", "seed", *metrics, "time"], lines)
    pairs = zip(lines, rows, strict=True)
    limited = [f"{line[0]}: {row['limited']} were read" for line, row in pairs if row["limited"]]
    return "\n".join([told, "", *limited]) if limited else told


def write_csv(rows: Sequence[Row]) -> None:
    metrics = list(dict.fromkeys(name for row in rows for name in row["metrics"]))
    typed = list(dict.fromkeys(name for row in rows for name in row["overrides"] if name not in FACTS))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*FACTS, *metrics, *typed])
    for row in rows:
        found = [row["metrics"].get(name) for name in metrics] + [
            row["overrides"].get(name) for name in typed
        ]
        writer.writerow([*(row[name] for name in FACTS), *found])

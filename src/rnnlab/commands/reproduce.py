"""`rnnlab reproduce RUN`: repeat a training and compare it to the last digit."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from rnnlab.commands.comparing.reproduce import (
    Reproduction,
    check_finished,
    compared,
    known_differences,
    train_again,
)
from rnnlab.commands.tokenize import add_run
from rnnlab.errors import SettingError
from rnnlab.report.tables import render, short_path
from rnnlab.sweep.best_run import open_run

SUMMARY = "a run trained again, and whether the same comes out"
EXAMPLES = """\
examples:
  rnnlab reproduce last:tweets
  rnnlab reproduce last --check
  rnnlab reproduce best:MY_SWEEP --output outputs/again

It trains with the run's overrides, seed and threads, and the code, packages and data that are here now. What
differs from then (commit and changed files, packages, device, data, settings) is said; --check says it and
trains nothing. Exit code 0: all metrics and weights are the same, to the last bit; 1: they are not."""


def add_options(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--check", action="store_true", help="only say what differs from then; train nothing")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="the new run's folder (default: beside the run)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object at the end")


def run(arguments: Namespace) -> None:
    opened = open_run(arguments.run, arguments.outputs)
    check_finished(opened)
    before = known_differences(opened)
    print("\n".join(before) if before else "code, packages and data are those of the run", file=sys.stderr)
    if arguments.check:
        sys.exit(1 if before else 0)
    folder = arguments.output or beside(opened.folder.path)
    if folder.exists():
        raise SettingError("--output", folder, "is there already")
    train_again(opened, folder)
    found = compared(opened, folder)
    print(as_json(found, folder) if arguments.json else text(found, folder))
    sys.exit(0 if found.identical else 1)


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}_again_{datetime.now():%Y-%m-%d_%H-%M-%S}")


def text(found: Reproduction, folder: Path) -> str:
    """Return the result, and possible reasons for a difference."""
    differ, number = found.weights
    apart = {name: pair for name, pair in found.metrics.items() if pair[0] != pair[1]}
    if found.identical:
        verdict = f"identical: {len(found.metrics)} metrics and {number} weight tensors, to the last bit"
    else:
        verdict = (
            f"not the same: {len(apart)} of {len(found.metrics)} metrics and {differ} of {number} tensors"
        )
    rows = [[name, *(shown(value) for value in pair)] for name, pair in apart.items()]
    parts = [render(["metric", "then", "now"], rows)] if rows else []
    parts.append(f"{verdict}\nfolder: {short_path(folder)}")
    if found.differences:
        parts.append("\n".join(["what differs from then:", *(f"  {line}" for line in found.differences)]))
    elif not found.identical:
        parts.append(
            "nothing that rnnlab knows of differs: GPU kernels and trainer.max_time are not repeatable"
        )
    return "\n\n".join(parts)


def shown(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def as_json(found: Reproduction, folder: Path) -> str:
    return json.dumps({"folder": str(folder), "identical": found.identical, **found._asdict()})

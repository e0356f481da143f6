"""List the runs, a row each."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rnnlab.report.limited import parts_of
from rnnlab.report.names import lower_is_better
from rnnlab.run.folder.find import OUTPUTS, run_folders
from rnnlab.run.folder.result import load, read

Row = dict[str, Any]
log = logging.getLogger("rnnlab")


def list_runs(outputs: Path = OUTPUTS) -> list[Row]:
    """List the runs under `outputs` as rows of facts and metrics, the latest first.

    A run whose result.json is broken is left out, and a warning names it. Every row has run (the folder),
    task, model, status, seed, parameters, state_size, operations_per_token, seconds, started (a datetime),
    limited (the parts that were read of splits not read whole) and, by their own names, its metrics and the
    overrides that were typed.
    """
    rows = []
    for folder in run_folders(Path(outputs)):
        result, wrong = load(folder / "result.json")
        try:
            if wrong is None:
                rows.append(row_of(folder, result, os.stat(f"{folder}/config.yaml").st_mtime))
        except OSError as error:  # deleted meanwhile
            wrong = f"cannot be read: {error.strerror}"
        if wrong is not None:
            log.warning("note: %s/result.json %s; left out", folder.as_posix(), wrong)
    return sorted(rows, key=lambda row: (row["started"], row["run"]), reverse=True)


def row_of(folder: Path, result: Mapping[str, Any], started: float) -> Row:
    """Return the row of a run, given its result.json and the time of its config.yaml."""
    model = result.get("model")
    model = model if isinstance(model, dict) else {}
    typed = [str(override).lstrip("+~").partition("=") for override in result.get("overrides") or []]
    return {
        "run": folder.as_posix(),
        "task": str(result.get("task", "")),
        "model": str(model.get("name", "")),
        "status": str(result.get("status", "unknown")),
        "seed": result.get("seed"),
        "parameters": model.get("parameters"),
        **{name: (result.get("size") or {}).get(name) for name in ("state_size", "operations_per_token")},
        "seconds": result.get("seconds"),
        "started": datetime.fromtimestamp(started),
        "overrides": {key: value for key, _, value in typed},
        "metrics": dict(result.get("metrics") or {}),
        "limited": "; ".join(parts_of(result)),
    }


def sorted_by(rows: Sequence[Row], metric: str) -> list[Row]:
    """Sort the best first, by the metric's direction in the latest run with it; runs without it come last."""
    latest = next((row["run"] for row in rows if metric in row["metrics"]), None)
    result = {} if latest is None else read(Path(latest) / "result.json")
    sign = 1 if lower_is_better(metric, result.get("metric_facts") or ()) else -1

    def place(row: Row) -> tuple[bool, float]:
        value = row["metrics"].get(metric)
        return value is None, 0.0 if value is None else sign * float(value)

    return sorted(rows, key=place)


def shown_metrics(rows: Sequence[Row]) -> list[str]:
    """Return the two metrics of a short table: the monitored one, and the test's of the same name."""
    names: dict[str, None] = {}
    for row in rows:
        validated = [name for name in row["metrics"] if name.startswith("val/")]
        for name in validated[:1]:
            names |= dict.fromkeys([name, name.replace("val/", "test/", 1)])
    return [name for name in names if any(name in row["metrics"] for row in rows)]

"""A run as a row of the board: what its folder says at this moment, whatever state the folder is in."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from math import isfinite
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from rnnlab.report.history import Series, read_history
from rnnlab.report.names import split_of
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.settings import NOT_A_CHOICE, flatten
from rnnlab.report.tables import first_line
from rnnlab.run.folder.code import train_command
from rnnlab.run.folder.last import is_going
from rnnlab.run.folder.listing import row_of
from rnnlab.run.folder.lock import FILE as LOCK
from rnnlab.run.folder.result import load

Row = dict[str, Any]
BROKEN, KILLED, RUNNING = "broken", "killed", "running"
NO_RESULT = "it has no result.json"
DEAD = "no process is training in this folder any more; go on with {} resume={}"
NO_STAMP = (0, 0)
FILES = ("config.yaml", "result.json", "metrics.csv", "report.html")  # in the order of a stamp


class Stamp(NamedTuple):
    """Times and sizes of the files that a row depends on, and whether a process trains in the run."""

    config: tuple[int, int]
    result: tuple[int, int]
    metrics: tuple[int, int]
    report: tuple[int, int]
    is_going: bool


def stamp_of(folder: Path, last: str, names: Container[str]) -> Stamp | None:
    """Return the stamp of a run's folder; None if it is not one any more.

    Args:
        last: the status of the run's row, or "": only one that was running may have a process.
        names: of the files in the folder; no other one is looked at.
    """
    place = str(folder)  # and no Path: this is done for each of many runs, again and again
    config, result, metrics, report = (
        _version(f"{place}/{name}") if name in names else NO_STAMP for name in FILES
    )
    if config == NO_STAMP:
        return None
    going = last in ("", RUNNING, KILLED) and LOCK in names and is_going(folder)
    return Stamp(config, result, metrics, report, going)


def read_row(folder: Path, root: Path, stamp: Stamp) -> tuple[Row, list[Any]]:
    """Return a run's row, and what its kind has declared of its metrics.

    A folder that cannot be read as a run gives a row with the status `broken` and the reason as its error.

    Raises:
        FileNotFoundError: the folder is gone.
    """
    result, wrong = load(folder / "result.json")
    facts: Row = {}
    if wrong is None:
        try:
            if not result:
                os.stat(folder)
            facts = row_of(folder, result, stamp.config[0] / 1e9)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, OverflowError) as error:
            wrong = f"cannot be read: {type(error).__name__}: {error}"
    row: Row = {
        "id": id_of(folder, root),
        "sweep": sweep_of(folder, root),
        "started": stamp.config[0] // 1_000_000,
        "report": stamp.report != NO_STAMP,
    }
    if wrong is not None:
        return {**row, "status": BROKEN, "error": f"result.json {wrong}", "metrics": {}, "typed": {}}, []
    row |= _facts(facts, result)
    row |= _state(folder, facts["status"], result, stamp)
    return row, _listed(result.get("metric_facts"))


def _facts(facts: Row, result: Mapping[str, Any]) -> Row:
    numbers = {name: _number(facts[name]) for name in ("parameters", "seconds")}
    data = result.get("data")
    return {
        **numbers,
        "task": facts["task"],
        "model": facts["model"],
        "seed": facts["seed"] if isinstance(facts["seed"], int | str) else None,
        "metrics": {name: _number(value) for name, value in facts["metrics"].items()},
        "typed": {key: value for key, value in facts["overrides"].items() if not NOT_A_CHOICE.match(key)},
        "limited": facts["limited"],
        "official": data.get("official") if isinstance(data, Mapping) else None,
        "epochs": _number(result.get("epochs")),
        "steps": _number(result.get("steps")),
        "training_seconds": _number(result.get("training_seconds")),
    }


def _state(folder: Path, status: str, result: Mapping[str, Any], stamp: Stamp) -> Row:
    """Return status, error and, of a run that has not finished, how far it has come."""
    error = first_line(result.get("error") or "")
    if not result:
        status, error = (RUNNING, "") if stamp.is_going else ("unknown", NO_RESULT)
    elif status == RUNNING and not stamp.is_going:
        status, error = KILLED, DEAD.format(train_command(), quote(str(folder)))
    if status == "finished":
        return {"status": status, "error": error}
    return {"status": status, "error": error, **progress(folder)}


def progress(folder: Path) -> Row:
    """Return the last epoch (from 1) and step in metrics.csv, and the last values of validation metrics."""
    history = history_of(folder)
    if not history:
        return {}
    step = max(series.steps[-1] for series in history.values())
    epoch = max(series.epochs[-1] for series in history.values()) + 1
    last = {name: series.values[-1] for name, series in history.items() if split_of(name) == "val"}
    return {"step": step, "epoch": epoch, "so_far": {name: _number(value) for name, value in last.items()}}


def history_of(folder: Path) -> dict[str, Series]:
    """Read a run's metrics.csv; empty if it is missing, broken or being written for the first time."""
    try:
        return read_history(folder / "metrics.csv")
    except (OSError, ValueError):
        return {}


def choices_of(folder: Path) -> dict[str, str]:
    """Return key to value of all choices that define a run, from its config.yaml; empty if that is broken."""
    found = flatten(RunFiles(folder))
    return {key: value for key, value in found.items() if key not in ("task", "model")}


def id_of(folder: Path, root: Path) -> str:
    """Return the path of a folder below `root`, with slashes."""
    place, above = str(folder), f"{root}/"
    return place[len(above) :] if place.startswith(above) else folder.relative_to(root).as_posix()


def sweep_of(folder: Path, root: Path) -> str:
    """Return the id of the sweep whose job the run is; empty for a run of its own."""
    if not folder.name.isdecimal() or folder == root:
        return ""
    above = folder.parent
    return id_of(above, root) if is_sweep(above) else ""


def is_sweep(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("ledger.jsonl", "sweep.yaml"))


def _version(path: str) -> tuple[int, int]:
    """Return time and size of a file; NO_STAMP if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return NO_STAMP
    return found.st_mtime_ns, found.st_size


def _number(value: Any) -> float | str | None:
    """Return a number that JSON can hold: `nan` and `inf` as words, None for what is not a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if isfinite(value) else str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

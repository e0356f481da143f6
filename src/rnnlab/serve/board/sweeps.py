"""The sweeps of the board: state, jobs and the best result so far, from their own files."""

from __future__ import annotations

from pathlib import Path

from rnnlab.errors import UserError
from rnnlab.serve.board.row import Row, is_sweep
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.outcome.record import Record, read_record
from rnnlab.sweep.outcome.settings import ranked, settings_of
from rnnlab.sweep.outcome.status import state, workers_of

FOLDER = "sweeps"


def sweep_folders(root: Path, known: list[str]) -> list[Path]:
    """Return the folders of the sweeps with runs, and of those under `root`/sweeps without one so far."""
    found = {root / name for name in known}
    inside = root / FOLDER
    if inside.is_dir():
        found |= {path for path in inside.iterdir() if path.is_dir() and is_sweep(path)}
    return sorted(found)


def read_sweep(folder: Path, root: Path) -> Row:
    """Return a sweep as plain data; one that cannot be read has the state `broken` and an error."""
    row: Row = {"id": folder.relative_to(root).as_posix(), "name": folder.name, "counts": {}, "metrics": []}
    try:
        record = read_record(SweepFolder(folder))
        return {**row, **_facts(record)}
    except (UserError, OSError, ValueError, LookupError, TypeError) as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        return {**row, "state": "broken", "note": said, "lower": [], "best": [], "keys": []}


def _facts(record: Record) -> Row:
    word, _, note = state(record, workers_of(record)).partition(": ")
    best = ranked(settings_of(record), record.directions)[:1]
    return {
        "state": word,
        "note": note,
        "counts": record.counts,
        "metrics": list(record.metrics),
        "lower": [direction == "minimize" for direction in record.directions],
        "best": [found.mean for setting in best for found in setting.objective],
        "keys": record.keys,
    }

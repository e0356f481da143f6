"""Write jobs.csv and seeds.csv of a sweep, and its settings as JSON and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from typing import IO, Any

from rnnlab.atomic import whole_file
from rnnlab.evaluation.spread import Spread
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.settings import Setting, ranked, settings_of
from rnnlab.sweep.outcome.summary import other_spreads

Cells = Sequence[Any]


def write_jobs_csv(record: Record, path: Path) -> None:
    """Write one row per job: its ledger entry, its searched settings, and all its metrics."""
    metrics = list(dict.fromkeys(name for job in record.jobs.values() for name in job.metrics))
    objectives = [f"objective{f'_{i + 1}' if i else ''}" for i in range(len(record.metrics))]
    searched = list(dict.fromkeys(key for row in record.rows for key in row.values))
    columns = ["job", "trial", "state", "attempts", "seconds", "key", *searched]
    columns += ["confirms"] if record.groups else []
    columns += [*objectives, *metrics, "official", "note", "error", "folder"]
    rows = []
    for row in record.rows:
        job = record.jobs.get(row.number)
        measured = job.metrics if job else {}
        cells: list[Any] = [row.number, row.trial, row.state, row.attempts, round(row.seconds, 3), row.key]
        cells += [row.values.get(key) for key in searched]
        cells += [row.confirms] if record.groups else []
        cells += [*(row.objective or [None] * len(objectives)), *(measured.get(name) for name in metrics)]
        rows.append([*cells, job.official if job else None, row.note, row.error, row.number])
    _write(path, columns, rows)


def write_seeds_csv(record: Record, path: Path) -> None:
    """Write a row per setting, best first: mean, deviation and half 95 % interval of all metrics."""
    settings = ranked(settings_of(record), record.directions)
    columns, rows = _columns_and_rows(record, settings)
    _write(path, columns, rows)


def settings_csv(record: Record, settings: Sequence[Setting], file: IO[str]) -> None:
    """Write the same table to an open file."""
    columns, rows = _columns_and_rows(record, settings)
    csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def settings_json(record: Record, settings: Sequence[Setting]) -> dict[str, Any]:
    """Return the sweep and its settings, in the given order, as JSON values."""
    return {
        "sweep": str(record.folder.path),
        "metrics": list(record.metrics),
        "directions": list(record.directions),
        "jobs": record.counts,
        "stopped": record.stopped,
        "settings": [
            {
                "trial": setting.trial,
                "state": setting.state,
                "values": setting.values,
                "jobs": {row.number: row.state for row in setting.rows},
                "seconds": round(setting.seconds, 3),
                "metrics": {name: _plain(found) for name, found in _spreads(record, setting).items()},
            }
            for setting in settings
        ],
    }


def _spreads(record: Record, setting: Setting) -> dict[str, Spread]:
    """Return the spreads of the objectives and all other metrics."""
    objectives = dict(zip(record.metrics, setting.objective, strict=bool(setting.objective)))
    return {**objectives, **{k: v for k, v in other_spreads(record, setting).items() if k not in objectives}}


def _plain(found: Spread) -> dict[str, Any]:
    return {
        "mean": found.mean if isfinite(found.mean) else None,
        "deviation": found.deviation,
        "interval": found.half,
        "seeds": found.count,
    }


def _columns_and_rows(record: Record, settings: Sequence[Setting]) -> tuple[list[str], list[Cells]]:
    spreads = [_spreads(record, setting) for setting in settings]
    names = list(dict.fromkeys(name for found in spreads for name in found))
    measures = [f"{name}{part}" for name in names for part in ("", " sd", " ci95")]
    rows: list[Cells] = []
    for setting, found in zip(settings, spreads, strict=True):
        cells: list[Any] = [setting.trial, setting.state]
        cells += [setting.values.get(key) for key in record.keys]
        cells += [len(setting.finished), round(setting.seconds, 3)]
        for name in names:
            one = found.get(name)
            cells += [one.mean, one.deviation, one.half] if one else [None] * 3
        rows.append(cells)
    return ["trial", "state", *record.keys, "seeds", "seconds", *measures], rows


def _write(path: Path, columns: Cells, rows: Iterable[Cells]) -> None:
    with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])

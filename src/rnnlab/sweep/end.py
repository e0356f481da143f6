"""Write the results of a sweep when it ends or is interrupted."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from rnnlab.report.tables import short_path
from rnnlab.run.folder.code import in_clone
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.outcome.best import experiment_name, write_best
from rnnlab.sweep.outcome.files import write_jobs_csv, write_seeds_csv
from rnnlab.sweep.outcome.record import Record, read_record
from rnnlab.sweep.outcome.summary import summary


def end_of_sweep(folder: SweepFolder) -> tuple[str, bool]:
    """Write tables, figures and best.yaml; return the text to print, and whether a job has failed."""
    record = read_record(folder)
    failed = any(row.state == "failed" for row in record.rows)
    if not record.rows:
        return f"no job was started\nfolder:  {short_path(folder.path)}", failed
    return f"\n{summary(record)}\n\n{places(record, *leave(record))}", failed


def leave(record: Record) -> tuple[list[Path], list[str]]:
    """Write jobs.csv, best.yaml, figures, and seeds.csv if seeds are repeated; return paths and notes.

    A full or read-only disk only adds a note, so that the results are still printed.
    """
    written: list[Path] = []
    notes: list[str] = []
    try:
        for paths, said in _write(record):
            written += paths
            notes += said
    except OSError as error:
        notes.append(f"not all could be written: {error.strerror or error}")
    return written, notes


def _write(record: Record) -> Iterator[tuple[list[Path], list[str]]]:
    from rnnlab.sweep.outcome.figures import write_figures

    jobs, seeds = record.folder.path / "jobs.csv", record.folder.path / "seeds.csv"
    notes = keep_longer(jobs, len(record.rows))
    write_jobs_csv(record, jobs)
    yield [jobs], notes
    if record.repeats_seeds:
        write_seeds_csv(record, seeds)
        yield [seeds], []
    best = write_best(record)
    yield [best] if best else [], []
    yield write_figures(record)


def keep_longer(table: Path, rows: int) -> list[str]:
    """Rename an existing table that has more rows than the new one will have; return notes about that."""
    if not table.is_file():
        return []
    with table.open(newline="", encoding="utf-8", errors="replace") as file:
        before = sum(1 for _ in csv.reader(file)) - 1
    if before <= rows:
        return []
    kept = table.with_name(f"{table.stem}.before{table.suffix}")
    os.replace(table, kept)
    return [f"{table.name} had {before:,} jobs and has {rows:,} now: the old one is {kept.name}"]


def places(record: Record, written: list[Path], notes: list[str]) -> str:
    """Return lines with the paths of each kind of result, and the missing ones with the reason."""
    inside = [path.relative_to(record.folder.path).as_posix() for path in written]
    lines = [f"folder:  {short_path(record.folder.path)}", f"written: {', '.join(inside) or 'nothing'}"]
    if record.folder.best in written:
        name = experiment_name(record)
        make = "" if in_clone() else "mkdir -p conf/experiment; "
        lines.append(f"best:    {make}cp {short_path(record.folder.best)} conf/experiment/{name}.yaml")
        command = record.folder.best.read_text(encoding="utf-8").splitlines()[1]
        lines.append(f"         {command.removeprefix('# ')}")
    return "\n".join([*lines, *(f"note:    {note}" for note in notes)])

"""Status of a sweep as text, from its files alone: it works for any launcher and from any machine."""

from __future__ import annotations

import shlex
import time
from statistics import fmean
from typing import Any

from rnnlab.report.tables import duration, short_path
from rnnlab.run.folder.code import train_command
from rnnlab.sweep.beat import living
from rnnlab.sweep.ledger.row import ENDED, Row
from rnnlab.sweep.outcome.progress import progress
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.settings import ranked, settings_of
from rnnlab.sweep.outcome.spread import plus_minus
from rnnlab.sweep.outcome.summary import counted, failures, groups_line, plural, shown, total

OLDER = 60.0  # heartbeat timeout in seconds of a sweep without a spec
Beat = dict[str, Any]


def status(record: Record, now: float | None = None) -> str:
    """Return state, counts, best so far, time, workers, running jobs, failures and paths."""
    now = time.time() if now is None else now
    workers = workers_of(record)
    lines = [f"sweep:    {short_path(record.folder.path)}", f"state:    {state(record, workers)}"]
    lines += [f"jobs:     {total(record):,}: {counted(record)}", *_best(record)]
    lines += [f"time:     {times(record, workers, now)}"]
    parts = ["\n".join(lines), _workers(record, workers, now), _running(record, workers, now)]
    parts += ["\n".join(failures(record)), _logs(record)]
    return "\n\n".join(part for part in parts if part)


def workers_of(record: Record) -> list[Beat]:
    """Return the heartbeats of workers that seem to live."""
    timeout = record.spec.heartbeat_timeout if record.spec else OLDER
    return living(record.folder, timeout) if record.folder.workers.is_dir() else []


def state(record: Record, workers: list[Beat]) -> str:
    """Return the state as a word or sentence: finished, running, stopped, or left by all workers."""
    again = f"{train_command()} -m sweep.resume={shlex.quote(short_path(record.folder.path))}"
    if record.is_over:
        return "finished"
    if record.spec is None:
        return "left unfinished by an older version of rnnlab"
    if record.stopped:
        tail = "; running jobs end first" if not record.cancelled else "; running jobs save and leave"
        return f"stopped: {record.stopped}" + (tail if workers else f"; go on with: {again}")
    if workers:
        return "running"
    if record.spec.launcher.get("name") == "slurm":
        return f"no worker lives: they wait for Slurm (see squeue --me), or go on with: {again}"
    return f"nobody works on it; go on with: {again}"


def times(record: Record, workers: list[Beat], now: float) -> str:
    """Return the time elapsed, and an estimate of the time left based on the jobs that have ended."""
    ended = [row for row in record.rows if row.state in ENDED and row.state != "skipped" and row.seconds]
    last = max((row.ended or 0.0 for row in record.rows), default=0.0)
    start = record.spec.created if record.spec else 0.0
    if record.spec is None:
        return f"{duration(sum(row.seconds for row in record.rows))} of training"
    gone = (now if workers else max(last, start)) - start
    text = f"{duration(max(gone, 0.0))} since its start"
    left = sum(count for name, count in record.counts.items() if name not in ENDED)
    if not left or not ended or not workers or record.stopped:
        return text
    mean = fmean(row.seconds for row in ended)
    rest = rest_of(record, mean, len(workers), now)
    how = f"{plural(left, 'job')} of {duration(mean)} on {plural(len(workers), 'worker')}"
    return f"{text}, about {duration(rest)} left ({how})"


def rest_of(record: Record, mean: float, workers: int, now: float) -> float:
    """Return the seconds until the last job ends if each takes the mean, limited by the timeout."""
    done = sum(min(now - (row.started or now), mean) for row in record.rows if row.state == "running")
    left = sum(count for name, count in record.counts.items() if name not in ENDED)
    rest = max(left * mean - done, 0.0) / workers
    limit = record.spec.timeout if record.spec else None
    return rest if limit is None else min(rest, max(record.begun + limit - now, 0.0) + mean)


def _best(record: Record) -> list[str]:
    if record.groups:
        return [f"groups:   {groups_line(record)}"]
    best = ranked(settings_of(record), record.directions)
    if not best:
        return []
    found = " ".join(f"{n} {plus_minus(o)}" for n, o in zip(record.metrics, best[0].objective, strict=True))
    chosen = " ".join(f"{key}={shown(value)}" for key, value in best[0].values.items())
    return [f"best:     trial {best[0].trial}, {found}: {chosen}"]


def _workers(record: Record, workers: list[Beat], now: float) -> str:
    if record.spec is None or (record.is_over and not workers):
        return ""
    lines = [f"workers:  {len(workers)}"]
    for beat in workers:
        job = "no job" if beat["job"] is None else f"job {beat['job']}"
        slurm = f" slurm {beat['slurm']}" if beat.get("slurm") else ""
        since = duration(max(now - beat["started"], 0.0))
        who = f"{beat['host']} pid {beat['pid']} slot {beat['slot']}{slurm}"
        lines.append(f"  {who}: {job}, lives for {since}")
    return "\n".join(lines)


def _running(record: Record, workers: list[Beat], now: float) -> str:
    known = {beat["id"] for beat in workers}
    rows = [row for row in record.rows if row.state == "running"]
    lines = [_running_line(record, row, row.worker in known, now) for row in rows]
    return "\n".join(["running:", *lines]) if lines else ""


def _running_line(record: Record, row: Row, lives: bool, now: float) -> str:
    where = progress(record.folder.job(row.number), record.metrics)
    since = duration(max(now - (row.started or now), 0.0))
    lost = "" if lives else ", but its worker shows no sign of life: it will be given back"
    values = {key: f"{key}={shown(value)}" for key, value in row.values.items()}
    typed = (override for override in row.overrides if override.partition("=")[0] not in values)
    chosen = " ".join([*values.values(), *typed])
    parts = [f"since {since}", *([where] if where else []), *([row.note] if row.note else [])]
    return f"  job {row.number}: {', '.join(parts)}{lost}: {chosen}"


def _logs(record: Record) -> str:
    place = short_path(record.folder.path)
    if record.spec is None:
        return f"logs:     {place}/JOB/train.log"
    return f"logs:     {place}/JOB/job.log of each job, {place}/workers/*.log of each worker"

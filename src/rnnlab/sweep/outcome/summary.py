"""Summary of a sweep as text: counts, the settings best first, and failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.evaluation.spread import Spread, spread
from rnnlab.report.names import bare, class_part
from rnnlab.report.tables import UNOFFICIAL, duration, render, short_path
from rnnlab.sweep.ledger.row import ENDED
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.settings import Setting, confirmed, front, ranked, settings_of
from rnnlab.sweep.outcome.spread import plus_minus

MAIN_METRICS = ("loss", "accuracy", "macro_recall", "nats_windows", "nats_stream")
TOP = 20
FAILURES, NOTES = 5, 5  # that are shown
INTERVAL = "±: half of the mean's 95 % confidence interval over the seeds (Student's t)"


def summary(record: Record, top: int = TOP) -> str:
    """Return counts, a table of the best settings, and the first failures."""
    settings = settings_of(record)
    best = ranked(settings, record.directions)
    parts = [headline(record, settings)]
    if record.groups:
        parts.append(groups_table(record))
    elif best:
        parts.append("\n".join([settings_table(record, best[:top]), *_notes(record, best, top)]))
    elif any(row.state == "finished" for row in record.rows):
        parts.append(_unranked(record))
    parts.append("\n".join(failures(record)))
    return "\n\n".join(part for part in parts if part)


def headline(record: Record, settings: Sequence[Setting]) -> str:
    """Return `24 jobs of 12 settings: 20 finished, 3 pruned, 1 failed`, and why it was stopped."""
    seeds = f" of {len(settings):,} settings" if record.repeats_seeds else ""
    lines = [f"{plural(total(record), 'job')}{seeds}: {counted(record)}"]
    lines += [groups_line(record)] if record.groups else []
    lines += [f"stopped: {record.stopped}"] if record.stopped else []
    reasons = dict.fromkeys(record.lost.values())
    lines += [f"{plural(len(record.lost), 'trial')} without a job: {why}" for why in reasons]
    return "\n".join(lines)


def groups_line(record: Record) -> str:
    """Return how many jobs of tuning and of fresh seeds have ended, and of how many groups all have."""
    fresh = [row for row in record.rows if row.confirms is not None]
    ended = sum(row.state in ENDED for row in record.rows)
    checked = sum(row.state in ENDED for row in fresh)
    tuning = len(record.rows) - len(fresh)
    last = [group.confirmation or group.trials[-1] for group in record.groups]
    done = sum(all(record.rows[n].state in ENDED for n in trial.jobs) for trial in last if trial.jobs)
    left = total(record) - tuning
    parts = f"tuning {ended - checked:,} of {tuning:,} jobs, fresh seeds {checked:,} of {left:,}"
    return f"{parts}; {done:,} of {plural(len(record.groups), 'group')} done"


def groups_table(record: Record) -> str:
    """Return the chosen setting of each group that has one, over its fresh seeds."""
    found = [setting for setting in confirmed(record) if setting.objective]
    if not found:
        return "no group has been tuned and trained with fresh seeds yet"
    note = "each group's best setting by validation, over fresh seeds that its tuning has not used"
    return "\n".join([settings_table(record, found), note, INTERVAL])


def total(record: Record) -> int:
    """Return the number of existing or planned jobs."""
    return max(len(record.rows), record.planned or 0)


def counted(record: Record) -> str:
    """Return `20 finished, 3 pruned, 1 failed`."""
    return ", ".join(f"{count:,} {state}" for state, count in record.counts.items()) or "none yet"


def plural(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def aims(record: Record) -> str:
    """Return `val/loss (lower is better)` for each objective."""
    words = {"maximize": "higher", "minimize": "lower"}
    pairs = zip(record.metrics, record.directions, strict=True)
    return ", ".join(f"{name} ({words[direction]} is better)" for name, direction in pairs)


def settings_table(record: Record, settings: Sequence[Setting]) -> str:
    """Return one row per setting: choices, objectives and main metrics over its seeds, a job's mean time."""
    keys, others = record.keys, other_metrics(record)
    marked = {s.trial for s in front(settings_of(record), record.directions)} if _is_many(record) else set()
    seeds = ["seeds"] if record.repeats_seeds else []
    rows = []
    for setting in settings:
        over = other_spreads(record, setting)
        count = f"{len(setting.finished)}" + ("" if setting.is_complete else f" of {len(setting.rows)}")
        rows.append(
            [
                f"{setting.trial}{'*' if setting.trial in marked else ''}",
                *(shown(setting.values.get(key)) for key in keys),
                *(plus_minus(found) for found in setting.objective),
                *(plus_minus(over[name]) if name in over else "" for name in others),
                *([count] if seeds else []),
                duration(setting.seconds),
            ]
        )
    return render(["trial", *keys, *record.metrics, *others, *seeds, "time"], rows)


def shown(value: Any) -> str:
    """Format a value: four digits of a number, blank for None."""
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def other_metrics(record: Record) -> list[str]:
    """Return the main metrics of any job other than the objectives; jobs.csv has all metrics."""
    names = dict.fromkeys(name for job in record.jobs.values() for name in job.metrics)
    validated = [name for name in names if name.startswith("val/")][:1]
    main = [n for n in names if n in validated or bare(n) in MAIN_METRICS]
    return [name for name in main if class_part(name) is None and name not in record.metrics]


def other_spreads(record: Record, setting: Setting) -> dict[str, Spread]:
    """Return the spread of each metric that all finished jobs of a setting have."""
    jobs = [record.jobs[row.number] for row in setting.finished if row.number in record.jobs]
    names = jobs[0].metrics if jobs else ()
    common = [name for name in names if all(job.metrics.get(name) is not None for job in jobs)]
    return {name: spread([job.metrics[name] for job in jobs]) for name in common}


def _is_many(record: Record) -> bool:
    return len(record.metrics) > 1


def _notes(record: Record, best: Sequence[Setting], top: int) -> list[str]:
    """Return the notes that explain the table."""
    lines = [f"best first, by {aims(record)}"]
    if _is_many(record):
        lines.append("* nothing is better in one of them without being worse in another (the Pareto front)")
    lines += [INTERVAL] if any(len(setting.finished) > 1 for setting in best) else []
    lines += [f"{len(best) - top:,} more: rnnlab sweep show {record.folder.name} --top {len(best)}"] * (
        len(best) > top
    )
    noted = [row for setting in best[:top] for row in setting.finished if row.note]
    lines += [f"job {row.number}: {row.note}" for row in noted[:NOTES]]
    made = [number for number, job in record.jobs.items() if job.official is False]
    which = "all jobs" if len(made) == len(record.jobs) else f"job {', '.join(map(str, made[:10]))}"
    lines += [f"{which}: {UNOFFICIAL}, see result.json"] if made else []
    parts = dict.fromkeys(part for job in record.jobs.values() for part in job.limited)
    return [*lines, *(f"read in jobs, {part}" for part in list(parts)[:NOTES])]


def _unranked(record: Record) -> str:
    return "no order: the jobs have no validation metric in common; jobs.csv has what they measured"


def failures(record: Record) -> list[str]:
    """Return the first failed jobs with the first line of their error and the path of their output."""
    failed = [row for row in record.rows if row.state == "failed"]
    lines = []
    for row in failed[:FAILURES]:
        log = record.folder.log(row.number)
        place = log if log.is_file() else record.folder.job(row.number) / "train.log"
        lines.append(f"job {row.number} failed: {row.error or 'for a reason that was not told'}")
        lines += [f"  {short_path(place)}"] if place.is_file() else []
    more = len(failed) - FAILURES
    return [*lines, f"{plural(more, 'more failure')}: jobs.csv has them all"] if more > 0 else lines

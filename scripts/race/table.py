"""The tables of a race, from its results alone."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lanes import OURS, Peer, Task
from results import Race, Result, Step
from scores import Evaluation, at_mark, reached, sign

from rnnlab.report.tables import duration, render

__all__ = ["Row", "duration", "outcome", "race_table", "rows_of", "table_of"]
MIB, LATE = 2**20, 1.05  # a score that came later than this part of its mark says when


class Row(NamedTuple):
    """What is known of a peer in a task; lists have a value a round."""

    peer: Peer
    error: str  # of a training or of answering; empty if both went well
    evaluations: list[list[Evaluation]]  # of each training
    memory: list[float]  # MiB, largest of a training
    start: list[float]  # seconds
    p50: list[float]  # ms
    p95: list[float]
    rate: list[float]  # rows a second
    use_memory: list[float]
    lines: int
    extra: dict[str, float]


def rows_of(task: Task, peers: Sequence[Peer], found: Sequence[Result]) -> list[Row]:
    """Return a row for each peer of a task that has a result."""
    rows = []
    for peer in peers:
        own = [one for one in found if (one["task"], one["peer"]) == (task.name, peer.name)]
        trained = [one for one in own if one["action"] == "train"]
        used = [one for one in own if one["action"] == "use" and one["status"] == "ok"]
        if not trained:
            continue
        wrong = [one for one in own if one["status"] not in ("ok", "not trained")]
        error = f"{wrong[0]['status']}: {short(wrong[0]['error'])}" if wrong else ""
        rows.append(
            Row(
                peer,
                error,
                [one["evaluations"] for one in trained if one.get("evaluations")],
                [one["memory"] / MIB for one in trained if "memory" in one],
                [one["start"] for one in used],
                [quantile(one["single"], 0.5) for one in used],
                [quantile(one["single"], 0.95) for one in used],
                [one["rate"] for one in used],
                [one["memory"] / MIB for one in used],
                trained[0]["user_lines"],
                {name: value for one in trained for name, value in one.get("extra", {}).items()},
            )
        )
    return rows


def quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def short(error: str) -> str:
    """Return the last line of an error, which names it."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return lines[-1][:160] if lines else ""


def spread(values: Sequence[float], form: Callable[[float], str]) -> str:
    """Return the median and, of several values, the range; blank for none."""
    if not values:
        return ""
    if len(values) == 1:
        return form(values[0])
    return f"{form(statistics.median(values))} ({form(min(values))} to {form(max(values))})"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def scores_at(task: Task, row: Row, mark: float) -> list[float]:
    """Return the test scores that count at a mark, one a training."""
    counted = [at_mark(task, found, mark) for found in row.evaluations]
    return [one["test"][task.measure] for one in counted if one is not None]


def said_at(task: Task, row: Row, mark: float) -> str:
    """Return a score as the table shows it: with its time if it came late, and its rows if not all."""
    counted = [one for one in (at_mark(task, found, mark) for found in row.evaluations) if one is not None]
    if not counted:
        return ""
    told = spread(scores_at(task, row, mark), lambda value: f"{value:.{task.decimals}f}")
    at, rows = max(one["at"] for one in counted), counted[0]["rows"]
    notes = [f"at {at:.0f} s"] if at > mark * LATE else []
    notes += [f"of {rows[0]:,} rows"] if rows[0] < rows[1] else []
    return f"{told}, {', '.join(notes)}" if notes else told


def best_of_peers(task: Task, rows: Sequence[Row], mark: float) -> float | None:
    """Return the best score of the others at the last mark."""
    scores = [score for row in rows if row.peer.name != OURS for score in scores_at(task, row, mark)]
    return max(scores, key=lambda score: sign(task) * score, default=None)


def table_of(race: Race, task: Task, rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows of a task's table."""
    marks = race.marks(task)
    target = best_of_peers(task, rows, marks[-1])
    columns = [task.title, *(f"{mark:g} s" for mark in marks)]
    columns += ["" if target is None else f"seconds to {target:.{task.decimals}f}", "ended after"]
    columns += ["peak MiB", "first answer, s", "p50 ms", "p95 ms", f"{task.rows}/s", "MiB in use", "lines"]
    extra = list(dict.fromkeys(name for row in rows for name in row.extra))
    cells = []
    for row in rows:
        times = [reached(task, found, target) for found in row.evaluations] if target is not None else []
        known = [time for time in times if time is not None]
        ends = [found[-1]["at"] for found in row.evaluations]
        first = row.peer.title + (f"; {row.error}" if row.error else "")
        cells.append(
            [
                first,
                *(said_at(task, row, mark) for mark in marks),
                spread(known, number) if len(known) == len(times) else "never",
                spread(ends, lambda value: f"{value:.0f} s"),
                *(spread(values, number) for values in (row.memory, row.start, row.p50, row.p95, row.rate)),
                spread(row.use_memory, number),
                str(row.lines),
                *(number(row.extra[name]) if name in row.extra else "" for name in extra),
            ]
        )
    return [*columns, *extra], cells


def race_table(race: Race, lanes: Sequence[tuple[Task, Peer]], found: Sequence[Result]) -> str:
    """Return a table for each task."""
    parts = []
    for task in dict.fromkeys(task for task, _ in lanes):
        rows = rows_of(task, [peer for own, peer in lanes if own is task], found)
        if rows:
            parts.append(render(*table_of(race, task, rows)))
    return "\n\n".join(parts)


def outcome(step: Step, found: Result) -> str:
    """Return what a step came to, in a line."""
    if found["status"] != "ok":
        return f"{found['status']}: {short(found['error'])}"
    if step.action == "use":
        return f"first answer after {found['start']:.1f} s, p50 {quantile(found['single'], 0.5):.2f} ms"
    last = found["evaluations"][-1]
    score = f"{step.task.measure} {last['test'][step.task.measure]:.{step.task.decimals}f}"
    return f"{score} after {last['at']:.0f} s, {found['memory'] / MIB:,.0f} MiB"

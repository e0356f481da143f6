"""Where rnnlab stands among its peers in a task: its place in each column of the table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from lanes import OURS, Task
from results import Race
from scores import reached, sign
from table import Row, best_of_peers, number, scores_at

Value = Callable[[Row], float | None]  # lower is better


def verdicts(race: Race, task: Task, rows: Sequence[Row]) -> list[str]:
    """Return a line for each thing that is compared; none where rnnlab or all others have no result.

    Latency and throughput are compared among networks, scores and memory among all.
    """
    ours = next((row for row in rows if row.peer.name == OURS), None)
    if ours is None:
        return []
    last = race.marks(task)[-1]
    target = best_of_peers(task, rows, last)
    networks = [row for row in rows if row.peer.neural]
    compared: list[tuple[str, Value, Sequence[Row], Callable[[float], str]]] = [
        (f"{task.measure} at {mark:g} s", score_at(task, mark), rows, said_score(task))
        for mark in race.marks(task)
    ]
    if target is not None:
        name = f"seconds to {target:.{task.decimals}f}, the best score of the others"
        compared.append((name, seconds_to(task, target), rows, number))
    compared += [
        ("p50 of a row in ms, networks", lambda row: middle(row.p50), networks, number),
        (f"{task.rows} a second, networks", lambda row: negative(middle(row.rate)), networks, positive),
        ("peak memory in MiB", lambda row: middle(row.memory), rows, number),
    ]
    return [line for one in compared if (line := verdict(ours, *one))]


def verdict(ours: Row, name: str, value: Value, rows: Sequence[Row], form: Callable[[float], str]) -> str:
    """Return rnnlab's place, its value and the best of the others'; empty if nothing can be compared."""
    others = [(found, row) for row in rows if row is not ours and (found := value(row)) is not None]
    own = value(ours)
    if not others:
        return ""
    best, leader = min(others, key=lambda pair: pair[0])
    beside = f"{leader.peer.title} {form(best)}"
    if own is None:
        return f"{name}: rnnlab never; {beside}"
    place = 1 + sum(found < own for found, _ in others)
    return f"{name}: rnnlab {form(own)}, {place} of {len(others) + 1}; {beside}"


def score_at(task: Task, mark: float) -> Value:
    return lambda row: middle([-sign(task) * score for score in scores_at(task, row, mark)])


def said_score(task: Task) -> Callable[[float], str]:
    return lambda value: f"{-sign(task) * value:.{task.decimals}f}"


def seconds_to(task: Task, target: float) -> Value:
    """Return the seconds to a score; None unless each training reached it."""

    def value(row: Row) -> float | None:
        times = [reached(task, found, target) for found in row.evaluations]
        known = [time for time in times if time is not None]
        return middle(known) if len(known) == len(times) else None

    return value


def middle(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def negative(value: float | None) -> float | None:
    return None if value is None else -value


def positive(value: float) -> str:
    return number(-value)

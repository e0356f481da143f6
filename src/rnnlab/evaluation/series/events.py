"""Alarms against labelled events: how many are found, how late, and how many alarms are false.

An event is a run of points labelled anomalous, an alarm a run of points above the threshold. There is no
point adjustment: a single hit does not turn a whole event into hits, with which random scores seem excellent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.series.labelled import runs_of

_DAY = 86_400e9  # nanoseconds


class EventCounts(NamedTuple):
    """Counts of events and alarms of one series; `add_events` sums them over series.

    Attributes:
        events: of the labels. found: those with an alarmed point inside.
        alarms: runs of alarmed points. correct: those with more than half of their points inside of events.
        delay: steps from the start of each found event to its first alarmed point, summed.
        delay_days: the same in days, 0 without times. days: from the first point to the last.
    """

    events: int
    found: int
    alarms: int
    correct: int
    delay: int
    delay_days: float
    days: float


def count_events(labels: np.ndarray, alarms: np.ndarray, times: np.ndarray | None = None) -> EventCounts:
    """Count the events and alarms of one series.

    Args:
        labels: (N,), not 0 where anomalous. alarms: (N,) bool. times: (N,) nanoseconds, if there are any.

    Raises:
        ValueError: the lengths differ.
    """
    marked, alarms = np.asarray(labels) != 0, np.asarray(alarms) != 0
    if marked.shape != alarms.shape or (times is not None and len(times) != len(marked)):
        raise ValueError(f"labels {marked.shape}, alarms {alarms.shape} and times must be of one length")
    raised, events = runs_of(alarms), runs_of(marked)
    inside = np.concatenate([[0], np.cumsum(marked)])
    hits = inside[raised.ends] - inside[raised.starts]
    places = np.append(np.flatnonzero(alarms), len(marked))
    first = places[np.searchsorted(places, events.starts)]  # (E,) the first alarm from each event's start on
    found = first < events.ends
    starts, first = events.starts[found], first[found]
    spent = (times[first] - times[starts]).sum() / _DAY if times is not None else 0.0
    days = float(times[-1] - times[0]) / _DAY if times is not None and len(times) else 0.0
    correct = int((2 * hits > raised.ends - raised.starts).sum())
    delay = int((first - starts).sum())
    return EventCounts(len(found), int(found.sum()), len(hits), correct, delay, float(spent), days)


def add_events(counts: Iterable[EventCounts]) -> EventCounts:
    """Return the sums over series."""
    rows = list(counts)
    if not rows:
        return EventCounts(0, 0, 0, 0, 0, 0.0, 0.0)
    return EventCounts(*(sum(column) for column in zip(*rows, strict=True)))


def event_scores(counts: EventCounts) -> dict[str, float]:
    """Return the measures of counted events; NaN where nothing defines one.

    `event_recall`: the fraction of events found. `event_precision`: the fraction of alarms that are correct,
    0 without an alarm. `event_f1`: their harmonic mean. `delay`: steps from an event's start to its first
    alarm, mean over found events; `delay_hours` the same in hours. `false_alarms_per_day`: by the times.
    """
    nan = float("nan")
    recall = counts.found / counts.events if counts.events else nan
    precision = counts.correct / counts.alarms if counts.alarms else 0.0
    both = precision + recall
    timed = counts.days > 0
    return {
        "event_recall": recall,
        "event_precision": precision,
        "event_f1": 2 * precision * recall / both if both else both,
        "delay": counts.delay / counts.found if counts.found else nan,
        "delay_hours": 24 * counts.delay_days / counts.found if counts.found and timed else nan,
        "false_alarms_per_day": (counts.alarms - counts.correct) / counts.days if timed else nan,
    }

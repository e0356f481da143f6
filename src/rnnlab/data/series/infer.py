"""Infers the frequency of series from the differences of their times."""

from __future__ import annotations

import numpy as np

from rnnlab.data.series.collect import Points
from rnnlab.data.series.frequency import UNITS, WEEKDAYS
from rnnlab.data.series.zones import DAY, to_local

HOUR = UNITS["h"]
MONTH = 28  # days that a month has at least


def infer(points: Points, zone: str | None) -> str | None:
    """Return the alias of the most frequent difference of times; None unless all others are its multiples.

    Months, quarters, years, weeks and business days are those of the clocks of the zone.
    """
    ahead = differences(points, points.times)
    if not len(ahead):
        return None
    step = most_frequent(ahead)
    if step < DAY - HOUR:
        return _clock_alias(step) if not (ahead % step).any() else None
    wall = to_local(points.times, zone)
    if differences(points, wall % DAY).any():
        return None  # a calendar keeps the time of day
    days = wall // DAY
    ahead = differences(points, days)
    step = most_frequent(ahead)
    return (_month_alias(points, days) if step >= MONTH else None) or _day_alias(days, ahead, step)


def differences(points: Points, values: np.ndarray) -> np.ndarray:
    """Return differences of neighbours in one series."""
    return np.diff(values)[np.diff(points.series) == 0]


def most_frequent(values: np.ndarray) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])


def _clock_alias(step: int) -> str:
    """Return the alias of a step of nanoseconds below a day, in the largest unit that fits."""
    unit = next(unit for unit in ("h", "min", "s", "ms", "us", "ns") if step % UNITS[unit] == 0)
    count = step // UNITS[unit]
    return f"{count if count > 1 else ''}{unit}"


def _day_alias(days: np.ndarray, ahead: np.ndarray, step: int) -> str | None:
    weekdays = np.unique((days + 3) % 7)  # 0 is Monday
    if step == 1:
        return "B" if weekdays.max() < 5 and (ahead == 3).any() else "D"
    if (ahead % step).any():
        return None
    if step % 7 == 0:
        anchor = f"-{WEEKDAYS[weekdays[0]]}" if len(weekdays) == 1 else ""
        return f"{step // 7 if step > 7 else ''}W{anchor}"
    return f"{step}D"


def _month_alias(points: Points, days: np.ndarray) -> str | None:
    """Return the alias of months, quarters or years, if all days are the same or the last of their month."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.int64)
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    ends = bool((day == length - 1).all())
    if not ends and (day != day[0]).any():
        return None
    ahead = differences(points, months.astype(np.int64))
    size = most_frequent(ahead)
    if (ahead % size).any():
        return None
    unit, whole = next((unit, n) for unit, n in (("Y", 12), ("Q", 3), ("M", 1)) if size % n == 0)
    return f"{size // whole if size > whole else ''}{unit}{'E' if ends else 'S'}"

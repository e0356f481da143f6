"""Times of a series as JSON has them: ISO 8601, or step numbers. numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from rnnlab.data.series.frequency import Frequency, next_times
from rnnlab.data.series.zones import DAY, to_local, to_utc
from rnnlab.errors import SettingError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def times_of(fields: Mapping[str, Any], points: int, frequency: Frequency) -> np.ndarray:
    """Return the times (points,) int64: as given, or from `start` on."""
    given, start = fields.get("times"), fields.get("start")
    if given is not None and start is not None:
        raise SettingError("times", shown(given), "and start: give one of the two")
    if given is None:
        first = 0 if start is None else instants([start], "start", frequency)[0]
        if frequency.alias is None:
            if points > 1:
                raise SettingError("times", "none", "the model reads irregular series: give a time for each")
            return np.array([first], dtype=np.int64)
        with np.errstate(over="ignore"):  # such times do not ascend, which is refused
            grid = np.concatenate([[first], next_times(int(first), points - 1, frequency)]).astype(np.int64)
        if (grid[1:] <= grid[:-1]).any():
            raise SettingError("start", shown(start), f"{points:,} steps from there are beyond all dates")
        return grid
    if not isinstance(given, list) or len(given) != points:
        count = len(given) if isinstance(given, list) else shown(given)
        raise SettingError("times", count, f"must be a list of {points} times, one for each point")
    found = instants(given, "times", frequency)
    late = np.flatnonzero(np.diff(found) <= 0)
    if len(late):
        place = int(late[0]) + 1
        rule = f"must come after the time before it, {shown(given[place - 1])}"
        raise SettingError("times", shown(given[place]), rule)
    if frequency.alias is not None and points > 1:
        expected = np.concatenate([found[:1], next_times(int(found[0]), points - 1, frequency)])
        off = np.flatnonzero(found != expected)
        if len(off):
            rule = (
                f"is not on the grid of the model's frequency, {frequency.alias}, from {shown(given[0])} on"
            )
            raise SettingError("times", shown(given[int(off[0])]), rule)
    return found


def instants(given: Sequence[Any], field: str, frequency: Frequency) -> np.ndarray:
    """Return times as nanoseconds in UTC, or step numbers where the training had no dates."""
    try:
        if not frequency.dated:
            if any(type(one) is not int for one in given):
                raise TypeError
            return np.array(given, dtype=np.int64)
        dates = [datetime.fromisoformat(one) for one in given]
    except (TypeError, ValueError, OverflowError):
        wanted = "dates as 2024-01-31 or 2024-01-31T12:00" if frequency.dated else "whole step numbers"
        raise SettingError(field, shown(given), f"must be {wanted}, as in the training") from None
    aware = [one.tzinfo is not None for one in dates]
    if any(aware) != all(aware):
        raise SettingError(field, shown(given), "must all have a time zone, or none")
    found = [(one if one.tzinfo else one.replace(tzinfo=UTC)) - EPOCH for one in dates]
    seconds = [one.days * 86_400 * 10**6 + one.seconds * 10**6 + one.microseconds for one in found]
    if any(abs(one) >= 2**62 // 1000 for one in seconds):
        raise SettingError(field, shown(given), "must lie between 1824 and 2116")
    wall = np.array(seconds, dtype=np.int64) * 1000
    return wall if aware and aware[0] else to_utc(wall, frequency.zone)[0]


def shown(value: Any) -> str:
    """Return the beginning of a value, for a message."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def time_names(times: np.ndarray, frequency: Frequency) -> list[Any]:
    """Return times (n,) by the clocks of the data's zone, days alone where all begin one; or step numbers."""
    if not frequency.dated:
        found: list[Any] = times.tolist()
        return found
    local = to_local(np.asarray(times), frequency.zone)
    unit = "D" if len(local) and not (local % DAY).any() else "s"
    whole = np.datetime_as_string(local.astype("datetime64[ns]").astype(f"datetime64[{unit}]"))
    return [str(one).replace("T", " ") for one in whole]

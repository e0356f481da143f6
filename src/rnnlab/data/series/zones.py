"""Local times of a named zone, for whole arrays; daylight saving included.

Times are int64 nanoseconds: since 1970 in UTC, or since 1970 on the clocks of the zone ("wall" times).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np

from rnnlab.errors import SettingError

SECOND = 1_000_000_000  # nanoseconds
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -106_000, 106_000  # days around 1970 that 64 bits of nanoseconds reach


class Offsets(NamedTuple):
    """When the clocks of a zone change: `offsets[i]` holds from `changes[i - 1]` on until `changes[i]`.

    Attributes:
        changes: (n,) UTC. offsets: (n + 1,) wall time less UTC.
    """

    changes: np.ndarray
    offsets: np.ndarray


def check_zone(zone: str) -> None:
    """Check the name of a time zone, such as Europe/Berlin.

    Raises:
        SettingError: no such zone.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        rule = "is no time zone, such as Europe/Berlin"
        raise SettingError("data.zone", zone, rule, names=available_timezones()) from error


def to_local(times: np.ndarray, zone: str | None) -> np.ndarray:
    """Return the wall times of UTC times; without a zone the same times."""
    if zone is None or not len(times):
        return times
    table = _offsets_between(zone, int(times.min()), int(times.max()))
    return times + table.offsets[np.searchsorted(table.changes, times, side="right")]


def to_utc(wall: np.ndarray, zone: str | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the UTC times of wall times, given in the order of the file.

    An hour that clocks repeat is read as its first occurrence, and as its second one after a later or equal
    wall time of the same hour. A time that clocks skip is moved on by as much as they skip.

    Returns:
        times (N,); repeated (N,) bool: the wall time occurs twice; skipped (N,) bool: it never occurs.
    """
    nothing = np.zeros(len(wall), dtype=bool)
    if zone is None or not len(wall):
        return wall, nothing, nothing
    table = _offsets_between(zone, int(wall.min()) - DAY, int(wall.max()) + DAY)
    if not len(table.changes):
        return wall - table.offsets[0], nothing, nothing
    before, after = table.offsets[:-1], table.offsets[1:]
    # a wall time is past a change if it is later than the clock on both sides of it
    place = np.searchsorted(table.changes + np.maximum(before, after), wall, side="right")
    coming = np.minimum(place, len(before) - 1)
    inside = (place < len(before)) & (wall >= (table.changes + np.minimum(before, after))[coming])
    skipped = inside & (after[coming] > before[coming])  # by the earlier offset it lies past the change
    repeated = inside & ~skipped
    second = _second_pass(wall, repeated)
    offsets = table.offsets[np.where(second, coming + 1, place)]
    return wall - offsets, repeated, skipped


def _second_pass(wall: np.ndarray, repeated: np.ndarray) -> np.ndarray:
    """Return which repeated wall times come after the clocks were set back: from the first step back on."""
    second = np.zeros(len(wall), dtype=bool)
    if not repeated.any():
        return second
    index = np.flatnonzero(repeated)
    far = np.abs(np.diff(wall[index])) > DAY  # another year's change
    breaks = np.flatnonzero((np.diff(index) > 1) | far) + 1
    for run in np.split(index, breaks):
        back = np.flatnonzero(np.diff(wall[run]) <= 0)
        if len(back):
            second[run[back[0] + 1 :]] = True
    return second


def _offsets_between(zone: str, first: int, last: int) -> Offsets:
    """Return the clock changes of the years of two UTC times."""
    low, high = (_year(time) for time in (first - 2 * DAY, last + 2 * DAY))
    changes = [change for year in range(low, high + 1) for change in _changes_of_year(zone, year)]
    offsets = [_offset(zone, _start(low)), *(offset for _, offset in changes)]
    times = np.array([time for time, _ in changes], dtype=np.int64)
    return Offsets(times * SECOND, np.array(offsets, dtype=np.int64) * SECOND)


def _year(time: int) -> int:
    """Return the year of a UTC time, as years since 1970."""
    day = min(max(time // DAY, _FIRST), _LAST)
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64))


def _start(year: int) -> int:
    """Return the first second of a year that is given as years since 1970."""
    return int(np.datetime64(year, "Y").astype("datetime64[s]").astype(np.int64))


@cache
def _changes_of_year(zone: str, year: int) -> list[tuple[int, int]]:
    """Return the changes of a year: the second since 1970 of each, and the offset in seconds from then on."""
    found, day, last = list[tuple[int, int]](), 86_400, _start(year + 1)
    offset = _offset(zone, _start(year))
    for second in range(_start(year), last, day):
        after = _offset(zone, second + day)
        if after != offset:
            low, high = second, second + day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            found.append((high, after))
            offset = after
    return found


def _offset(zone: str, second: int) -> int:
    """Return wall time less UTC in seconds, at a second since 1970."""
    shift = (_EPOCH + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())

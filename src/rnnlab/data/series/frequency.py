"""The frequency of series: its grid of times, its usual season, and the times that come next."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.series.zones import DAY, SECOND, to_local, to_utc
from rnnlab.errors import SettingError

UNITS = {
    "ns": 1,
    "us": 1000,
    "ms": 10**6,
    "s": SECOND,
    "min": 60 * SECOND,
    "h": 3600 * SECOND,
    "D": DAY,
    "W": 7 * DAY,
}  # ns of fixed steps
MONTHS = {"MS": 1, "ME": 1, "QS": 3, "QE": 3, "YS": 12, "YE": 12}
SEASONS = {
    "s": 60,
    "min": 1440,
    "h": 24,
    "D": 7,
    "W": 52,
    "MS": 12,
    "ME": 12,
    "QS": 4,
    "QE": 4,
    "YS": 1,
    "YE": 1,
}
SEASONS |= {"B": 5, "step": 1, "ns": 1, "us": 1, "ms": 1}
CLOCK = ("ns", "us", "ms", "s", "min", "h")  # steps that no calendar changes
EXAMPLES = ("15min", "30min", "h", "D", "B", "W", "MS", "QS", "YS")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_ALIAS = re.compile(r"(\d*)(ns|us|ms|s|min|h|D|B|W|MS|ME|QS|QE|YS|YE|step)(?:-([A-Z]{3}))?")
_OLDER = {"S": "s", "T": "min", "H": "h", "M": "ME", "Q": "QE", "Y": "YE", "A": "YE", "d": "D", "w": "W"}


class Frequency(NamedTuple):
    """The distance of neighbouring points.

    Attributes:
        alias: as pandas names it: "h", "30min", "D", "B", "W-SUN", "MS" (start of month), "QS", "YS"; None
            for irregular times.
        step: nanoseconds between points, or 1 for step numbers; None where it varies: months, quarters,
            years, business days, and irregular times.
        season: default length of a season in steps, such as 24 for hours; 1 for none.
        zone: the zone on whose clocks days, weeks and months begin; None for UTC.
        dated: whether times are dates; else they are step numbers.
    """

    alias: str | None
    step: int | None
    season: int = 1
    zone: str | None = None
    dated: bool = True

    @classmethod
    def of(
        cls, alias: str | None, zone: str | None = None, season: int | None = None, dated: bool = True
    ) -> Frequency:
        """Return the frequency of an alias.

        Raises:
            SettingError: an unknown alias.
        """
        if alias is None:
            return cls(None, None, season or 1, zone, dated)
        count, unit, anchor = parse(alias)
        name = f"{count if count > 1 else ''}{unit}{f'-{anchor}' if anchor else ''}"
        step = UNITS[unit] * count if unit in UNITS else None
        return cls(name, step if dated else 1, season or _season(unit, count), zone, dated)

    @property
    def unit(self) -> str:
        """The alias without its count and weekday; "" for irregular times."""
        return "" if self.alias is None else parse(self.alias)[1]

    @property
    def multiple(self) -> int:
        """Return the number of units in a step."""
        return 1 if self.alias is None else parse(self.alias)[0]

    def to_json(self) -> dict[str, Any]:
        """Return plain values, from which `from_json` makes the same frequency."""
        return self._asdict()

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Frequency:
        """Return the frequency of `to_json`."""
        return cls(**values)


def parse(alias: str) -> tuple[int, str, str]:
    """Return the count, the unit and the weekday or month of an alias; older names of pandas are known.

    Raises:
        SettingError: an unknown alias.
    """
    digits = re.match(r"\d*", alias)
    start = digits[0] if digits else ""
    rest, mark, anchor = alias[len(start) :].partition("-")
    match = _ALIAS.fullmatch(f"{start}{_OLDER.get(rest, rest)}{mark}{anchor}")
    if match is None or match[1] == "0" or (match[3] and match[2] not in ("W", "QS", "QE", "YS", "YE")):
        rule = "is no frequency as pandas names them: a number and s, min, h, D, B, W, MS, QS or YS"
        raise SettingError("data.frequency", alias, rule, names=EXAMPLES)
    if match[2] == "B" and match[1] not in ("", "1"):
        raise SettingError("data.frequency", alias, "business days have no multiples", names=EXAMPLES)
    return int(match[1] or 1), match[2], match[3] or ""


def _season(unit: str, count: int) -> int:
    """Return the season of a unit in steps of `count` units; 1 if it has no whole number of steps."""
    whole = SEASONS[unit]
    return whole // count if whole % count == 0 else 1


def positions(times: np.ndarray, anchor: int, frequency: Frequency) -> tuple[np.ndarray, np.ndarray]:
    """Return how many steps after `anchor` each time is, and whether it is exactly on the grid from there.

    Raises:
        ValueError: irregular times have no grid.
    """
    unit, count = frequency.unit, frequency.multiple
    if not unit:
        raise ValueError("irregular times have no grid")
    if not frequency.dated or unit in CLOCK:
        found = (times - anchor) // _step(frequency)
    else:
        wall, start = to_local(times, frequency.zone), int(to_local(np.array([anchor]), frequency.zone)[0])
        if unit in ("D", "W"):
            found = np.round((wall - start) / _step(frequency)).astype(np.int64)
        elif unit == "B":
            found = np.busday_count(_days(np.array([start])), _days(wall))
        else:
            found = (_months(wall) - _months(np.array([start]))) // (MONTHS[unit] * count)
    return found, shift(anchor, found, frequency) == times


def shift(anchor: int, steps: np.ndarray, frequency: Frequency) -> np.ndarray:
    """Return the times that are `steps` (N,) steps after `anchor`; days, weeks and months by local clocks."""
    unit, count = frequency.unit, frequency.multiple
    steps = np.asarray(steps, dtype=np.int64)
    if not frequency.dated or unit in CLOCK:
        return anchor + steps * _step(frequency)
    start = int(to_local(np.array([anchor]), frequency.zone)[0])
    if unit in ("D", "W"):
        wall = start + steps * _step(frequency)
    elif unit == "B":
        day = _days(np.array([start]))[0]
        wall = _nanoseconds(np.busday_offset(day, steps, roll="forward")) + start % DAY
    else:
        wall = _by_months(start, steps * MONTHS[unit] * count, at_end=unit.endswith("E"))
    return to_utc(wall, frequency.zone)[0]


def next_times(last: int, number: int, frequency: Frequency) -> np.ndarray:
    """Return the `number` times that follow the time `last`, (number,) int64.

    Raises:
        ValueError: irregular times.
    """
    if frequency.alias is None:
        raise ValueError("irregular times have no next times")
    return shift(last, np.arange(1, number + 1), frequency)


def _step(frequency: Frequency) -> int:
    assert frequency.step is not None
    return frequency.step


def _days(wall: np.ndarray) -> np.ndarray:
    return (wall // DAY).astype("datetime64[D]")


def _months(wall: np.ndarray) -> np.ndarray:
    """Return months since January 1970, (N,)."""
    return _days(wall).astype("datetime64[M]").astype(np.int64)


def _nanoseconds(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype(np.int64) * DAY


def _by_months(start: int, months: np.ndarray, at_end: bool) -> np.ndarray:
    """Return wall times some months later: on the same day of the month, or the last of a shorter one."""
    month = _months(np.array([start]))[0] + months
    first, following = (_nanoseconds(m.astype("datetime64[M]")) for m in (month, month + 1))
    day = start // DAY - int(_nanoseconds(_months(np.array([start])).astype("datetime64[M]"))[0]) // DAY
    last = following - DAY
    wall = last if at_end else np.minimum(first + day * DAY, last)
    return wall + start % DAY

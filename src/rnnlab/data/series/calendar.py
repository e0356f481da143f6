"""Features of a time alone: hour, weekday and the like on a circle, and Fourier terms. No holidays.

They need numpy only, so that exported models make the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.data.series.frequency import Frequency, positions
from rnnlab.data.series.zones import DAY, SECOND, to_local
from rnnlab.errors import SettingError

AUTO = "auto"
HOUR = 3600 * SECOND
PARTS = ("minute_of_hour", "hour_of_day", "day_of_week", "day_of_month", "day_of_year", "month")
# what `auto` takes: features that change from step to step and come back within a year
_AUTO = {"s": PARTS[:3], "min": PARTS[1:3], "h": ("hour_of_day", "day_of_week", "day_of_year")}
_AUTO |= {
    "min": _AUTO["h"],
    "D": ("day_of_week", "day_of_month", "day_of_year"),
    "B": ("day_of_week", "day_of_year"),
}
_AUTO |= {"W": ("day_of_year",), "MS": ("month",), "ME": ("month",), "QS": ("month",), "QE": ("month",)}
Fourier = Sequence[tuple[float, int]]  # a period in steps, and how many pairs of sine and cosine it has


def resolve_calendar(wanted: str | Sequence[str] | None, frequency: Frequency) -> tuple[str, ...]:
    """Return the names of calendar features: those of a list, or by the frequency for `auto`.

    Step numbers have none; irregular times have those of hours.

    Raises:
        SettingError: an unknown name, or a list for step numbers.
    """
    if wanted is None or (isinstance(wanted, str) and wanted == "none"):
        return ()
    if isinstance(wanted, str) and wanted == AUTO:
        return _AUTO.get(frequency.unit or "h", ()) if frequency.dated else ()
    listed = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    for name in listed:
        if name not in PARTS:
            raise SettingError("data.calendar", name, "is no calendar feature", names=(AUTO, "none", *PARTS))
    if listed and not frequency.dated:
        rule = "needs times, and these series have step numbers: name the column of times with data.time"
        raise SettingError("data.calendar", f"[{','.join(listed)}]", rule)
    return listed


def check_fourier(fourier: Fourier, frequency: Frequency) -> None:
    """Check the periods and orders of Fourier terms.

    Raises:
        SettingError: a period below two steps, an order that it cannot have, or irregular times.
    """
    for period, order in fourier:
        if not (period >= 2 and 1 <= order <= period / 2):
            rule = "must be pairs of a period of 2 steps or more and an order from 1 to half of it"
            raise SettingError("data.fourier", f"[{period},{order}]", rule)
    if fourier and frequency.alias is None:
        rule = "needs a frequency, and the times of these series are irregular"
        raise SettingError("data.fourier", [list(pair) for pair in fourier], rule)


def calendar_features(
    times: np.ndarray, frequency: Frequency, wanted: Sequence[str], fourier: Fourier = ()
) -> np.ndarray:
    """Return calendar features and Fourier terms of times, in the order of `feature_names`.

    Each calendar feature is a point on a circle, its sine and cosine, by the clocks of the frequency's zone.
    Fourier terms count steps from 1970 on (or step numbers), so that they depend on the time alone.

    Args:
        times: (N,) as of a `SeriesTable`.
        wanted: names of `resolve_calendar`.

    Returns:
        (N, 2 * (len(wanted) + sum of the orders)) float32, from -1 to 1.
    """
    turns = []
    if wanted:
        wall = to_local(np.asarray(times), frequency.zone)
        turns += [_turn(name, wall) for name in wanted]
    if fourier:
        steps = positions(np.asarray(times), 0, frequency)[0]
        turns += [steps * (k / period) for period, order in fourier for k in range(1, order + 1)]
    if not turns:
        return np.zeros((len(times), 0), dtype=np.float32)
    angles = 2 * np.pi * np.stack([np.mod(turn, 1) for turn in turns], axis=1)  # (N, features)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(times), -1).astype(np.float32)


def feature_names(wanted: Sequence[str], fourier: Fourier = ()) -> tuple[str, ...]:
    """Return the names of the columns of `calendar_features`."""
    names = [*wanted, *(f"{period:g}/{k}" for period, order in fourier for k in range(1, order + 1))]
    return tuple(f"{wave}({name})" for name in names for wave in ("sin", "cos"))


def _turn(name: str, wall: np.ndarray) -> np.ndarray:
    """Return the part of an hour, day, week, month or year that has passed at wall times, (N,) in [0, 1)."""
    if name == "minute_of_hour":
        return np.mod(wall, HOUR) / HOUR
    if name == "hour_of_day":
        return np.mod(wall, DAY) / DAY
    if name == "day_of_week":
        return np.mod(wall // DAY + 3, 7) / 7  # 1970 began on a Thursday; Monday is 0
    days = (wall // DAY).astype("datetime64[D]")
    if name == "month":
        return np.mod(days.astype("datetime64[M]").astype(np.int64), 12) / 12
    unit = "datetime64[M]" if name == "day_of_month" else "datetime64[Y]"
    first = days.astype(unit)
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    return (days - first.astype("datetime64[D]")).astype(np.int64) / length

"""Splits of series by time: training first, then validation, then test. S series, N points of all."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.large_arrays import last_seen
from rnnlab.data.series.settings import PARTS, checked
from rnnlab.errors import SettingError

Size = int | float | str | None
SETTING = "data.split"
TRAIN, VALIDATION, TEST = PARTS


class TimeSplit(NamedTuple):
    """Sizes of the parts of each series, in the order of time.

    A size is a count of points, a fraction below 1 of the series' points (rounded down), or, for validation
    and test, the date at which the part begins. One part is null and takes the rest, except where all three
    are counts: then points after the test part are left out.

    Attributes:
        purge: points left out at the end of train and of validation, so that targets of neighbouring parts
            are apart.
    """

    train: Size = None
    validation: Size = 0.1
    test: Size = 0.2
    purge: int = 0


def time_split(split: Mapping[str, Size], purge: int) -> TimeSplit:
    """Return the checked split of a config.

    Raises:
        SettingError: a part is missing or unknown, or its size is none of a split by time.
    """
    for name in split:
        if name not in PARTS:
            rule = "is no part of a split by time; series are never split at random"
            raise SettingError(f"{SETTING}.{name}", split[name], rule, PARTS)
    train, validation, test = (plain(split.get(name)) for name in PARTS)
    found = TimeSplit(train, validation, test, checked("purge", purge))
    for name in PARTS:
        _check_size(name, getattr(found, name))
    _check_together(found)
    return found


def plain(size: object) -> Size:
    """Return a size as the config has it; YAML reads a date without quotes as a date."""
    return str(size) if isinstance(size, datetime.date | datetime.datetime) else size  # type: ignore[return-value]


def _check_size(name: str, size: object) -> None:
    fraction = isinstance(size, float) and 0 < size < 1
    count = isinstance(size, int) and not isinstance(size, bool) and size >= (0 if name == TEST else 1)
    if not (size is None or fraction or count or (isinstance(size, str) and name != TRAIN)):
        dates = "" if name == TRAIN else ", the date at which it begins"
        rule = f"must be a fraction such as 0.7, a number of points{dates} or null (the rest)"
        raise SettingError(f"{SETTING}.{name}", size, rule)


def _check_together(split: TimeSplit) -> None:
    sizes = {name: getattr(split, name) for name in PARTS}
    open_parts = [name for name, size in sizes.items() if size is None]
    counts = all(isinstance(size, int) for size in sizes.values())
    if len(open_parts) != 1 and not counts:
        rule = "exactly one of train, validation and test must be null, which takes the rest"
        raise SettingError(SETTING, shown(sizes), rule)
    total = sum(size for size in sizes.values() if isinstance(size, float))
    if total >= 1:
        raise SettingError(SETTING, shown(sizes), f"the fractions add up to {total:g}, and nothing is left")
    dated = [name for name, size in sizes.items() if isinstance(size, str)]
    if dated and open_parts != [TRAIN]:
        rule = "dates are where validation and test begin: train must be null"
        raise SettingError(SETTING, shown(sizes), rule)
    if dated == [VALIDATION] and split.test != 0:
        rule = "validation has a date, so that test needs one as well, or 0 for no test"
        raise SettingError(f"{SETTING}.{TEST}", split.test, rule)


def shown(sizes: Mapping[str, Size]) -> str:
    """Return the sizes as they are typed."""
    return "{" + ", ".join(f"{k}: {'null' if v is None else v}" for k, v in sizes.items()) + "}"


def history_ends(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return for each series (S,) the end of its points with an observed target.

    Later points only give the future of known covariates.

    Args:
        values: (N, C), NaN where missing. starts: (S + 1,).
    """
    ends = starts[1:].copy()
    for series, (start, end) in enumerate(zip(starts[:-1].tolist(), ends.tolist(), strict=True)):
        if end > start and np.isnan(values[end - 1]).all():
            ends[series] = start + last_seen(values[start:end])
    return ends


def bounds_of(
    split: TimeSplit, times: np.ndarray, starts: np.ndarray, ends: np.ndarray, frequency: Frequency
) -> dict[str, np.ndarray]:
    """Return for each part the range (S, 2) of each series' points [begin, end) in the joined arrays.

    Args:
        times: (N,) nanoseconds. starts, ends: (S,) first point of each series and the end of its history.
        frequency: of the data, whose zone the dates in the split are of.

    Raises:
        SettingError: a date is none, or the times are no dates.
    """
    begins = _first_points(split, times, starts, ends, frequency)  # (S, 4): train, validation, test, end
    found = {name: begins[:, place : place + 2].copy() for place, name in enumerate(PARTS)}
    if split.purge:
        for name, later in ((TRAIN, VALIDATION), (VALIDATION, TEST)):
            apart = found[later][:, 1] > found[later][:, 0]  # an empty part needs no gap before it
            cut = np.maximum(found[name][:, 1] - split.purge, found[name][:, 0])
            found[name][:, 1] = np.where(apart, cut, found[name][:, 1])
    return found


def _first_points(
    split: TimeSplit, times: np.ndarray, starts: np.ndarray, ends: np.ndarray, frequency: Frequency
) -> np.ndarray:
    if any(isinstance(size, str) for size in split[:3]):
        return _by_dates(split, times, starts, ends, frequency)
    points = ends - starts
    sizes = [None if size is None else _points(size, points) for size in split[:3]]
    given = sum(size for size in sizes if size is not None)
    rest = np.maximum(points - given, 0)
    whole = [rest if size is None else size for size in sizes]
    borders = np.cumsum(np.stack([np.zeros_like(points), *whole], axis=1), axis=1)  # (S, 4)
    if split.train is None:  # counted from the end, so that a short series loses training points first
        borders = borders - np.maximum(borders[:, -1] - points, 0)[:, None]
    return starts[:, None] + np.clip(borders, 0, points[:, None])


def _points(size: Size, points: np.ndarray) -> np.ndarray:
    """Return the number of points of a part of series with `points` (S,); fractions are rounded down."""
    exact = np.floor(size * points + 1e-9) if isinstance(size, float) else np.full(len(points), size)
    return exact.astype(np.int64)


def _by_dates(
    split: TimeSplit, times: np.ndarray, starts: np.ndarray, ends: np.ndarray, frequency: Frequency
) -> np.ndarray:
    found = np.stack([starts, ends, ends, ends], axis=1)
    dates = {name: _moment(name, getattr(split, name), frequency) for name in (VALIDATION, TEST)}
    validation, test = dates[VALIDATION], dates[TEST]
    if validation is not None and test is not None and test <= validation:
        rule = f"must be later than {SETTING}.{VALIDATION}={split.validation}"
        raise SettingError(f"{SETTING}.{TEST}", split.test, rule)
    for series, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        for place, name in ((2, TEST), (1, VALIDATION)):
            later, moment = int(found[series, place + 1]), dates[name]
            if moment is not None:
                first = start + int(np.searchsorted(times[start:end], moment))
            else:
                size = getattr(split, name)
                first = later - int(_points(size, np.array([end - start]))[0])
            found[series, place] = max(min(first, later), start)
    return found


def _moment(name: str, size: Size, frequency: Frequency) -> int | None:
    """Return the UTC nanoseconds of a date in the data's zone; None where the size is no date."""
    if not isinstance(size, str):
        return None
    if not frequency.dated:
        rule = "must be a number of points or a fraction, as these data have no dates"
        raise SettingError(f"{SETTING}.{name}", size, rule)
    try:
        moment = datetime.datetime.fromisoformat(size)
    except ValueError as error:
        rule = "must be a date such as 2013-01-01, or 2013-01-01T06:00"
        raise SettingError(f"{SETTING}.{name}", size, rule) from error
    if moment.tzinfo is None:
        from zoneinfo import ZoneInfo

        moment = moment.replace(tzinfo=ZoneInfo(frequency.zone or "UTC"))
    seconds = (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(seconds=1)
    return seconds * 10**9

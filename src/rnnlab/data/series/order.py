"""Puts points in the order of series and times: zones, sorting, points of one time, coarser times."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rnnlab.data.series.collect import Points
from rnnlab.data.series.frequency import MONTHS, UNITS, parse
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.times import DATES, STEPS, ZONED
from rnnlab.data.series.zones import DAY, to_local, to_utc
from rnnlab.errors import SettingError


def ordered(points: Points, source: SeriesSource, notes: list[str]) -> Points:
    """Return points grouped by series, with strictly ascending times in UTC (or step numbers).

    Raises:
        SettingError: times that are not in order, unless `sort`; several points of one time, unless
            `duplicates` keeps one.
    """
    series = points.series
    if source.sort:
        points = take(points, np.lexsort((points.times, series)))
    elif (np.diff(series) < 0).any():
        points = take(points, np.argsort(series, kind="stable"))
    if points.kind == DATES and source.zone is not None:
        points = points._replace(times=_in_utc(points, source.zone, notes))
    ahead = np.diff(points.times)
    ahead[np.diff(points.series) != 0] = 1
    if (ahead < 0).any():
        _refuse_unsorted(points, ahead, source)
    if source.resample is not None:
        points = _coarser(points, source.resample, source.zone, notes)
    elif (ahead == 0).any():
        points = _without_duplicates(points, ahead == 0, source, notes)
    return points


def take(points: Points, index: np.ndarray) -> Points:
    """Return the points of an index (n,)."""
    return points._replace(
        times=points.times[index],
        series=points.series[index],
        values=points.values[index],
        past=points.past[index],
        known=points.known[index],
        labels=None if points.labels is None else points.labels[index],
    )


def shown_time(time: int, kind: str, zone: str | None = None) -> str:
    """Return a time as text, by the clocks of a zone; a step number as a number."""
    if kind == STEPS:
        return f"step {time}"
    wall = int(to_local(np.array([time], dtype=np.int64), zone)[0])
    text = str(np.datetime64(wall, "ns").astype("datetime64[us]")).replace("T", " ")
    return text.removesuffix(".000000").removesuffix(":00").removesuffix(" 00:00")


def starts_of(series: np.ndarray, number: int) -> np.ndarray:
    """Return the first place of each series in grouped points, and the end, (number + 1,) int64."""
    return np.searchsorted(series, np.arange(number + 1)).astype(np.int64)


def _in_utc(points: Points, zone: str, notes: list[str]) -> np.ndarray:
    """Return the UTC times of wall times of a zone; hours that clocks repeat or skip are noted."""
    starts = starts_of(points.series, len(points.names))
    times, repeated, skipped = np.empty_like(points.times), 0, 0
    for first, last in pairwise(starts):
        times[first:last], twice, never = to_utc(points.times[first:last], zone)
        repeated, skipped = repeated + int(twice.sum()), skipped + int(never.sum())
    if repeated:
        notes.append(
            f"{repeated:,} times are in hours that the clocks of {zone} repeat: read in the order of the rows"
        )
    if skipped:
        notes.append(
            f"{skipped:,} times are in hours that the clocks of {zone} skip: moved to the hour after"
        )
    return times


def _refuse_unsorted(points: Points, ahead: np.ndarray, source: SeriesSource) -> None:
    place = int((ahead < 0).argmax()) + 1
    times = [shown_time(int(points.times[at]), points.kind, source.zone) for at in (place - 1, place)]
    of_series = f" in series {points.names[points.series[place]]}" if len(points.names) > 1 else ""
    rule = f"times are not in order: {times[1]} follows {times[0]}{of_series}"
    count = int((ahead < 0).sum())
    rule += f" ({count:,} such place{'s' if count > 1 else ''}); data.sort=true sorts them"
    rule += _by_clocks(points, source)
    raise SettingError("data.sort", "false", rule)


def _by_clocks(points: Points, source: SeriesSource) -> str:
    """Return a hint for times that a zone may have put out of order."""
    if points.kind != DATES or source.zone is None:
        return ""
    return f"; they are read by the clocks of {source.zone}, and data.zone=null reads them as UTC"


def _without_duplicates(points: Points, same: np.ndarray, source: SeriesSource, notes: list[str]) -> Points:
    """Return one point for each time; `same` (N - 1,) marks points with the time of the point before."""
    count, place = int(same.sum()), int(same.argmax())
    first = shown_time(int(points.times[place]), points.kind, source.zone)
    of_series = f" in series {points.names[points.series[place]]}" if len(points.names) > 1 else ""
    if source.duplicates == "refuse":
        several = "s have" if count > 1 else " has"
        rule = f"{count:,} point{several} the time of another, the first {first}{of_series}"
        rule += "; mean, first or last keeps one of each"
        rule += "" if source.series else ", data.series names the column of several series"
        rule += _by_clocks(points, source)
        raise SettingError("data.duplicates", "refuse", rule)
    notes.append(f"{count:,} points have the time of another, of which the {source.duplicates} is kept")
    return _merged(points, ~np.append(False, same), source.duplicates)


def _merged(points: Points, begins: np.ndarray, how: str) -> Points:
    """Return one point for each group of neighbours; `begins` (N,) is True where a group begins."""
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins)) - 1
    found = take(points, last if how == "last" else first)
    if how == "mean":
        values, past, known = (_means(part, first) for part in (points.values, points.past, points.known))
        found = found._replace(values=values, past=past, known=known)
    if points.labels is not None:
        found = found._replace(labels=np.maximum.reduceat(points.labels, first))
    return found


def _means(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the mean of the observed values of each group, NaN without any, (groups, columns) float32."""
    counts = np.add.reduceat(~np.isnan(values), first, axis=0, dtype=np.int64)
    sums = np.add.reduceat(np.nan_to_num(values, nan=0.0), first, axis=0, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return (sums / counts).astype(np.float32)


def _coarser(points: Points, alias: str, zone: str | None, notes: list[str]) -> Points:
    """Return the means over the steps of a coarser frequency, each at the time at which its step begins."""
    if points.kind == STEPS:
        raise SettingError("data.resample", alias, "needs times, and these points have step numbers")
    count, unit, _ = parse(alias)
    wall = to_local(points.times, zone)
    if unit in MONTHS and unit.endswith("S"):
        size = MONTHS[unit] * count
        months = (wall // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // size * size
        times = to_utc(months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) * DAY, zone)[0]
    elif unit == "D":
        times = to_utc(wall // (DAY * count) * (DAY * count), zone)[0]
    elif unit in UNITS and UNITS[unit] < DAY:
        times = points.times - wall % (UNITS[unit] * count)  # the clock does not change within an hour
    else:
        rule = "averages to minutes, hours, days or starts of months"
        raise SettingError("data.resample", alias, rule, names=("30min", "h", "D", "MS"))
    begins = np.append(True, (np.diff(times) != 0) | (np.diff(points.series) != 0))
    notes.append(f"{len(times):,} points are averaged to {int(begins.sum()):,} of {alias} (data.resample)")
    return _merged(points._replace(times=times, kind=ZONED), begins, "mean")

"""Points of a series as JSON has them, as a table of one series. No torch. T points, C channels."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from rnnlab.data.series.continued import RawSeries
from rnnlab.data.series.frequency import Frequency, next_times, positions, shift
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.named_lists import by_row

FIELDS = ("values", "times", "series", "past", "known", "state")
MOST_POINTS = 100_000  # of a request, filled gaps among them
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def fields_of(row: Any) -> dict[str, Any]:
    """Return a row as a mapping; a plain list is its values.

    Raises:
        SettingError: it is neither, has another field or no values.
    """
    fields = row if isinstance(row, Mapping) else {"values": row}
    for name in fields:
        if name not in FIELDS:
            rule = "is no field of points"
            raise SettingError("values", str(name)[:40], rule, FIELDS)
    if "values" not in fields:
        raise SettingError("values", "null", 'points are a list of values, or {"values": [...], ...}')
    return dict(fields)


def numbers_of(name: str, given: Any, width: int) -> np.ndarray:
    """Return rows of `width` numbers (T, width), null as NaN; a flat list where the width is 1.

    Raises:
        SettingError: they are anything else, too many, or not finite.
    """
    rule = f"must be a list of points of {width} numbers each, or null where one is missing"
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise SettingError(name, str(given)[:60], rule)
    if len(given) > MOST_POINTS:
        raise SettingError(name, f"{len(given):,} points", f"at most {MOST_POINTS:,} at once")
    try:
        with np.errstate(over="ignore"):  # becomes infinite, which is refused below
            found = np.array(given, dtype=np.float64).astype(np.float32)
    except (TypeError, ValueError, OverflowError) as error:
        raise SettingError(name, str(given)[:60], rule) from error
    if found.ndim == 1 and width == 1:
        found = found[:, None]
    if found.ndim != 2 or found.shape[1] != width:
        raise SettingError(name, str(given)[:60], rule)
    if np.isinf(found).any():
        raise SettingError(name, str(given)[:60], "must hold finite numbers alone")
    return found


def times_of(given: Any, count: int, frequency: Frequency) -> np.ndarray:
    """Return times (T,) int64, rising.

    Raises:
        SettingError: they are not dates in ISO 8601 (step numbers where the data have no dates), not as many
            as the values, or not rising.
    """
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != count:
        there = f"{len(given):,} times" if isinstance(given, Sequence) else str(given)[:40]
        raise SettingError("times", there, f"must be a list of as many times as there are points, {count:,}")
    found = np.array([time_of(one, frequency) for one in given], dtype=np.int64)
    wrong = np.flatnonzero(np.diff(found) <= 0)
    if len(wrong):
        raise SettingError("times", given[int(wrong[0]) + 1], "must be later than the time before it")
    return found


def time_of(given: Any, frequency: Frequency) -> int:
    """Return a time as nanoseconds since 1970, or as a step number."""
    if not frequency.dated:
        if isinstance(given, bool) or not isinstance(given, int) or abs(given) >= 2**53:
            raise SettingError("times", str(given)[:40], "must be a whole number: the data have no dates")
        return given
    try:
        moment = datetime.datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise SettingError("times", str(given)[:40], "must be a time such as 2026-01-31T12:00:00") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(frequency.zone or "UTC"))
    return (moment - EPOCH) // datetime.timedelta(microseconds=1) * 1000


def table_of(
    fields: Mapping[str, Any], reader: SeriesReader, last: int | None
) -> tuple[SeriesTable, np.ndarray]:
    """Return the points as a table of one series on the grid of the training, and the places (T,) there of
    the points that were given.

    Args:
        last: time of the point before; None at the start of a series.

    Raises:
        SettingError: see `numbers_of` and `times_of`; times that are needed and missing, or off the grid.
    """
    columns, frequency = reader.columns, reader.frequency
    values = numbers_of("values", fields["values"], len(columns.targets))
    more = {
        name: numbers_of(name, by_row(name, fields.get(name), names), len(names))
        for name, names in (("past", columns.past), ("known", columns.known))
        if names
    }
    for name, array in more.items():
        if len(array) != len(values):
            rule = f"must have as many points as values, {len(values):,}"
            raise SettingError(name, f"{len(array):,} points", rule)
    if fields.get("times") is not None:
        times = times_of(fields["times"], len(values), frequency)
    else:
        times = assumed_times(len(values), reader, last)
    places = places_of(times, frequency, last)
    times, arrays = filled(times, places, frequency, {"values": values, **more})
    past, known, name = arrays.get("past"), arrays.get("known"), name_of(fields.get("series"), reader)
    series = RawSeries(times, arrays["values"], past, known, name=name)
    return reader.joined([series]), places


def name_of(given: Any, reader: SeriesReader) -> str:
    """Return the name of a series; where none is given, that of the only one of the training, else ""."""
    if given is not None and not isinstance(given, str):
        raise SettingError("series", str(given)[:40], "must be the name of a series as text")
    return given or (reader.names[0] if len(reader.names) == 1 else "")


def assumed_times(count: int, reader: SeriesReader, last: int | None) -> np.ndarray:
    """Return the times of points without any: those that come next.

    Raises:
        SettingError: the network reads the time of day, or the distance of points, and there is no time.
    """
    frequency = reader.frequency
    if frequency.alias is None:
        rule = "are needed: the series are irregular, and the network reads the distance of points"
        raise SettingError("times", "null", rule)
    if last is not None:
        return next_times(last, count, frequency)
    if reader.calendar and frequency.dated:
        rule = f"are needed at the start of a series: the network reads {', '.join(reader.calendar)}"
        raise SettingError("times", "null", rule)
    return np.concatenate([[0], next_times(0, count - 1, frequency)]).astype(np.int64)


def places_of(times: np.ndarray, frequency: Frequency, last: int | None) -> np.ndarray:
    """Return the places (T,) of times on the grid that begins with the first one, or follows `last`.

    Raises:
        SettingError: a time is off the grid, or not later than `last`.
    """
    if last is not None and int(times[0]) <= last:
        rule = "is not later than the last point that was read: points come in their order"
        raise SettingError("times", shown(int(times[0]), frequency), rule)
    if frequency.alias is None:
        return np.arange(len(times))
    anchor = int(times[0]) if last is None else last
    found, exact = positions(times, anchor, frequency)
    if not exact.all():
        wrong = int(times[np.flatnonzero(~exact)[0]])
        rule = f"lies between the points of frequency {frequency.alias}, which the training has"
        raise SettingError("times", shown(wrong, frequency), rule)
    places = found - (0 if last is None else 1)
    if int(places[-1]) >= MOST_POINTS:
        rule = f"is {int(places[-1]):,} steps later, and at most {MOST_POINTS:,} are read at once"
        raise SettingError("times", shown(int(times[-1]), frequency), rule)
    return places


def filled(
    times: np.ndarray, places: np.ndarray, frequency: Frequency, arrays: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return times and arrays with rows of NaN at the places that are left out."""
    count = int(places[-1]) + 1
    if count == len(times):
        return times, dict(arrays)
    whole = shift(int(times[0]), np.arange(count) - int(places[0]), frequency)
    found = {}
    for name, array in arrays.items():
        found[name] = np.full((count, array.shape[1]), np.nan, dtype=np.float32)
        found[name][places] = array
    return whole, found


def shown(time: int, frequency: Frequency) -> str:
    """Return a time as text."""
    if not frequency.dated:
        return str(time)
    return (EPOCH + datetime.timedelta(microseconds=time // 1000)).isoformat().removesuffix("+00:00")

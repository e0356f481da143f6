"""The grid of times: infers the frequency of series, and fills gaps with missing points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.data.file_format import AUTO
from rnnlab.data.series.collect import Points
from rnnlab.data.series.frequency import Frequency, positions, shift
from rnnlab.data.series.infer import differences, infer, most_frequent
from rnnlab.data.series.order import shown_time, starts_of
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.times import STEPS
from rnnlab.errors import SettingError

MOST = 10  # times as many points as a series has, to which filling its gaps may come
SLACK = 100_000  # points that filling may always add


class Grid(NamedTuple):
    """Points with their frequency; on a regular one without gaps."""

    points: Points
    frequency: Frequency


def on_grid(points: Points, source: SeriesSource, notes: list[str], trained: Frequency | None = None) -> Grid:
    """Return points on the grid of their frequency; missing ones are added as NaN. Irregular times stay.

    Args:
        trained: the frequency of training, taken if neighbours are usually one step of it apart.

    Raises:
        SettingError: a time that is not on the grid of the given frequency, or gaps too long to fill.
    """
    frequency = trained if _fits(points, trained) else _given(points, source)
    if frequency is None:
        frequency = _inferred(points, source)
        found = None if frequency.alias is None else _positions(points, frequency, starts_of_points(points))
        if found is None or _too_many(found, points):
            notes.append(
                "the times are irregular: no gap is filled, and seasons have no length (data.frequency)"
            )
            return Grid(points, Frequency(None, None, source.season or 1, source.zone, points.kind != STEPS))
    if frequency.alias is None:
        return Grid(points, frequency)
    places = _positions(points, frequency, starts_of_points(points))
    if isinstance(places, int):
        shown, name = shown_time(int(points.times[places]), points.kind, source.zone), points.series[places]
        rule = f"{shown} in series {points.names[name]} is not on the grid of the times before it"
        raise SettingError("data.frequency", frequency.alias, rule + "; auto infers the frequency")
    if _too_many(places, points):
        total = int(_lengths(places, starts_of_points(points)).sum())
        rule = f"to fill the gaps of {len(points.times):,} points would take {total:,}"
        raise SettingError(
            "data.frequency", frequency.alias, rule + ": name a coarser one, or null for irregular times"
        )
    return Grid(_filled(points, places, frequency, notes), frequency)


def starts_of_points(points: Points) -> np.ndarray:
    """Return the first place of each series, and the end, (S + 1,)."""
    return starts_of(points.series, len(points.names))


def _fits(points: Points, trained: Frequency | None) -> bool:
    """Return whether points are on the grid of a frequency, with one step as their usual distance."""
    if trained is None or trained.alias is None or trained.dated == (points.kind == STEPS):
        return False
    places = _positions(points, trained, starts_of_points(points))
    if isinstance(places, int):
        return False
    ahead = differences(points, places)
    return not len(ahead) or most_frequent(ahead) == 1


def _given(points: Points, source: SeriesSource) -> Frequency | None:
    """Return the frequency that is set (of step numbers it sets the season alone); None for auto."""
    dated = points.kind != STEPS
    alias = source.resample or source.frequency
    if alias is None:
        return Frequency(None, None, source.season or 1, source.zone, dated)
    if not dated:
        step = _step_of_numbers(points)
        if step is None:
            return None
        named = "step" if alias == AUTO else alias
        return Frequency.of(named, None, source.season, dated=False)._replace(step=step)
    return None if alias == AUTO else Frequency.of(alias, source.zone, source.season)


def _step_of_numbers(points: Points) -> int | None:
    """Return the usual distance of step numbers; None if others are not its multiples."""
    ahead = differences(points, points.times)
    step = most_frequent(ahead) if len(ahead) else 1
    return step if not (ahead % step).any() else None


def _inferred(points: Points, source: SeriesSource) -> Frequency:
    """Return the frequency of which all differences of times are multiples, irregular if there is none."""
    alias = infer(points, source.zone) if points.kind != STEPS else None
    return Frequency.of(alias, source.zone, source.season, points.kind != STEPS)


def _positions(points: Points, frequency: Frequency, starts: np.ndarray) -> np.ndarray | int:
    """Return the steps of each point from the first of its series (N,), or the first place off the grid."""
    found = np.empty(len(points.times), dtype=np.int64)
    for first, last in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        times = points.times[first:last]
        found[first:last], exact = positions(times, int(times[0]), frequency)
        if not exact.all():
            return first + int((~exact).argmax())
    return found


def _lengths(places: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return places[starts[1:] - 1] + 1


def _too_many(places: np.ndarray | int, points: Points) -> bool:
    if isinstance(places, int):
        return True
    total = int(_lengths(places, starts_of_points(points)).sum())
    return total > max(MOST * len(points.times), len(points.times) + SLACK)


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _filled(points: Points, places: np.ndarray, frequency: Frequency, notes: list[str]) -> Points:
    """Return the points with missing ones in the gaps, which are noted."""
    starts = starts_of_points(points)
    lengths = _lengths(places, starts)
    total = int(lengths.sum())
    if total == len(places):
        return points
    firsts = np.cumsum([0, *lengths])
    index = places + np.repeat(firsts[:-1], np.diff(starts))  # where each point comes to lie
    gaps = differences(points, places)
    missing, holes = total - len(places), int((gaps > 1).sum())
    series = int((lengths > np.diff(starts)).sum())
    where = f", in {series:,} of {len(lengths):,} series" if len(lengths) > 1 else ""
    found = f"{missing:,} point{_s(missing)} in {holes:,} gap{_s(holes)}, the longest of {gaps.max() - 1:,}"
    notes.append(f"missing on the grid of {frequency.alias}: {found}{where}")

    def spread(values: np.ndarray) -> np.ndarray:
        found = np.full((total, values.shape[1]), np.nan, dtype=np.float32)
        found[index] = values
        return found

    times = [
        shift(int(points.times[start]), np.arange(length), frequency)
        for start, length in zip(starts[:-1], lengths, strict=True)
    ]
    labels = points.labels
    if labels is not None:
        labels = np.zeros(total, dtype=np.int8)
        labels[index] = points.labels
    return points._replace(
        times=np.concatenate(times),
        series=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        values=spread(points.values),
        past=spread(points.past),
        known=spread(points.known),
        labels=labels,
    )

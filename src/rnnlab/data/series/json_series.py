"""A series as JSON has it, such as a request to the service: checked, and as arrays. numpy only.

n points, f future points, C targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnlab.data.series.continued import RawSeries
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.json_times import shown, times_of
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

MOST_POINTS = 50_000  # of a series in a request
KEYS = ("values", "start", "times", "series", "past", "known", "static", "horizon")


def series_of_json(row: Any, columns: Columns, frequency: Frequency, extra: Sequence[str] = ()) -> RawSeries:
    """Return a series from plain values.

    Args:
        row: a list of numbers, null where one is missing; or a mapping: `values` as such a list, a list of C
            numbers for each point, or a list for each target's name; `start` or `times` (ISO 8601, or step
            numbers), which may be left out where the calendar does not matter; `series`, its name; `past` and
            `known`, a list for each covariate's name, `known` with its future; `static` by name.
        columns, frequency: of the training.
        extra: further keys that the caller reads.

    Raises:
        SettingError: names the field, its value and the rule.
    """
    fields = row if isinstance(row, Mapping) else {"values": row}
    for name in fields:
        if name not in (*KEYS, *extra):
            raise SettingError("values", name, "is no field of a series", names=(*KEYS, *extra))
    values = targets_of(fields.get("values"), columns.targets)
    future = {name: len(one) for name, one in mapping_of(fields, "known").items() if isinstance(one, list)}
    points = max([len(values), *future.values()])
    known = covariates(fields, "known", columns.known, points)
    past = covariates(fields, "past", columns.past, len(values))
    times = times_of(fields, points, frequency)
    name = "" if fields.get("series") is None else fields["series"]
    if not isinstance(name, str):
        raise SettingError("series", name, "must be a name, as text")
    return RawSeries(times, values, past, known, static_of(fields, columns.static), name)


def mapping_of(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a field that maps names to values; an empty one where it is missing."""
    found = fields.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise SettingError(name, shown(found), "must be an object of names and values")
    return found


def targets_of(given: Any, names: Sequence[str]) -> np.ndarray:
    """Return targets (n, C) float32, NaN where missing."""
    if isinstance(given, Mapping):
        lacking = [name for name in names if name not in given]
        if lacking or len(given) > len(names):
            rule = f"must hold a list for each target: {', '.join(names)}"
            raise SettingError("values", ", ".join(map(str, given)), rule)
        columns = [numbers(given[name], f"values.{name}", 1) for name in names]
        if len({len(column) for column in columns}) > 1:
            lengths = ", ".join(str(len(column)) for column in columns)
            raise SettingError("values", lengths, "must be lists of one length")
        found = np.stack(columns, axis=1)
    else:
        found = numbers(given, "values", 2 if len(names) > 1 else 0)
        found = found[:, None] if found.ndim == 1 else found
    if found.shape[1] != len(names):
        rule = f"must have {len(names)} numbers at each point: {', '.join(names)}"
        raise SettingError("values", f"{found.shape[1]} numbers", rule)
    return found


def numbers(given: Any, field: str, axes: int) -> np.ndarray:
    """Return a list of numbers as float32, null as NaN.

    Args:
        axes: of the list, 1 or 2; 0 for either.
    """
    rule = "must be a list of numbers, null where one is missing"
    if not isinstance(given, list) or not given:
        raise SettingError(field, shown(given), rule)
    if len(given) > MOST_POINTS:
        raise SettingError(field, f"{len(given):,} points", f"are more than {MOST_POINTS:,}")
    try:
        with np.errstate(over="ignore"):  # becomes infinite, which is refused below
            found = np.array(given, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(field, shown(given), rule) from None
    flat = given if found.ndim == 1 else [one for line in given for one in line] if found.ndim == 2 else []
    sound = all(one is None or type(one) in (int, float) for one in flat)
    if found.ndim not in ((1, 2) if axes == 0 else (axes,)) or not sound:
        raise SettingError(field, shown(given), rule)
    if np.isinf(found).any() or any(one != one for one in flat):  # a NaN that was no null
        raise SettingError(field, shown(given), "must hold finite numbers alone")
    return found


def covariates(fields: Mapping[str, Any], role: str, names: Sequence[str], points: int) -> np.ndarray | None:
    """Return covariates (points, K), NaN where missing; None where the training had none."""
    given = mapping_of(fields, role)
    for name in given:
        if name not in names:
            raise SettingError(role, name, f"is no {role} covariate of the training", names=names)
    lacking = [name for name in names if name not in given]
    if lacking:
        raise SettingError(role, lacking[0], f"is a {role} covariate of the training, and missing here")
    if not names:
        return None
    found = np.full((points, len(names)), np.nan, dtype=np.float32)
    for place, name in enumerate(names):
        column = numbers(given[name], f"{role}.{name}", 1)
        if len(column) > points:
            raise SettingError(f"{role}.{name}", f"{len(column)} points", f"are more than {points}")
        found[: len(column), place] = column
    return found


def static_of(fields: Mapping[str, Any], names: Sequence[str]) -> dict[str, float]:
    """Return static features by name; a category as `region=North`."""
    found: dict[str, float] = {}
    there = {one.partition("=")[0] for one in names}
    for name, value in mapping_of(fields, "static").items():
        if name not in there:
            raise SettingError("static", name, "is no static feature of the training", names=there)
        categories = [one for one in names if one.startswith(f"{name}=")]
        if categories:
            if f"{name}={value}" not in categories:
                known = [one.partition("=")[2] for one in categories]
                rule = "is no category of the training"
                raise SettingError(f"static.{name}", shown(value), rule, names=known)
            found |= {one: float(one == f"{name}={value}") for one in categories}
        elif type(value) not in (int, float) or not np.isfinite(value):
            raise SettingError(f"static.{name}", shown(value), "must be a number")
        else:
            found[name] = float(value)
    return found

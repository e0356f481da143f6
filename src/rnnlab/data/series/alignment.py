"""Checks of raw series against the series of a training: columns, frequency, possible values. numpy only."""

from __future__ import annotations

import numpy as np

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.scaling import SETTING, first_negative
from rnnlab.data.series.table import Columns, SeriesTable
from rnnlab.errors import SettingError


def align(table: SeriesTable, columns: Columns, frequency: Frequency) -> SeriesTable:
    """Return the series with the columns of the training, in its order.

    A static category that these series lack is 0; a static column that is missing altogether is NaN.

    Raises:
        SettingError: a target, past or known column is missing, or the frequency is another one.
    """
    if table.frequency.alias != frequency.alias or table.frequency.dated != frequency.dated:
        there, wanted = (shown_frequency(one) for one in (table.frequency, frequency))
        raise SettingError("frequency", there, f"the model was trained on another one, {wanted}")
    if table.columns == columns:
        return table._replace(frequency=frequency)
    found = {}
    for role, field in (("targets", "values"), ("past", "past"), ("known", "known")):
        there, wanted = getattr(table.columns, role), getattr(columns, role)
        lacking = [name for name in wanted if name not in there]
        if lacking:
            rule = f"is a column of the training ({role}), and missing here"
            raise SettingError("column", lacking[0], rule, names=there)
        found[field] = getattr(table, field)[:, [there.index(name) for name in wanted]]
    static = static_of(table, columns.static)
    return table._replace(columns=columns, frequency=frequency, static=static, **found)


def static_of(table: SeriesTable, wanted: tuple[str, ...]) -> np.ndarray:
    """Return the static features (S, A) of the wanted names."""
    there = table.columns.static
    found = np.full((len(table.names), len(wanted)), np.nan, dtype=np.float32)
    for place, name in enumerate(wanted):
        prefix = name.partition("=")[0] + "="
        if name in there:
            found[:, place] = table.static[:, there.index(name)]
        elif "=" in name and any(other.startswith(prefix) for other in there):
            found[:, place] = 0.0
    return found


def shown_frequency(frequency: Frequency) -> str:
    if not frequency.dated:
        return "step numbers"
    return frequency.alias or "irregular"


def check_values(table: SeriesTable, scaling: str) -> None:
    """Refuse negative values where they have no logarithm.

    Raises:
        SettingError: names the first such value's series, time and column.
    """
    found = first_negative(table.values) if scaling == "log" else None
    if found is not None:
        point, column = found
        series = int(np.searchsorted(table.starts, point, side="right")) - 1
        when = time_text(int(table.times[point]), table.frequency)
        where = f"{table.columns.targets[column]} of series {table.names[series]} at {when}"
        value = float(table.values[point, column])
        raise SettingError(SETTING, "log", f"needs values of 0 or more, and {where} is {value:g}")


def time_text(time: int, frequency: Frequency) -> str:
    """Return a time as text, in the data's zone where it has one; or a step number."""
    if not frequency.dated:
        return f"step {time}"
    from rnnlab.data.series.zones import to_local

    local = int(to_local(np.array([time]), frequency.zone)[0])
    return str(np.datetime64(local // 10**9, "s")).replace("T", " ")

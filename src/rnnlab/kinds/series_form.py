"""The form of a row that is a series, for the service's page: names of its columns, and an example as CSV.

Nothing heavy is imported here. n points, f of the future, C targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.json_times import time_names, times_of
from rnnlab.data.series.table import Columns

TIME = "time"
MOST_NAMES = 500


class SeriesForm(NamedTuple):
    """The table form of a row that is a series, for the service's page.

    Attributes:
        targets, past, known: names of the columns of values and of covariates, which a table needs.
        statics: names of static features, which may be left out; a category is one column.
        names: of the series of the training, where there are several; at most `MOST_NAMES`.
        dated: whether its times are dates; else they are step numbers.
        horizon: how many values an answer adds; 0 for none, if it is of the values themselves.
        example: a table that the page begins with, as CSV.
    """

    targets: Sequence[str]
    past: Sequence[str]
    known: Sequence[str]
    statics: Sequence[str]
    names: Sequence[str]
    dated: bool
    horizon: int
    example: str


def series_form(
    example: Mapping[str, Any],
    columns: Columns,
    frequency: Frequency,
    names: Sequence[str] = (),
    horizon: int = 0,
) -> SeriesForm:
    """Return the form of a kind's rows.

    Args:
        example: a row as JSON: `values`, `start` or `times`, covariates, as `json_series` reads them.
        names: of the series of the training.
        horizon: values that an answer adds; 0 for none.
    """
    targets, past, known = (list(one) for one in (columns.targets, columns.past, columns.known))
    statics = list(dict.fromkeys(name.partition("=")[0] for name in columns.static))
    several = list(names[:MOST_NAMES]) if len(names) > 1 else []
    text = table_text(example, columns, frequency)
    return SeriesForm(targets, past, known, statics, several, frequency.dated, horizon, text)


def table_text(row: Mapping[str, Any], columns: Columns, frequency: Frequency) -> str:
    """Return a row as the lines of a CSV file: a time where the row has some, targets, covariates.

    Rows of the future hold known covariates alone.
    """
    values = [one if isinstance(one, list) else [one] for one in row["values"]]
    parts = {name: [one[place] for one in values] for place, name in enumerate(columns.targets)}
    for role in ("past", "known"):
        given = row.get(role)
        for place, name in enumerate(getattr(columns, role)):
            parts[name] = (
                list(given[name]) if isinstance(given, Mapping) else [one[place] for one in given or []]
            )
    points = max(len(one) for one in parts.values())
    if row.get("times") is not None or row.get("start") is not None:
        parts = {TIME: time_names(times_of(row, points, frequency), frequency), **parts}
    lines = [",".join(parts)]
    for place in range(points):
        cells = [one[place] if place < len(one) else None for one in parts.values()]
        lines.append(",".join("" if cell is None else str(cell) for cell in cells))
    return "\n".join(lines) + "\n"

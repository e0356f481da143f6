"""Which column of a file has which role; finds those that are not named."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.data.file_format import AUTO
from rnnlab.data.series.cells import number_array
from rnnlab.data.series.file_columns import Chunk, ColumnFile
from rnnlab.data.series.no_time import NoTime
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.times import STEPS, parse_times
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow

TIME_NAMES = (
    "time",
    "times",
    "timestamp",
    "date",
    "datetime",
    "date_time",
    "ds",
    "ts",
    "day",
    "week",
    "month",
    "year",
)
STEP_NAMES = ("time", "timestamp", "ds", "ts", "step", "t")
LABEL_NAMES = ("anomaly", "is_anomaly", "label")
LOOKED_AT = 1000  # rows


class Roles(NamedTuple):
    """The columns of a file by their roles; a role without a column is None or empty."""

    time: str | None
    targets: tuple[str, ...]
    series: str | None
    past: tuple[str, ...]
    known: tuple[str, ...]
    static: tuple[str, ...]
    label: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        single = [name for name in (self.time, self.series, self.label) if name is not None]
        return (*single, *self.targets, *self.past, *self.known, *self.static)


def roles_of(file: ColumnFile, source: SeriesSource, notes: list[str]) -> Roles:
    """Return the columns of each role; those that were found are added to `notes`.

    Raises:
        SettingError: a named column is missing or duplicate, no column is numeric, or times are in an unknown
            format.
    """
    _check_named(file, source)
    taken = {source.series, *source.past, *source.known, *source.static, *(source.target_columns or ())}
    free = [name for name in file.names if file.names.count(name) == 1]
    searched = source.target_columns is None or AUTO in (source.time, source.label)
    head = next(iter(file.chunks(free)), Chunk(1, {})) if searched else Chunk(1, {})
    looked = {name: cells.slice(0, LOOKED_AT) for name, cells in head.columns.items()}
    open_to = {name: cells for name, cells in looked.items() if name not in taken}
    time = _find_time(open_to, source.time_format, notes) if source.time == AUTO else source.time
    label = source.label
    if label == AUTO:
        others = {name: cells for name, cells in open_to.items() if name != time}
        label = _find_label(others)
        if label is not None:
            notes.append(f"column {label} is read as labels of anomalies (data.label={label})")
    targets = source.target_columns
    if targets is None:
        targets = _find_targets({n: c for n, c in open_to.items() if n not in (time, label)}, file, notes)
    past, known, static = (tuple(one) for one in (source.past, source.known, source.static))
    return Roles(time, targets, source.series, past, known, static, label)


def _check_named(file: ColumnFile, source: SeriesSource) -> None:
    single = {"time": source.time, "series": source.series, "label": source.label}
    named = [(name, role) for role, name in single.items() if name not in (None, AUTO)]
    listed = {"target": source.target_columns or (), "past": source.past, "known": source.known}
    named += [(name, role) for role, names in (listed | {"static": source.static}).items() for name in names]
    file.check([str(name) for name, _ in named], [role for _, role in named])


def _find_time(columns: dict[str, pyarrow.Array], form: str, notes: list[str]) -> str | None:
    """Return the first column of dates, or one of step numbers with a usual name; None without any."""
    unread: tuple[str, NoTime] | None = None
    for name, cells in columns.items():
        usual = name.strip().lower() in TIME_NAMES
        try:
            kind = parse_times(cells, form if usual else AUTO).kind
        except NoTime as reason:
            unread = unread or ((name, reason) if usual and number_array(cells) is None else None)
        else:
            if kind != STEPS or name.strip().lower() in STEP_NAMES:
                return name
    if unread is not None:
        name, problem = unread
        rule = f"has {problem.cell!r}, which {problem.rule}; data.time=null numbers the rows instead"
        raise SettingError("data.time", name, rule)
    notes.append("no column holds times: the rows are numbered steps (data.time=null)")
    return None


def _find_label(columns: dict[str, pyarrow.Array]) -> str | None:
    """Return the column of a usual name that holds 0 and 1 alone."""
    for name, cells in columns.items():
        if name.strip().lower() in LABEL_NAMES:
            numbers = number_array(cells)
            if numbers is not None and np.isin(numbers, (0, 1)).all():
                return name
    return None


def _find_targets(columns: dict[str, pyarrow.Array], file: ColumnFile, notes: list[str]) -> tuple[str, ...]:
    """Return all columns of numbers."""
    read = {name: number_array(cells) for name, cells in columns.items()}
    found = tuple(name for name, numbers in read.items() if numbers is not None)
    if not found:
        rule = f"no column of {file.path} holds numbers: name one with data.target"
        raise SettingError("data.target", "null", rule, names=columns)
    left = [name for name in columns if name not in found]
    listed = f"{', '.join(found[:10])}{f' and {len(found) - 10} more' if len(found) > 10 else ''}"
    notes.append(
        f"targets: {listed}" + (f"; not read: {', '.join(left[:10])}, which hold no numbers" if left else "")
    )
    return found

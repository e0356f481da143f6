"""The settings of where series are and how their files are read, and the check of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.data.file_format import AUTO, Asked, Format, check_format
from rnnlab.data.series.frequency import parse
from rnnlab.data.series.zones import check_zone
from rnnlab.data.source import DatasetSpec, ResolvedFiles, resolve_source
from rnnlab.errors import SettingError

FORMATS = (AUTO, "csv", "tsv", "jsonl", "parquet")
LAYOUTS = ("long", "wide", "rows")
DUPLICATES = ("refuse", "mean", "first", "last")
EPOCHS = {"epoch_s": 10**9, "epoch_ms": 10**6, "epoch_us": 10**3, "epoch_ns": 1}  # numbers since 1970, in ns


@dataclass
class SeriesSource:
    """The place of series, and how to read their files. Nothing changes it once it is made.

    Attributes:
        name: of the data set, for messages and the cache.
        path: file, under `data_dir` or the working directory, or absolute. test_path: a file whose points
            follow those of `path` in each series, such as an official test part.
        hub, package, source: see `rnnlab.data.source.DatasetSpec`. A package may have `settings`, which
            replace those here, as its columns have other names.
        format: csv, tsv, jsonl, parquet; auto goes by the ending (a further .gz is unpacked).
        layout: `long`: a row is a time, of the series that the column `series` names, and each target is a
            variable; `wide`: a row is a time and each target column is a series of its own; `rows`: a row is
            a whole series, its name first, and its values in time order.
        time: column of times; auto finds it; None: the rows are numbered steps.
        time_format: auto reads ISO 8601 (1949-01, 2016-07-01 00:00, with or without zone) and step numbers;
            else as of `time.strptime`, or epoch_s, epoch_ms, epoch_us, epoch_ns.
        target: columns to forecast or to look for anomalies in; None: all numeric columns without a role.
        series, past, known, static: columns; see `SeriesTable`.
        label: column of 0 and 1, 1 where anomalous; auto finds `anomaly`, `is_anomaly` and `label`.
        frequency: alias; auto infers it; None reads times as irregular.
        season: steps of a season; None: by the frequency.
        zone: the clocks by which times without zone are read, and calendars are made.
        resample: alias of a coarser frequency to which points are averaged.
        sort: sort the points of each series by time, rather than refuse unsorted ones.
        duplicates: of points of one time: refuse them, or keep their mean, the first or the last.
        heading: whether csv and tsv files have one; else columns are named by their numbers, from 1.
        delimiter, encoding, max_file: see `rnnlab.data.file_format.Format`.
    """

    path: str | None
    name: str = "series"
    test_path: str | None = None
    hub: Mapping[str, object] | None = None
    package: Mapping[str, object] | None = None
    source: str = AUTO
    data_dir: str | Path | None = None
    cache_dir: str | Path = ".cache"
    format: str = AUTO
    layout: str = "long"
    time: str | None = AUTO
    time_format: str = AUTO
    target: str | Sequence[str] | None = None
    series: str | None = None
    past: Sequence[str] = ()
    known: Sequence[str] = ()
    static: Sequence[str] = ()
    label: str | None = AUTO
    frequency: str | None = AUTO
    season: int | None = None
    zone: str | None = None
    resample: str | None = None
    sort: bool = False
    duplicates: str = "refuse"
    heading: bool = True
    delimiter: str = AUTO
    encoding: str = AUTO
    max_file: int | None = field(default=Format.max_file)

    def __post_init__(self) -> None:
        """Check the values; raises SettingError."""
        for name in ("past", "known", "static"):
            listed = getattr(self, name)
            setattr(self, name, (listed,) if isinstance(listed, str) else tuple(listed or ()))
        if self.target is not None:
            self.target = (self.target,) if isinstance(self.target, str) else tuple(self.target)
        check_source(self)

    @property
    def target_columns(self) -> tuple[str, ...] | None:
        """Their names; None for all numeric columns without a role."""
        return None if self.target is None else tuple(self.target)

    @property
    def data_folder(self) -> Path | None:
        """The folder that relative paths start from, if there is one."""
        return None if self.data_dir is None else Path(self.data_dir)

    @property
    def form(self) -> Format:
        """The settings of the file's format."""
        return Format(self.delimiter, self.encoding, max_file=self.max_file)


def check_source(source: SeriesSource) -> None:
    """Check settings that need no file.

    Raises:
        SettingError: a value out of its choices, or a column with two roles.
    """
    choices = {"format": FORMATS, "layout": LAYOUTS, "duplicates": DUPLICATES}
    for name, known in choices.items():
        value = getattr(source, name)
        if value not in known:
            raise SettingError(f"data.{name}", value, f"must be one of {', '.join(known)}", names=known)
    check_format(source.form, Asked("data.path"))
    for name in ("frequency", "resample"):
        alias = getattr(source, name)
        if alias not in (None, AUTO):
            parse(alias)
    if source.zone is not None:
        check_zone(source.zone)
    if source.season is not None and source.season < 1:
        raise SettingError("data.season", source.season, "must be 1 or more steps")
    form = source.time_format
    if form not in (AUTO, *EPOCHS) and not re.search("%[YyGs]", form):
        rule = "must be auto, a format as %d.%m.%Y %H:%M, or a unit of numbers since 1970"
        raise SettingError("data.time_format", form, rule, names=(AUTO, *EPOCHS))
    _check_roles(source)


def _check_roles(source: SeriesSource) -> None:
    """Check that each column has one role, and that the layout has it."""
    roles: dict[str, str] = {}
    given = {"time": (source.time,), "series": (source.series,), "label": (source.label,)}
    listed = {"target": source.target_columns or (), "past": source.past, "known": source.known}
    for role, columns in (given | listed | {"static": source.static}).items():
        for column in columns:
            if column in (None, AUTO):
                continue
            other = roles.setdefault(str(column), role)
            if other != role:
                rule = f"has two roles, data.{other} and data.{role}: a column has one"
                raise SettingError(f"data.{role}", column, rule)
    if source.layout != "long":
        for role, value in (("series", source.series), ("static", source.static), ("past", source.past)):
            if value:
                shown = value if isinstance(value, str) else f"[{','.join(value)}]"
                rule = f"needs data.layout=long: with {source.layout} the columns name the series"
                raise SettingError(f"data.{role}", shown, rule)


def find_files(source: SeriesSource) -> ResolvedFiles:
    """Return the local files of the series: `train`, and `test` if there is a second part.

    Raises:
        SettingError: no source is in reach, or a file is missing.
    """
    files = {"train": source.path, **({"test": source.test_path} if source.test_path else {})}
    asked = {"train": "data.path", "test": "data.test_path"}
    spec = DatasetSpec(source.name, files, source.hub, source.package, asked=asked)
    return resolve_source(spec, source.source, source.data_folder, Path(source.cache_dir))

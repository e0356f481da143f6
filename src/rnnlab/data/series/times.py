"""Times from the cells of a column: ISO 8601, a given format, numbers since 1970, or step numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.data.series.no_time import NoTime, no_iso
from rnnlab.data.series.source import EPOCHS
from rnnlab.data.series.zones import SECOND
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow

DATES, ZONED, STEPS = "dates without zone", "dates with zone", "step numbers"
_ZONE = r"[T ]\d.*(?:Z|[+-]\d\d:?(?:\d\d)?)$"
_LEAST_EPOCH = 10**8  # larger numbers are seconds since 1970, not steps
_COMPACT = (1900_01_01, 2100_12_31)
_EDGES = (np.datetime64("1678-01-01"), np.datetime64("2262-01-01"))


class Times(NamedTuple):
    """Times of n cells: int64 nanoseconds (of a clock, or in UTC if `kind` is ZONED), or step numbers."""

    values: np.ndarray
    kind: str


def times_of(array: pyarrow.Array, form: str, name: str, first: int, path: Path) -> Times:
    """Return the times of cells.

    Args:
        form: see `SeriesSource.time_format`. first: the number of the first row.

    Raises:
        SettingError: a cell that is no time, or is missing; names its row.
    """
    try:
        return parse_times(array, form)
    except NoTime as problem:
        rule = f"row {first + problem.place} of {path.name}: {problem.cell!r} {problem.rule}"
        raise SettingError("data.time", name, rule) from None


def parse_times(array: pyarrow.Array, form: str) -> Times:
    """Return the times of cells; see `times_of`.

    Raises:
        NoTime: a cell that is no time.
    """
    from pyarrow import compute, types

    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.null_count:
        raise NoTime(int(array.is_null().to_numpy(zero_copy_only=False).argmax()), None, "is missing")
    if types.is_timestamp(array.type) or types.is_date(array.type):
        zoned = types.is_timestamp(array.type) and array.type.tz is not None
        return Times(_nanoseconds(array), ZONED if zoned else DATES)
    if form in EPOCHS:
        return Times(_whole_numbers(array) * EPOCHS[form], ZONED)
    if not (types.is_string(array.type) or types.is_large_string(array.type)):
        return Times(_steps(array), STEPS)
    array = compute.utf8_trim_whitespace(array)
    if form != "auto":
        return _formatted(array, form)
    if compute.all(compute.match_substring_regex(array, r"^[+-]?\d+$")).as_py() and not _are_years(array):
        return Times(_steps(array), STEPS)
    return _iso(array)


def _are_years(array: pyarrow.Array) -> bool:
    """Return whether all cells are years, as 1949, which are dates."""
    from pyarrow import compute

    return (
        bool(compute.all(compute.match_substring_regex(array, r"^(?:1[6-9]|20)\d\d$")).as_py())
        and len(array) > 1
    )


def _whole_numbers(array: pyarrow.Array) -> np.ndarray:
    import pyarrow

    try:
        return array.cast(pyarrow.int64()).to_numpy(zero_copy_only=False)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
        for place, cell in enumerate(array.to_pylist()):
            if not str(cell).lstrip("+-").isdigit():
                raise NoTime(place, cell, "is no whole number") from None
        raise NoTime(0, array[0].as_py(), "is no whole number of 64 bits") from None


def _steps(array: pyarrow.Array) -> np.ndarray:
    """Return step numbers; numbers that are dates or seconds are refused with the format that reads them."""
    found = _whole_numbers(array)
    if len(found) and found.min() >= _COMPACT[0] and found.max() <= _COMPACT[1]:
        raise NoTime(0, int(found[0]), "looks like a date without marks: set data.time_format=%Y%m%d")
    if len(found) and found.min() >= _LEAST_EPOCH:
        digits = len(str(int(found[0])))
        unit = (
            "epoch_s"
            if digits <= 10
            else "epoch_ms"
            if digits <= 13
            else "epoch_us"
            if digits <= 16
            else "epoch_ns"
        )
        raise NoTime(0, int(found[0]), f"looks like a number since 1970: set data.time_format={unit}")
    return found


def _nanoseconds(array: pyarrow.Array) -> np.ndarray:
    """Return the nanoseconds since 1970 of Arrow dates or time stamps."""
    import pyarrow

    zone = getattr(array.type, "tz", None)
    try:
        return array.cast(pyarrow.timestamp("ns", zone)).cast(pyarrow.int64()).to_numpy(zero_copy_only=False)
    except pyarrow.ArrowInvalid:
        seconds = array.cast(pyarrow.timestamp("s", zone)).to_numpy(zero_copy_only=False)
        place = int(((seconds < _EDGES[0]) | (seconds > _EDGES[1])).argmax())
        raise NoTime(place, array[place].as_py(), "is out of the years 1678 to 2261") from None


def _iso(array: pyarrow.Array) -> Times:
    import pyarrow
    from pyarrow import compute

    zoned = compute.match_substring_regex(array, _ZONE)
    count = compute.sum(zoned).as_py() or 0
    if 0 < count < len(array):
        place = int(np.diff(zoned.to_numpy(zero_copy_only=False).astype(np.int8)).astype(bool).argmax()) + 1
        raise NoTime(
            place, array[place].as_py(), "has a zone where others have none, or none where others do"
        )
    short = compute.match_substring_regex(array, r"^\d{4}(?:-\d\d)?$")
    if compute.any(short).as_py():
        month = compute.replace_substring_regex(array, r"^(\d{4})$", r"\1-01")
        array = compute.replace_substring_regex(month, r"^(\d{4}-\d\d)$", r"\1-01")
    try:
        stamps = array.cast(pyarrow.timestamp("ns", "UTC" if count else None))
    except pyarrow.ArrowInvalid:
        try:
            stamps = array.cast(pyarrow.timestamp("s", "UTC" if count else None))
        except pyarrow.ArrowInvalid:
            raise no_iso(array) from None
    return Times(_nanoseconds(stamps), ZONED if count else DATES)


def _formatted(array: pyarrow.Array, form: str) -> Times:
    """Return times in a format of `strptime`, UTC if it has a zone."""
    from pyarrow import compute

    if "%z" not in form and "%f" not in form:
        stamps = compute.strptime(array, format=form, unit="s", error_is_null=True)
        if stamps.null_count:
            place = int(stamps.is_null().to_numpy(zero_copy_only=False).argmax())
            raise NoTime(place, array[place].as_py(), f"does not fit data.time_format='{form}'")
        return Times(_nanoseconds(stamps), DATES)
    found = np.empty(len(array), dtype=np.int64)
    for place, cell in enumerate(array.to_pylist()):
        try:
            moment = datetime.strptime(cell, form)
        except ValueError:
            raise NoTime(place, cell, f"does not fit data.time_format='{form}'") from None
        whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        found[place] = int(whole.replace(microsecond=0).timestamp()) * SECOND + moment.microsecond * 1000
    return Times(found, ZONED if "%z" in form else DATES)

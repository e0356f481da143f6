"""Reads the files of `rnnlab score`: predictions, references, probabilities. N rows, C classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.heading import column_names, is_table
from rnnlab.data.record import Row
from rnnlab.data.records import read_columns
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import numpy as np

LABELS = ("label", "reference", "target")
PREDICTIONS = ("predicted", "prediction", "output")
PROBABILITY = "probability_"  # before the name of a class
ENSEMBLE = "probability_ensemble_"  # of a network blended with n-grams: other columns of the same table
SUM = 1e-3  # how far the probabilities of a row may be from 1
LINES = "text"  # how the only cell of a line is called


class Side(NamedTuple):
    """A file, and its column where it is a table.

    Attributes:
        option: names the file on the command line.
        column: as typed; None takes the first of `candidates` that the file has.
        column_option: names the column on the command line.
    """

    option: str
    path: Path
    column: str | None
    column_option: str
    candidates: tuple[str, ...]

    @property
    def asked(self) -> Asked:
        return Asked(self.option, "--", (self.column_option.removeprefix("--").replace("-", "_"),))


class Probabilities(NamedTuple):
    """Names of C classes, and the probabilities (N, C) of each row."""

    classes: list[str]
    values: np.ndarray


def read_side(side: Side, form: Format, notes: list[str]) -> list[str]:
    """Return the texts of a file's column, or its lines.

    Raises:
        SettingError: the file cannot be read, is empty, lacks the column, or has a broken row.
    """
    if is_table(side.path):
        column = side.column or default_column(side, form)
    elif side.column is not None:
        raise SettingError(side.column_option, side.column, f"{side.path} has lines and no columns")
    else:
        column = LINES
    found = []
    for row in read_columns(side.path, (column,), form, side.asked, notes):
        if row.problem:
            raise SettingError(side.option, side.path, f"{row} {row.problem}")
        found.append(row.cells[0] or "")
    if not found:
        raise SettingError(side.option, side.path, "the file is empty")
    return found


def default_column(side: Side, form: Format) -> str:
    """Return the first of the usual names that a table has. Raises SettingError if it has none."""
    names = column_names(side.path, form, side.asked)
    for name in side.candidates:
        if name in names:
            return name
    if not names:
        raise SettingError(side.option, side.path, "the file is empty")
    rule = f"{side.path} has no column {' or '.join(side.candidates)}: name the one that is meant"
    raise SettingError(side.column_option, "auto", f"{rule}\nthere are: {', '.join(names[:30])}")


def read_probabilities(side: Side, form: Format) -> Probabilities | None:
    """Return the columns `probability_CLASS` of a table; None where there are fewer than two.

    Raises:
        SettingError: a row has a value outside of [0, 1], or its values do not sum to 1.
    """
    if not is_table(side.path):
        return None
    names = column_names(side.path, form, side.asked)
    columns = [name for name in names if name.startswith(PROBABILITY) and not name.startswith(ENSEMBLE)]
    if len(columns) < 2:
        return None
    import numpy as np

    asked = side.asked._replace(columns=("probabilities",) * len(columns))
    values = np.array([_numbers(row, side) for row in read_columns(side.path, tuple(columns), form, asked)])
    wrong = np.flatnonzero(~((values >= 0) & (values <= 1 + SUM)).all(1) | (np.abs(values.sum(1) - 1) > SUM))
    if len(wrong):
        shown = ", ".join(f"{value:g}" for value in values[wrong[0]][:6])
        rule = f"row {wrong[0] + 1} has the probabilities {shown}: each must be in [0, 1], and their sum 1"
        raise SettingError(side.option, side.path, rule)
    return Probabilities([name.removeprefix(PROBABILITY) for name in columns], values)


def _numbers(row: Row, side: Side) -> list[float]:
    if row.problem:
        raise SettingError(side.option, side.path, f"{row} {row.problem}")
    try:
        return [float(cell or "") for cell in row.cells]
    except ValueError as error:
        wrong = next(cell for cell in row.cells if not _is_number(cell))
        rule = f"{row} has the probability {wrong!r}, which is no number"
        raise SettingError(side.option, side.path, rule) from error


def _is_number(cell: str | None) -> bool:
    try:
        float(cell or "")
    except ValueError:
        return False
    return True


def check_counts(first: Side, second: Side, counts: tuple[int, int]) -> None:
    """Check that two files have equally many rows.

    Raises:
        SettingError: they have not.
    """
    if counts[0] != counts[1]:
        rule = f"has {counts[1]:,} rows and {first.path} {counts[0]:,}"
        belong = "row N of one file belongs to row N of the other"
        raise SettingError(second.option, second.path, f"{rule}; {belong}")

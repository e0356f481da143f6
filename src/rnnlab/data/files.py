"""Reads local files: tables of texts and labels, and plain text. `rnnlab.data.formats` knows the formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnlab.data.formats import check_utf8, load_columns
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow


class Table(NamedTuple):
    """Texts and their labels, row by row. Labels are all int or all str."""

    texts: list[str]
    labels: list[int | str]


def read_table(path: Path, text_column: str, label_column: str) -> Table:
    """Texts and labels of a .csv, .tsv, .jsonl or .parquet file.

    Texts that are missing become empty. Labels that look like whole numbers or truth values become int.

    Raises:
        SettingError: unknown ending, no such column, not UTF-8 (with the byte offset), no rows, a missing
            label, or a file that cannot be read as what its ending says.
    """
    table = load_columns(path, {"data.text_column": text_column, "data.label_column": label_column})
    if table.num_rows == 0:
        raise SettingError("data.files", path, "the file has no rows")
    texts = _strings(table.column(text_column), "data.text_column", text_column, path)
    labels = _strings(table.column(label_column), "data.label_column", label_column, path)
    return Table([text or "" for text in texts], _labels(labels, label_column, path))


def read_text(path: Path) -> str:
    """The whole of a UTF-8 text file, line ends as they are.

    Raises:
        SettingError: not UTF-8 (with the byte offset), or nothing but white space.
    """
    check_utf8(path)
    text = path.read_bytes().decode("utf-8-sig")
    if not text.strip():
        raise SettingError("data.files", path, "the file is empty")
    return text


def class_names(labels: Sequence[int | str]) -> list[str]:
    """The classes that occur, sorted (numbers by value), as the names that `label_ids` takes."""
    return [str(label) for label in sorted(set(labels), key=lambda label: (isinstance(label, str), label))]


def label_ids(labels: Sequence[int | str], classes: Sequence[str | int], path: Path) -> np.ndarray:
    """Class ids (int64, one a row) of labels that are class names or numbers from 0 to the number of classes.

    Where the classes are themselves numbers (`[1, 2, 3, 4, 5]`), labels are matched by value.

    Raises:
        SettingError: a label that is none of the classes, with its row (counted from 0).
    """
    names = [str(name) for name in classes]
    ids: dict[int | str, int] = {name: index for index, name in enumerate(names)}
    if all(_is_integer(name) for name in names):
        ids |= {int(float(name)): index for index, name in enumerate(names)}
    else:
        ids |= {index: index for index in range(len(names))}
    try:
        return np.fromiter((ids[label] for label in labels), dtype=np.int64, count=len(labels))
    except KeyError:
        row = next(row for row, label in enumerate(labels) if label not in ids)
        allowed = "/".join(map(str, ids))
        rule = f"row {row} (from 0) of {path} is outside data.classes; a label must be one of {allowed}"
        raise SettingError("label", labels[row], rule) from None


def _strings(column: pyarrow.ChunkedArray, setting: str, name: str, path: Path) -> list[str | None]:
    import pyarrow

    try:
        return column.cast(pyarrow.string()).to_pylist()
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
        raise SettingError(setting, name, f"holds {column.type} in {path}, not plain values") from error


def _labels(labels: list[str | None], name: str, path: Path) -> list[int | str]:
    """Labels as int where every one of them is a whole number or a truth value."""
    missing = next((row for row, label in enumerate(labels) if label is None or not label.strip()), None)
    if missing is not None:
        raise SettingError("data.label_column", name, f"row {missing} (from 0) of {path} has no label")
    known = {label: str(label).strip() for label in set(labels)}
    truth = {"false": 0, "true": 1}
    ids: dict[str | None, int | str] = dict(known)
    if all(value.lower() in truth for value in known.values()):
        ids = {label: truth[value.lower()] for label, value in known.items()}
    elif all(_is_integer(value) for value in known.values()):
        ids = {label: int(float(value)) for label, value in known.items()}
    return [ids[label] for label in labels]


def _is_integer(value: str) -> bool:
    """Whether it is written as a whole number; "3.0" is, as tools that read a gap as NaN write it so."""
    whole, _, rest = value.strip().partition(".")
    return whole.lstrip("+-").isdecimal() and not rest.strip("0")

"""Numbers and categories from the cells of a column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow


def number_array(array: pyarrow.Array) -> np.ndarray | None:
    """Return the numbers of cells as float64 (n,), NaN where missing; None if a cell is no number.

    True and false are 1 and 0.
    """
    import pyarrow
    from pyarrow import compute, types

    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if types.is_string(array.type) or types.is_large_string(array.type):
        array = compute.utf8_trim_whitespace(array)
        try:
            array = array.cast(pyarrow.float64())
        except pyarrow.ArrowInvalid:
            try:
                array = array.cast(pyarrow.bool_())
            except pyarrow.ArrowInvalid:
                return None
    plain = types.is_integer(array.type) or types.is_floating(array.type) or types.is_decimal(array.type)
    if not (plain or types.is_boolean(array.type) or types.is_null(array.type)):
        return None
    if types.is_boolean(array.type):
        array = array.cast(pyarrow.uint8())
    return array.cast(pyarrow.float64(), safe=False).to_numpy(zero_copy_only=False)


def numbers_of(array: pyarrow.Array, setting: str, name: str, first: int, path: Path) -> np.ndarray:
    """Return the numbers of cells as float32 (n,), NaN where missing.

    Args:
        setting: the setting that names the column, for messages. first: the number of the first row.

    Raises:
        SettingError: a cell that is no number, or an infinity (with its row).
    """
    found = number_array(array)
    if found is None:
        row, cell = _first_text(array)
        rule = f"row {first + row} of {path.name} has {cell[:40]!r}, which is no number"
        if cell.replace(".", "").replace(",", "").strip("-+ ").isdigit():
            rule += ": numbers have a point for decimals and no marks between thousands"
        raise SettingError(setting, name, rule)
    with np.errstate(over="ignore"):
        single = found.astype(np.float32)
    infinite = np.isinf(single)
    if infinite.any():
        row = int(infinite.argmax())
        rule = f"row {first + row} of {path.name} is {found[row]:g}, which is not finite in 32 bits"
        raise SettingError(setting, name, rule)
    return single


def _first_text(array: pyarrow.Array) -> tuple[int, str]:
    """Return the first cell that is no number, with its place."""
    for place in range(len(array)):
        if number_array(array.slice(place, 1)) is None:
            return place, str(array[place].as_py())
    return 0, str(array[0].as_py())  # cells of several kinds, such as true and 2


class Categories:
    """Numbers of the texts of a column, in the order of their first appearance; -1 where missing."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def codes(self, array: pyarrow.Array) -> np.ndarray:
        """Return the numbers of cells (n,) int32; new texts are added."""
        import pyarrow
        from pyarrow import types

        if types.is_null(array.type):
            return np.full(len(array), -1, dtype=np.int32)
        found = array if types.is_dictionary(array.type) else array.dictionary_encode()
        texts = found.dictionary.cast(pyarrow.string()).to_pylist()
        places = np.array(
            [self.numbers.setdefault(text, len(self.numbers)) for text in texts], dtype=np.int32
        )
        codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return np.append(places, np.int32(-1))[codes]

    @property
    def names(self) -> tuple[str, ...]:
        """The texts in the order of their numbers."""
        return tuple(self.numbers)

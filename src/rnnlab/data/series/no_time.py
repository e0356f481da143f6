"""The error for a cell that is no time, with the format that may read it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow


class NoTime(Exception):
    """A cell cannot be read as a time: its place, the cell, and a phrase on it."""

    def __init__(self, place: int, cell: object, rule: str = "is no time in ISO 8601") -> None:
        super().__init__(place, cell, rule)
        self.place, self.cell, self.rule = place, cell, rule


def no_iso(array: pyarrow.Array) -> NoTime:
    """Return the error for the first cell that is not in ISO 8601, with the format that it may be in."""
    import pyarrow

    for place in range(len(array)):
        cell = array[place].as_py()
        for zone in (None, "UTC"):
            try:
                array.slice(place, 1).cast(pyarrow.timestamp("s", zone))
                break
            except pyarrow.ArrowInvalid:
                continue
        else:
            return NoTime(place, cell, f"is no time in ISO 8601{_guess(cell)}")
    return NoTime(0, array[0].as_py(), "is no time in ISO 8601")


def _guess(cell: str) -> str:
    forms = ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%b-%y", "%d-%m-%Y", "%Y%m%d")
    fitting = []
    for form in (f"{day}{clock}" for day in forms for clock in ("", " %H:%M", " %H:%M:%S")):
        try:
            datetime.strptime(cell, form)
            fitting.append(form)
        except ValueError:
            continue
    shown = " or ".join(f"'{form}'" for form in fitting)
    return f": data.time_format={shown} may read it" if fitting else "; see data.time_format"

"""Collects columns of covariates chunk by chunk: numbers as they are, texts as a column for each category."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.data.series.cells import Categories, number_array, numbers_of
from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pyarrow

MOST = 100  # categories of a column
MARK = "="  # between a column and its category


class Covariate:
    """A column of a covariate: of numbers, or of categories if its first rows hold text.

    Args:
        setting: `past`, `known` or `static`, for messages.
        given: names of the columns that it had in training, as `weather` or `weather=rain`; None: new ones.
    """

    def __init__(self, name: str, setting: str, given: Sequence[str] | None = None) -> None:
        self.name, self.setting = name, f"data.{setting}"
        self.parts: list[np.ndarray] = []
        self.categories: Categories | None = None
        start = f"{name}{MARK}"
        trained = [] if given is None else [one.removeprefix(start) for one in given if one.startswith(start)]
        self.fixed = given is not None and name not in given
        self.decided = given is not None
        if self.fixed:
            self.categories = Categories()
            self.categories.numbers = {text: number for number, text in enumerate(trained)}

    def codes(self, cells: pyarrow.Array, first: int, path: Path) -> np.ndarray:
        """Return the numbers of cells, (n,) float32; of texts the numbers of their categories.

        Raises:
            SettingError: text among numbers, an infinity, too many categories, or one unknown to training.
        """
        if not self.decided and cells.null_count < len(cells):
            self.decided = True
            self.categories = Categories() if number_array(cells) is None else None
        if self.categories is None:
            return numbers_of(cells, self.setting, self.name, first, path)
        known = self.categories.names
        codes = self.categories.codes(cells)
        if self.fixed and len(self.categories.names) > len(known):
            rule = f"{self.categories.names[len(known)]!r} in {path.name} was no category in training"
            raise SettingError(self.setting, self.name, rule, names=known)
        if len(self.categories.names) > MOST:
            rule = f"has more than {MOST} different texts, too many for categories"
            raise SettingError(self.setting, self.name, rule)
        return np.where(codes < 0, np.nan, codes).astype(np.float32)

    def add(self, cells: pyarrow.Array, first: int, path: Path) -> None:
        """Collect the cells of a chunk; raises SettingError as `codes`."""
        self.parts.append(self.codes(cells, first, path))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, a category each."""
        if self.categories is None:
            return (self.name,)
        return tuple(f"{self.name}{MARK}{text}" for text in self.categories.names)

    def matrix(self, codes: np.ndarray | None = None) -> np.ndarray:
        """Return the values of the columns, (n, columns) float32, of the collected cells or of `codes`."""
        found = np.concatenate(self.parts) if codes is None else codes
        if self.categories is None:
            return found[:, None]
        return (found[:, None] == np.arange(len(self.categories.names))).astype(np.float32)


class StaticCovariate(Covariate):
    """A column that is constant in each series."""

    def __init__(self, name: str, given: Sequence[str] | None = None) -> None:
        super().__init__(name, "static", given)
        self.of_series = np.zeros(0, dtype=np.float32)

    def add_rows(
        self, cells: pyarrow.Array, series: np.ndarray, names: Sequence[str], first: int, path: Path
    ) -> None:
        """Collect the values of the series of a chunk.

        Args:
            series: (n,) the number of each row's series. names: of all series so far.

        Raises:
            SettingError: the column has two values in a series.
        """
        codes = self.codes(cells, first, path)
        grown = np.full(len(names), np.nan, dtype=np.float32)
        grown[: len(self.of_series)] = self.of_series
        seen = ~np.isnan(codes)
        new, rows = np.unique(series[seen], return_index=True)
        fresh = np.isnan(grown[new])
        grown[new[fresh]] = codes[seen][rows[fresh]]
        other = seen & (codes != grown[series])
        if other.any():
            row = int(other.argmax())
            rule = f"changes within series {names[series[row]]} (row {first + row} of {path.name})"
            raise SettingError(self.setting, self.name, f"{rule}: data.past or data.known may change")
        self.of_series = grown

"""Scaling of series, fitted on the training range alone. S series, N points of all, C columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnlab.data.series.large_arrays import row_blocks
from rnnlab.data.series.settings import SCALINGS
from rnnlab.errors import SettingError

IQR = 1.3489795003921634  # interquartile range of a normal distribution, in standard deviations
SETTING = "data.scaling"


class Scaler:
    """Shift and scale of each series and column; `log` takes log(1 + x) first.

    Statistics use the observed points of each series' training range alone. A column that is constant there
    has scale 1.

    Attributes:
        kind: none, standard (mean and standard deviation), robust (median and interquartile range, as a
            standard deviation), mean_abs (mean of absolute values, no shift), log (standard, of log(1 + x)).
        loc, scale: (S, C) float64; NaN before `fit`.

    Raises:
        SettingError: `kind` is none of these.
    """

    def __init__(self, kind: str, loc: np.ndarray | None = None, scale: np.ndarray | None = None) -> None:
        if kind not in SCALINGS:
            revin = "; reversible normalisation of each window is model.window_norm=revin"
            rule = "is no scaling of a whole series" + (revin if kind == "revin" else "")
            raise SettingError(SETTING, kind, rule, SCALINGS)
        self.kind = kind
        self.loc = np.full((0, 0), np.nan) if loc is None else loc
        self.scale = np.full((0, 0), np.nan) if scale is None else scale

    def fit(self, values: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> Scaler:
        """Fit on points starts[s]:ends[s] of each series.

        Args:
            values: (N, C) in data units, NaN where missing.
            starts, ends: (S,) first point of each series and the end of its training range.
        """
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        found = [statistics(self.kind, values[start:end]) for start, end in pairs]
        self.loc = np.stack([loc for loc, _ in found])
        self.scale = np.stack([scale for _, scale in found])
        return self

    def of_history(self, values: np.ndarray) -> Scaler:
        """Return the scaler of one series (n, C) that training did not see, fitted on all its points."""
        return Scaler(self.kind).fit(values, np.zeros(1, int), np.array([len(values)]))

    def joined(self, other: Scaler) -> Scaler:
        """Return the scaler of this one's series and then the other's."""
        return Scaler(
            self.kind, np.concatenate([self.loc, other.loc]), np.concatenate([self.scale, other.scale])
        )

    def apply(self, values: np.ndarray, series: np.ndarray | int) -> np.ndarray:
        """Scale values (B, ..., C) of series (B,), or of one series, to float32; NaN stays NaN."""
        loc, scale = self._of(series, values.ndim)
        with np.errstate(invalid="ignore", divide="ignore"):
            raw = np.log1p(np.asarray(values, np.float64)) if self.kind == "log" else values
        return ((raw - loc) / scale).astype(np.float32)

    def invert(self, values: np.ndarray, series: np.ndarray | int) -> np.ndarray:
        """Return scaled values (B, ..., C) of series (B,), or of one series, in data units, float32."""
        loc, scale = self._of(series, values.ndim)
        raw = values * scale + loc
        if self.kind == "log":
            with np.errstate(over="ignore"):  # beyond float32 it is infinite, as it is in data units
                return np.expm1(raw).astype(np.float32)
        return raw.astype(np.float32)

    def _of(self, series: np.ndarray | int, ndim: int) -> tuple[np.ndarray, np.ndarray]:
        """Return loc and scale of series (B,), shaped (B, 1, ..., C) to fit arrays of `ndim` axes."""
        if np.ndim(series) == 0:
            return self.loc[series], self.scale[series]
        series = np.asarray(series)
        shape = (len(series), *[1] * (ndim - 2), self.loc.shape[1])
        return self.loc[series].reshape(shape), self.scale[series].reshape(shape)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "loc": self.loc.tolist(), "scale": self.scale.tolist()}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Scaler:
        return cls(saved["kind"], np.array(saved["loc"], float), np.array(saved["scale"], float))


def statistics(kind: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return loc (C,) and scale (C,) of values (n, C); 0 and 1 of a column without an observed point."""
    pairs = [column_statistics(kind, column[~np.isnan(column)]) for column in values.T]
    return np.array([loc for loc, _ in pairs], float), np.array([scale for _, scale in pairs], float)


def column_statistics(kind: str, observed: np.ndarray) -> tuple[float, float]:
    """Return loc and scale of the observed values (n,) of a column."""
    if kind == "none" or not len(observed):
        return 0.0, 1.0
    if kind == "mean_abs":
        return 0.0, float(np.abs(observed).mean(dtype=np.float64)) or 1.0
    if kind == "robust":
        low, middle, high = np.percentile(observed, (25, 50, 75))
        return float(middle), float(high - low) / IQR or spread(observed)
    raw = np.log1p(observed.astype(np.float64)) if kind == "log" else observed
    return float(raw.mean(dtype=np.float64)), spread(raw)


def spread(values: np.ndarray) -> float:
    """Return the standard deviation of values (n,), 1 where they are constant."""
    if values.min() == values.max():  # rounding may leave a tiny deviation
        return 1.0
    return float(values.std(dtype=np.float64)) or 1.0


def first_negative(values: np.ndarray) -> tuple[int, int] | None:
    """Return point and column of the first negative value of (N, C), None without one."""
    for block in row_blocks(*values.shape):
        rows, columns = np.nonzero(values[block] < 0)
        if len(rows):
            return block.start + int(rows[0]), int(columns[0])
    return None


class ColumnScaler:
    """Standardises covariates: one mean and deviation of each column over all series' training ranges.

    Attributes:
        loc, scale: (F,) float64.
    """

    def __init__(self, loc: np.ndarray, scale: np.ndarray) -> None:
        self.loc, self.scale = loc, scale

    @classmethod
    def fit(cls, values: np.ndarray, ranges: Sequence[tuple[int, int]]) -> ColumnScaler:
        """Fit on the points of some ranges of (N, F), NaN where missing."""
        parts = [values[start:end] for start, end in ranges]
        if len(parts) == 1:
            return cls(*statistics("standard", parts[0]))
        columns = [np.concatenate([part[:, [one]] for part in parts]) for one in range(values.shape[1])]
        found = [statistics("standard", column) for column in columns]
        none = np.zeros(0)
        return cls(*(np.concatenate([none, *(one[place] for one in found)]) for place in (0, 1)))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return standardised values (..., F) float32, 0 where missing."""
        return np.nan_to_num((values - self.loc) / self.scale, nan=0.0).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        return {"loc": self.loc.tolist(), "scale": self.scale.tolist()}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> ColumnScaler:
        return cls(np.array(saved["loc"], float), np.array(saved["scale"], float))

"""What the baselines of a forecaster read, and how their forecasts are measured as the network's are.

S series of N points in all, n rows, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.series.large_arrays import row_blocks
from rnnlab.data.series.scaling import Scaler
from rnnlab.evaluation.series.forecasts import Forecasts, row_sums
from rnnlab.kinds.forecasting.naive import Histories, Places, histories, naive2, seasons_of
from rnnlab.kinds.forecasting.scales import labels, mase_scales
from rnnlab.kinds.work import Work

MOST_ERRORS = 1000  # validation rows whose errors give the quantiles of a point forecast


class Material(NamedTuple):
    """Series and origins.

    Attributes:
        values: (N, C) in data units, NaN where missing. starts: (S + 1,).
        train: (S, 2) points [begin, end) to learn from.
        validation, test: where forecasts begin: those to choose on, and those that are measured.
        horizon, input_length, season: steps. levels: (Q,) of the quantiles.
        scale: (S, C) MASE's divisor. scaler: of the run, as plain values.
    """

    values: np.ndarray
    starts: np.ndarray
    train: np.ndarray
    validation: Places
    test: Places
    horizon: int
    input_length: int
    season: int
    levels: tuple[float, ...]
    scale: np.ndarray
    scaler: Mapping[str, Any]

    @property
    def histories(self) -> Histories:
        return histories(self.values, self.starts, self.season)

    @property
    def units(self) -> np.ndarray:
        """The size (S, C) of an error in each series: MASE's divisor, 1 where there is none."""
        return np.where(np.isfinite(self.scale), self.scale, 1.0)


Points = Callable[[Places], np.ndarray]  # forecasts (n, H, C) of origins
Told = Callable[[Places], tuple[np.ndarray, np.ndarray]]  # the same, and quantiles (n, H, C, Q)


def material_of(work: Work) -> Material:
    """Return the inputs of a run's baselines, once its network has been tested."""
    split = "test" if work.has_test else "validation"
    rows = work.task.columns["row"].numpy()
    return material(work.data, places_of(work.data, split, rows), work.settings.task.levels)


def material(data: Any, test: Places, levels: Sequence[float]) -> Material:
    """Return the inputs of baselines that are measured at some origins."""
    facts, table = data.facts, data.table
    return Material(
        np.asarray(table.values),
        np.asarray(table.starts),
        np.asarray(data.bounds["train"]),
        places_of(data, "validation"),
        test,
        facts["horizon"],
        facts["input_length"],
        facts["season"],
        tuple(sorted(levels)),
        mase_scales(data),
        data.scaler.to_json(),
    )


def places_of(data: Any, split: str, rows: np.ndarray | None = None) -> Places:
    """Return where the rows of a split begin; all of them without `rows`."""
    windows = data.rows(split)
    whole = Places(np.asarray(windows.series), np.asarray(windows.origins))
    return whole if rows is None else whole.take(rows)


def sums_of(found: Material, told: Told) -> dict[str, np.ndarray]:
    """Return the sums (n, C) of forecasts at the test's origins, from which every measure follows.

    What was not forecast, NaN, counts for nothing.
    """
    scaler, past = Scaler.from_json(found.scaler), found.histories
    seasons = seasons_of(past, found.test)
    parts: list[dict[str, np.ndarray]] = []
    numbers = found.horizon * found.values.shape[1] * (1 + len(found.levels))
    for here in row_blocks(len(found.test.series), numbers):
        places = found.test.take(here)
        reference = naive2(past, places, found.horizon, seasons)
        label = labels(found.values, places.origins, found.horizon)
        predicted, quantiles = told(places)
        known = np.isfinite(label) & np.isfinite(predicted)
        forecasts = Forecasts(label, predicted, known, places.series, found.scale)
        scaled = (scaler.apply(label, places.series), scaler.apply(predicted, places.series))
        parts.append(
            row_sums(
                forecasts._replace(
                    levels=found.levels, quantiles=quantiles, scaled=scaled, reference=reference
                )
            )
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def with_errors(found: Material, points: Points) -> Told:
    """Return point forecasts with quantiles from their own errors on the validation rows.

    The errors of a step and target, in each series' unit, are pooled over series and origins; their quantiles
    are added to a forecast.
    """
    rows = len(found.validation.series)
    places = found.validation.take(np.arange(min(rows, MOST_ERRORS)) * rows // max(min(rows, MOST_ERRORS), 1))
    errors = labels(found.values, places.origins, found.horizon) - points(places)
    errors = errors / found.units[places.series][:, None]  # (n, H, C)
    offsets = quantiles_of(errors, found.levels)

    def told(places: Places) -> tuple[np.ndarray, np.ndarray]:
        predicted = points(places)
        units = found.units[places.series][:, None, :, None]
        return predicted, predicted[..., None] + offsets * units

    return told


def quantiles_of(errors: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return the quantiles (H, C, Q) of errors (n, H, C) over rows; 0 where all are missing."""
    known = np.isfinite(errors)
    if known.all() and len(errors):
        return np.moveaxis(np.quantile(errors, levels, axis=0), 0, -1)
    found = np.zeros((*errors.shape[1:], len(levels)))
    for step, target in zip(*np.nonzero(known.any(0)), strict=True):
        found[step, target] = np.quantile(errors[known[:, step, target], step, target], levels)
    return found

"""Single runs for the board: logged curves, and test scores with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path

from rnnlab.report.history import Series
from rnnlab.report.names import of_epoch, split_of
from rnnlab.report.page.learning import reduce
from rnnlab.run.folder.report_files import files_of
from rnnlab.serve.board.row import history_of

DIGITS = 6  # of a value in a curve
Curve = list[list[float | None]]  # steps and values, of equal length


def curves_of(folder: Path) -> dict[str, Curve]:
    """Return the logged metrics of a run, shortened; a value that is not finite is None."""
    history = history_of(folder)
    return {name: _curve(series) for name, series in history.items() if is_curve(name, history)}


def is_curve(name: str, history: Mapping[str, Series]) -> bool:
    """Return whether a column is a curve of its own: no final test, no mean over an epoch of another one."""
    return split_of(name) != "test" and not (of_epoch(name) and name.removesuffix("_epoch") in history)


def scores_of(folder: Path) -> dict[str, list[float]]:
    """Return the 95 % intervals of a run's test scores by metric, [low, high], as its kind computes them."""
    files = files_of(folder)
    scores = () if files.kind is None else files.kind.score_table(files)
    return {
        one.metric: [one.low, one.high]
        for one in scores
        if one.metric and one.low is not None and one.high is not None and isfinite(one.low + one.high)
    }


def _curve(series: Series) -> Curve:
    steps, values = reduce(series)
    return [[round(step) for step in steps], [_short(value) for value in values]]


def _short(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if isfinite(value) else None

"""A forecaster's sections of a run's page: scores, fan charts, errors by horizon, coverage, series.

N windows, K with kept forecasts, H steps, C targets, Q levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnlab.evaluation.series.forecasts import by_unit, measures
from rnnlab.evaluation.series.intervals import SHOWN, interval_pairs
from rnnlab.kinds.forecasting.fans import FILE
from rnnlab.kinds.forecasting.predicted import Kept, read_predictions
from rnnlab.kinds.forecasting.saved import FILE as PREDICTIONS
from rnnlab.kinds.forecasting.saved import numbered, score_table
from rnnlab.kinds.metric import Metric
from rnnlab.report.fan import Band, Fan
from rnnlab.report.names import tested, tested_prefix
from rnnlab.report.page.fan import fan_chart
from rnnlab.report.page.files import RunFiles, lies_in
from rnnlab.report.page.parts import Chart, Markup, Part, Section, Table
from rnnlab.report.tables import number
from rnnlab.untrusted import read_json

MOST_ROWS = 20  # of a table
CARDS = ("weighted_quantile_loss", "mase", "return_mae", "mae", "coverage_80")  # the first three there are
MOST_CARDS = 3
BY_SERIES = ("mase", "mae", "smape", "nd", "coverage_80", "coverage_95")


def cards(metrics: Sequence[Metric], files: RunFiles) -> list[tuple[str, str, str]]:
    """Return the main figures: name, value and its interval."""
    prefix = tested_prefix(files.result)
    found = {one.metric.removeprefix(prefix): one for one in score_table(metrics, files)}
    there = [found[name] for name in CARDS if name in found][:MOST_CARDS]
    return [(one.label, number(one.value), ends(one.low, one.high) or tested(files.result)) for one in there]


def sections(metrics: Sequence[Metric], files: RunFiles) -> list[Section]:
    """Return the sections; what a missing or broken file would give is left out."""
    split, scores = tested(files.result).capitalize(), score_table(metrics, files)
    rows = [[one.label, number(one.value), ends(one.low, one.high)] for one in scores]
    found = [Section("test", split, [Table([split, "value", "95 % interval"], rows)])]
    content = fans_of(files)
    dated = bool((files.part("facts").get("frequency") or {}).get("dated"))
    charts = [chart for one in content.get("windows") or () if (chart := window(one, dated))]
    if charts:
        note = "of the test, by the mean absolute error in the scaler's units; of series their median windows"
        joined = Markup(f'<div class="charts">{"".join(charts)}</div>')
        found.append(Section("forecasts", "Worst, median and best forecasts", [joined], note))
    found.append(Section("returns", "Returns", returns(files)))
    path = files.path / PREDICTIONS
    kept = read_predictions(path) if lies_in(path, files.path) else None
    found.append(Section("horizon", "Error by horizon", horizon(content.get("horizon"))))
    if kept is not None:
        found.append(Section("coverage", "Coverage", coverage(kept, files)))
        found.append(Section("series", "By series and target", tables(kept)))
    return [one for one in found if one.parts]


def ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def fans_of(files: RunFiles) -> Mapping[str, Any]:
    """Return fans.json; empty where it is missing or broken."""
    path = files.path / FILE
    try:
        content = read_json(path) if lies_in(path, files.path) else {}
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def window(one: Any, dated: bool) -> str:
    """Return the chart of a window; empty where its values are broken."""
    try:
        bands = [Band(float(b["percent"]), floats(b["low"]), floats(b["high"])) for b in one["bands"]]
        history, point, truth = (floats(one[name]) for name in ("history", "point", "truth"))
        time = np.datetime64(int(one["time"]), "ns").astype("datetime64[s]") if dated else int(one["time"])
        named = [str(one[name]) for name in ("series", "target") if one[name]]
        title = f"{one['rank']} {one['by']}: {', '.join(named)}"
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""
    if not point or any(len(side) != len(point) for b in bands for side in (b.low, b.high)):
        return ""
    x_name = f"steps; 1 is {time} UTC" if dated else f"steps; 1 is point {time}"
    return fan_chart(Fan(title, (), history, point, bands, truth[: len(point)]), x_name)


def floats(values: Any) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


def horizon(found: Any) -> list[Part]:
    """Return the chart of the error of each step, the network's beside those of baselines."""
    try:
        curves = {str(name): floats(values) for name, values in found["curves"].items()}
        measure, count, of = str(found["measure"]), int(found["windows"]), int(found["of"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return []
    drawn = {name: ([float(h) for h in range(1, len(one) + 1)], one) for name, one in curves.items()}
    note = f"{count:,} of {of:,} windows" if count < of else ""
    unit = ", data units" if measure == "mae" else ""
    return [Chart(f"{measure.upper()} of each step", "step ahead", f"{measure}{unit}", drawn, note)]


def coverage(kept: Kept, files: RunFiles) -> list[Part]:
    """Return how many values lay below each quantile and in each central interval."""
    seen = np.isfinite(kept.label)
    if len(kept.levels) < 2 or not seen.any():
        return []
    below = [float((kept.label <= kept.quantiles[..., q])[seen].mean()) for q in range(len(kept.levels))]
    curves = {"forecast": (list(kept.levels), below), "exact": ([0.0, 1.0], [0.0, 1.0])}
    parts: list[Part] = [Chart("Values below each quantile", "level", "fraction below", curves)]
    steps: dict[str, tuple[list[float], list[float]]] = {}
    rows, whole = [], measures(by_unit(kept.sums, numbered(kept)))
    before = files.part("conformal").get("before") or {}
    for percent in SHOWN:
        if f"coverage_{percent}" not in whole:
            continue
        steps |= inside(kept, percent)
        cells = [f"{whole[f'coverage_{percent}']:.1%}", number(float(whole[f"width_{percent}"]))]
        own = before.get(f"coverage_{percent}")
        rows.append([f"{percent} %", *cells, f"{own:.1%}" if isinstance(own, float) else ""])
    columns = ["interval", "covers", "mean width", "covered before conformal"]
    width = 4 if before else 3
    if steps:
        parts.append(Chart("Covered at each step", "step ahead", "fraction covered", steps))
    return [*parts, Table(columns[:width], [row[:width] for row in rows], "central intervals")]


def inside(kept: Kept, percent: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return the fraction of values in an interval at each step, by the interval's name."""
    low, high = interval_pairs(kept.levels)[percent]
    seen = np.isfinite(kept.label)
    within = seen & (kept.quantiles[..., low] <= kept.label) & (kept.label <= kept.quantiles[..., high])
    count = seen.sum((0, 2))
    there = np.flatnonzero(count)
    shares = within.sum((0, 2))[there] / count[there]
    return {f"{percent} % interval": ((there + 1).astype(float).tolist(), shares.tolist())}


def tables(kept: Kept) -> list[Part]:
    """Return the measures of the worst series, and of each target; none where there is one alone."""
    parts: list[Part] = []
    names = np.unique(kept.series)
    sums = by_unit(kept.sums, numbered(kept))  # (U, C)
    if len(names) > 1:
        found = measures({name: one[:, None] for name, one in sums.items()})
        count = np.bincount(numbered(kept))
        parts.append(worst_first("series", names.tolist(), found, {"windows": count}))
    if len(kept.targets) > 1:
        found = measures({name: one.T[..., None] for name, one in sums.items()})
        parts.append(worst_first("target", kept.targets, found, {}))
    return parts


def worst_first(
    what: str, names: Sequence[str], found: Mapping[str, np.ndarray], counts: Mapping[str, np.ndarray]
) -> Table:
    """Return a row for each name, the largest error first."""
    shown = [name for name in BY_SERIES if name in found]
    errors = np.nan_to_num(np.broadcast_to(found[shown[0]], len(names)), nan=-1.0)
    order = np.argsort(-errors, kind="stable")[:MOST_ROWS]
    rows = []
    for place in order:
        cells = [number_or_none(float(found[name][place])) for name in shown]
        rows.append([names[place], *(f"{count[place]:,}" for count in counts.values()), *cells])
    told = f"{len(names):,} {what}{'' if what == 'series' else 's'}"
    told += f", the worst {MOST_ROWS} by {shown[0]}" if len(names) > MOST_ROWS else ", the worst first"
    return Table([what, *counts, *(name.replace("_", " ") for name in shown)], rows, told)


def number_or_none(value: float) -> str:
    return number(value) if np.isfinite(value) else ""


def returns(files: RunFiles) -> list[Part]:
    """Return the errors of returns beside those of repeating the last price; none of other data."""
    found = files.part("returns")
    if not all(isinstance(found.get(name), float) for name in ("error", "repeat", "direction")):
        return []
    rows = [["network", f"{found['error']:.5f}", f"{found['direction']:.1%}"]]
    rows.append(["repeating the last price", f"{found['repeat']:.5f}", ""])
    caption = str(found.get("words", ""))
    return [Table(["forecast", "mean absolute error of returns", "signs forecast"], rows, caption)]

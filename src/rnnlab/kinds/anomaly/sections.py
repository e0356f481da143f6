"""A detector's sections of a run's page: scores with marked times, events, alarms. T times of a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.evaluation.series.anomalies import label_scores
from rnnlab.evaluation.series.labelled import runs_of
from rnnlab.kinds.anomaly.measured import scored_of
from rnnlab.kinds.anomaly.metrics import HINDSIGHT
from rnnlab.kinds.anomaly.scored import FILE, ScoredSeries, read_scores
from rnnlab.report.names import label, tested
from rnnlab.report.page.files import RunFiles, lies_in
from rnnlab.report.page.parts import Chart, Part, Section, Table, Words
from rnnlab.report.tables import number

MOST_POINTS = 600  # of a curve
MOST_ROWS = 20  # of a table
HINDSIGHT_SAID = (
    "Their thresholds are chosen on the scored data, as their authors do: figures to compare with their "
    "tables, not ones to expect of new data."
)


def sections(files: RunFiles, plain: Sequence[tuple[str, str, str]]) -> list[Section]:
    """Return the measures, scores with marked times, events and alarms; none without scores.parquet.

    Args:
        plain: name, value and unit of each measure, see `rnnlab.kinds.usable.plain_scores`.
    """
    path = files.path / FILE
    series = read_scores(path) if lies_in(path, files.path) else None
    if series is None:
        return []
    threshold = files.result.get("threshold")
    threshold = float(threshold) if isinstance(threshold, int | float) else float("nan")
    dated = bool((files.part("facts").get("frequency") or {}).get("dated"))
    marked = any(one.labels is not None and one.labels.any() for one in series)
    found = [Section("test", tested(files.result).capitalize(), measures(plain))]
    shown = picked(series) if marked else busiest(series)
    for place, (name, one) in enumerate(shown):
        note = f"threshold {threshold:.4g}, chosen on validation scores"
        found.append(Section(f"scores{place}", name, charts(one, threshold), note))
    if marked:
        found.append(Section("events", "Events", [events(series, dated)]))
    found.append(Section("alarms", "Highest alarms", [alarms(series, dated)]))
    return found


def measures(plain: Sequence[tuple[str, str, str]]) -> list[Part]:
    """Return the measures as a table, and apart from them those whose threshold saw the labels."""
    late = {label(name) for name in HINDSIGHT}
    columns = ["measure", "value", "unit"]
    own = Table(columns, [list(row) for row in plain if row[0] not in late])
    others = [list(row) for row in plain if row[0] in late]
    if not others:
        return [own]
    return [own, Table(columns, others, "threshold chosen on the scored data"), Words(HINDSIGHT_SAID)]


def picked(series: Sequence[ScoredSeries]) -> list[tuple[str, ScoredSeries]]:
    """Return the worst, median and best labelled series by VUS-PR, with headings."""
    own = [one for one in series if one.labels is not None and one.labels.any() and not missing(one)]
    ranked = [(label_scores(scored_of([one], False)[0])["vus_pr"], place) for place, one in enumerate(own)]
    ranked.sort()
    places = {"Worst": 0, "Median": len(ranked) // 2, "Best": len(ranked) - 1}
    found: dict[int, tuple[str, ScoredSeries]] = {}
    for name, place in places.items():
        value, number_of = ranked[place]
        found.setdefault(place, (f"{name} series: {own[number_of].name}, VUS-PR {value:.3f}", own[number_of]))
    return list(found.values())


def busiest(series: Sequence[ScoredSeries]) -> list[tuple[str, ScoredSeries]]:
    """Return the series with the highest score, with a heading."""
    own = [one for one in series if not missing(one)]
    best = max(own, key=lambda one: float(np.nanmax(one.scores)), default=None)
    return [] if best is None else [(f"Series with the highest score: {best.name}", best)]


def missing(one: ScoredSeries) -> bool:
    return bool(np.isnan(one.scores).all())


def charts(one: ScoredSeries, threshold: float) -> list[Part]:
    """Return a chart of values, their labelled and alarmed times marked, and one of scores."""
    times = np.arange(len(one.times))
    channel = shown_channel(one)
    values = one.values[:, channel].astype(float)
    kept = thinned(np.abs(values - np.nanmedian(values)) if not np.isnan(values).all() else values)
    curves: dict[str, tuple[Sequence[float], Sequence[float]]] = {"value": pairs(times, values, kept)}
    dots = []
    for name, marks in (("labelled", one.labels), ("alarm", one.alarms)):
        places = np.flatnonzero(marks) if marks is not None else np.array([], dtype=int)
        if len(places):
            step = max(1, len(places) // MOST_POINTS)
            curves[name] = pairs(times, values, places[::step])
            dots.append(name)
    scores = thinned(one.scores)
    ends = [0.0, float(max(len(times) - 1, 1))]
    lines = {"score": pairs(times, one.scores, scores), "threshold": (ends, [threshold, threshold])}
    note = f"{len(kept):,} of {len(times):,} points" if len(kept) < len(times) else ""
    return [
        Chart("Values", "point of the test", "value", curves, note, dots),
        Chart("Scores", "point of the test", "score", lines, note),
    ]


def shown_channel(one: ScoredSeries) -> int:
    """Return the channel that is blamed most often for alarms, else the first."""
    blamed = one.blamed[one.alarms & (one.blamed >= 0)]
    return int(np.bincount(blamed).argmax()) if len(blamed) else 0


def thinned(values: np.ndarray) -> np.ndarray:
    """Return the places of at most MOST_POINTS values: of each stretch the largest one."""
    there = np.flatnonzero(~np.isnan(values))
    if len(there) <= MOST_POINTS:
        return there
    parts = np.array_split(there, MOST_POINTS)
    return np.array([part[values[part].argmax()] for part in parts])


def pairs(times: np.ndarray, values: np.ndarray, places: np.ndarray) -> tuple[list[float], list[float]]:
    """Return x and y of the places where there is a value."""
    places = places[~np.isnan(values[places])]
    return times[places].astype(float).tolist(), values[places].astype(float).tolist()


def events(series: Sequence[ScoredSeries], dated: bool) -> Table:
    """Return the labelled events, the missed ones first, then the latest found."""
    rows: list[tuple[float, list[str]]] = []
    for one in series:
        if one.labels is None:
            continue
        for start, end in zip(*runs_of(one.labels), strict=True):
            hits = np.flatnonzero(one.alarms[start:end])
            delay = int(hits[0]) if len(hits) else None
            cells = [one.name, moment(one.times[start], dated), f"{end - start:,}"]
            cells.append("missed" if delay is None else f"found after {delay:,} points")
            cells.append(number(float(np.nanmax(one.scores[start:end]))) if not missing(one) else "")
            rows.append((np.inf if delay is None else float(delay), cells))
    rows.sort(key=lambda row: -row[0])
    told = f"{len(rows):,} labelled events" + (f", {MOST_ROWS} shown" if len(rows) > MOST_ROWS else "")
    columns = ["series", "begins", "points", "alarm", "highest score"]
    return Table(columns, [cells for _, cells in rows[:MOST_ROWS]], told)


def alarms(series: Sequence[ScoredSeries], dated: bool) -> Table:
    """Return the runs of alarmed times with the highest scores."""
    rows: list[tuple[float, list[str]]] = []
    for one in series:
        for start, end in zip(*runs_of(one.alarms), strict=True):
            top = start + int(np.nanargmax(one.scores[start:end]))
            cells = [one.name, moment(one.times[start], dated), f"{end - start:,}"]
            rows.append((float(one.scores[top]), [*cells, number(float(one.scores[top]))]))
    rows.sort(key=lambda row: -row[0])
    told = f"{len(rows):,} alarms" + (f", {MOST_ROWS} shown" if len(rows) > MOST_ROWS else "")
    columns = ["series", "begins", "points", "highest score"]
    return Table(columns, [cells for _, cells in rows[:MOST_ROWS]], told)


def moment(time: Any, dated: bool) -> str:
    """Return a time as text: a date in UTC, or a step number."""
    return str(np.datetime64(int(time), "ns").astype("datetime64[s]")) if dated else f"{int(time):,}"

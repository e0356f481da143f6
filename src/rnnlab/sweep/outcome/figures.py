"""The figures of a sweep: history, parallel coordinates, importance, learning curves, Pareto front."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.atomic import save_figure
from rnnlab.report.history import Series, read_history
from rnnlab.report.names import lower_is_better, split_of
from rnnlab.report.search.importance import draw_importance
from rnnlab.report.search.learning import Curve, draw_learning
from rnnlab.report.search.parallel import draw_parallel
from rnnlab.report.search.pareto import draw_pareto
from rnnlab.report.search.progress import draw_progress
from rnnlab.report.search.tried import STATES, Goal, Scale, Tried, finished
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.settings import Setting, front, ranked, settings_of
from rnnlab.sweep.space.search_space import Dimension

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_AXES = 12  # of parallel coordinates that can be read


def write_figures(record: Record) -> tuple[list[Path], list[str]]:
    """Write the figures that there is enough data for; return the paths, and notes on what was left out."""
    notes: list[str] = []
    written = []
    for name, figure in _figures(record, notes):
        record.folder.figures.mkdir(exist_ok=True)
        path = record.folder.figures / f"{name}.png"
        save_figure(figure, path)
        written.append(path)
    return written, notes


def _figures(record: Record, notes: list[str]) -> Iterator[tuple[str, Figure]]:
    goals = goals_of(record)
    settings = sorted(settings_of(record), key=lambda setting: (setting.ended, setting.trial))
    tried = [tried_of(setting, record) for setting in settings if setting.state in STATES]
    curves, goal = curves_of(record)
    if curves and goal is not None:
        yield "learning_curves", draw_learning(curves, goal)
    if not finished(tried):
        notes.append("history and the like: no setting has finished with a value of what is looked for")
        return
    yield "history", draw_progress(tried, goals)
    scales = [scale_of(d, tried) for d in record.dimensions]
    if scales:
        yield "parallel", draw_parallel(tried, _fit(scales, notes), goals[0])
    yield from _importance(tried, record.dimensions, goals, notes)
    if len(goals) > 1:
        names = {setting.trial for setting in front(settings, record.directions)}
        yield "pareto", draw_pareto(tried, goals, names)


def _importance(
    tried: Sequence[Tried], dimensions: Sequence[Dimension], goals: Sequence[Goal], notes: list[str]
) -> Iterator[tuple[str, Figure]]:
    from rnnlab.sweep.outcome.importance import METHOD, importance  # late: scikit-learn takes seconds

    found = importance(tried, dimensions, len(goals))
    notes += [found.note] if found.note else []
    if found.shares:
        yield "importance", draw_importance(found.shares, goals, METHOD, found.settings)


def _fit(scales: list[Scale], notes: list[str]) -> list[Scale]:
    if len(scales) > MOST_AXES:
        notes.append(f"parallel coordinates: the first {MOST_AXES} of {len(scales)} settings")
    return scales[:MOST_AXES]


def goals_of(record: Record) -> list[Goal]:
    pairs = zip(record.metrics, record.directions, strict=True)
    return [Goal(name, direction == "minimize") for name, direction in pairs]


def tried_of(setting: Setting, record: Record) -> Tried:
    """Return a setting's values for the figures; a pruned one's are the last that its jobs reported."""
    spreads = setting.objective
    if spreads and setting.state == "finished":
        means, halves = tuple(o.mean for o in spreads), tuple(o.half for o in spreads)
        return Tried(setting.trial, setting.state, setting.values, means, halves, setting.is_complete)
    seen = next((row.objective for row in setting.rows if row.state == "pruned" and row.objective), None)
    if seen is None and setting.state == "pruned" and len(record.metrics) == 1:
        series = [_validations(record, row.number, record.metrics[0]) for row in setting.rows]
        seen = next(((one.values[-1],) for one in series if one), None)
    whole = seen is not None and len(seen) == len(record.metrics)
    return Tried(setting.trial, setting.state, setting.values, (seen or ()) if whole else ())


def _validations(record: Record, number: int, name: str) -> Series | None:
    return history_of(record.folder.job(number) / "metrics.csv").get(name)


def history_of(path: Path) -> dict[str, Series]:
    """Read a metrics.csv; return {} if a kill or a full disk broke it."""
    try:
        return read_history(path)
    except (OSError, ValueError, csv.Error):
        return {}


def curves_of(record: Record) -> tuple[list[Curve], Goal | None]:
    """Return every job's validations of the first metric logged during training, and that metric."""
    best = ranked(settings_of(record), record.directions)[:1]
    numbers = {row.number for setting in best for row in setting.rows}
    tables = {row.number: record.folder.job(row.number) / "metrics.csv" for row in record.rows}
    histories = {number: history_of(path) for number, path in tables.items()}
    logged = dict.fromkeys(name for history in histories.values() for name in history)
    names = [name for name in record.metrics if name in logged and split_of(name) != "test"]
    names = names or [name for name in logged if split_of(name) == "val"]
    if not names:
        return [], None
    known = {goal.name: goal for goal in goals_of(record)}
    goal = known.get(names[0]) or Goal(names[0], lower_is_better(names[0]))
    curves = [
        Curve(row.state, histories[row.number][goal.name], row.number in numbers)
        for row in record.rows
        if goal.name in histories[row.number]
    ]
    return curves, goal


def scale_of(dimension: Dimension, tried: Sequence[Tried]) -> Scale:
    """Return an axis that covers the space and any values that were tried outside of it."""
    seen = [one.values[dimension.key] for one in tried if dimension.key in one.values]
    if dimension.kind == "choice":
        return Scale(dimension.key, tuple(dict.fromkeys([*dimension.values, *map(str, seen)])))
    numbers = [float(value) for value in seen] + [v for v in (dimension.low, dimension.high) if v is not None]
    return Scale(dimension.key, (), min(numbers), max(numbers), dimension.log, dimension.kind == "int")

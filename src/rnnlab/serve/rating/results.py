"""Summarize the answers in a results file. Shapes: K sources, C comparisons."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.groups import wilson
from rnnlab.serve.rating.agreement import alpha
from rnnlab.serve.rating.answers import Answer, Results
from rnnlab.serve.rating.bradley_terry import intervals, strengths
from rnnlab.serve.rating.plan import Plan
from rnnlab.serve.rating.session import FIRST, NEITHER


class Row(NamedTuple):
    """Results of one source.

    Attributes:
        wins: a "cannot say" is half a win for each side. comparisons: answers about it.
        win_rate, low, high: with Wilson's 95 % interval; nan, 0 and 1 without any answer.
        strength, strength_low, strength_high: natural logarithm of Bradley and Terry's strength, with mean 0,
            and its 95 % bootstrap interval; nan without any answer.
    """

    name: str
    wins: float
    comparisons: int
    win_rate: float
    low: float
    high: float
    strength: float
    strength_low: float
    strength_high: float


class Summary(NamedTuple):
    """Summary of a results file.

    Attributes:
        rows: by which reads better, the strongest first; real_rows: by which was judged to be real.
        agreement, real_agreement: Krippendorff's alpha of the two questions; None where it is not defined.
        raters: number of answers of each; pairs: number of comparisons.
    """

    rows: tuple[Row, ...]
    agreement: float | None
    real_rows: tuple[Row, ...]
    real_agreement: float | None
    raters: dict[str, int]
    pairs: int


def summary(path: str | Path) -> Summary:
    """Summarize the results file at `path`. Raises SettingError if it is not one."""
    results = Results(Path(path), writable=False)
    try:
        return summarize(results.plan, results.answers.values())
    finally:
        results.close()


def summarize(plan: Plan, answers: Iterable[Answer]) -> Summary:
    listed = list(answers)
    raters: dict[str, int] = defaultdict(int)
    for answer in listed:
        raters[answer.rater] += 1
    better = {(answer.comparison, answer.rater): answer.better for answer in listed}
    real = {(answer.comparison, answer.rater): answer.real for answer in listed}
    return Summary(
        _rows(plan, better),
        _agreement(better),
        _rows(plan, real),
        _agreement(real),
        dict(raters),
        len(plan.comparisons),
    )


def _rows(plan: Plan, choices: dict[tuple[str, str], str]) -> tuple[Row, ...]:
    wins = _wins(plan, choices)  # (C, K, K)
    names = plan.sources
    if not len(wins):
        nothing = (0.0, 0, math.nan, 0.0, 1.0, math.nan, math.nan, math.nan)
        return tuple(Row(name, *nothing) for name in names)
    total = wins.sum(0)
    found, (low, high) = strengths(total), intervals(wins)
    rows = []
    for place, name in enumerate(names):
        won = float(total[place].sum())
        games = round(won + float(total[:, place].sum()))
        rate = won / games if games else math.nan
        strength = (float(found[place]), float(low[place]), float(high[place])) if games else (math.nan,) * 3
        rows.append(Row(name, won, games, rate, *wilson(won, games), *strength))
    return tuple(sorted(rows, key=lambda row: -row.strength if row.comparisons else math.inf))


def _wins(plan: Plan, choices: dict[tuple[str, str], str]) -> np.ndarray:
    """Return (C, K, K): for each answered comparison, how often row won over column."""
    places = {name: place for place, name in enumerate(plan.sources)}
    known = {comparison.id: comparison for comparison in plan.comparisons}
    found: dict[str, np.ndarray] = {}
    for (identity, _), choice in choices.items():
        comparison = known[identity]
        first, second = places[comparison.first.source], places[comparison.second.source]
        wins = found.setdefault(identity, np.zeros((len(places), len(places))))
        share = 0.5 if choice == NEITHER else float(choice == FIRST)
        wins[first, second] += share
        wins[second, first] += 1 - share
    return np.stack(list(found.values())) if found else np.zeros((0, len(places), len(places)))


def _agreement(choices: dict[tuple[str, str], str]) -> float | None:
    units: dict[str, list[str]] = defaultdict(list)
    for (identity, _), choice in choices.items():
        units[identity].append(choice)
    return alpha(units.values())

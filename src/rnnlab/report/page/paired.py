"""Paired tests of whether settings differ by more than chance, on predictions of the same test rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.significance import Difference, McNemar, holm, mcnemar, paired_bootstrap
from rnnlab.report.names import label
from rnnlab.report.page.markup import number, table
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.page.settings import Setting

MOST = 5  # best settings that are compared
SCORES = ("accuracy", "macro_recall", "macro_f1")
MOST_SCORES = 4  # of a kind's own test
CAPTION = "How much better the first is on the same rows, each by its first seed; paired bootstrap, 95 %"


class Pair(NamedTuple):
    """Two settings by their position in the table, from 1, and the advantage of the first."""

    first: int
    second: int
    differences: Mapping[str, Difference]
    mcnemar: McNemar | None = None


def pairs_of(settings: Sequence[Setting]) -> list[Pair]:
    """Return every pair of the first few settings whose first runs predicted the same rows: classes, or what
    their kind tests by itself.
    """
    predicted = [(place, setting.first.predictions) for place, setting in enumerate(settings[:MOST], 1)]
    known = [(place, found) for place, found in predicted if found is not None]
    pairs = [Pair(a, b, *_test(x, y)) for (a, x), (b, y) in combinations(known, 2) if same_rows(x, y)]
    return pairs or own_pairs(settings)


def own_pairs(settings: Sequence[Setting]) -> list[Pair]:
    """Return the pairs that the kind of the runs can test, all of one kind."""
    runs = list(enumerate((setting.first for setting in settings[:MOST]), 1))
    kinds = {id(run.kind): run.kind for _, run in runs}
    (kind,) = kinds.values() if len(kinds) == 1 else [None]
    if kind is None:
        return []
    pairs = [Pair(a, b, kind.differences(x, y)) for (a, x), (b, y) in combinations(runs, 2)]
    return [pair for pair in pairs if pair.differences]


def paired_table(settings: Sequence[Setting]) -> str:
    """Return the pairs as a table; empty if no two settings have the same rows."""
    found = pairs_of(settings)
    classes = all(pair.mcnemar is not None for pair in found)
    names = list(SCORES) if classes else list(found[0].differences)[:MOST_SCORES]
    p_values = [_p_value(pair, names[0]) for pair in found]
    rows = []
    for pair, p_value, raised in zip(found, p_values, holm(p_values), strict=True):
        apart = [difference(pair.differences[name]) for name in names]
        alone = [f"{pair.mcnemar.first_only:,} : {pair.mcnemar.second_only:,}"] if pair.mcnemar else []
        settings_named = f"{pair.first} against {pair.second}"
        rows.append([settings_named, *apart, *alone, probability(p_value), probability(raised)])
    heads = [label(name).replace("f1", "F1") for name in names]
    tests = ["right alone", "McNemar p"] if classes else [f"p of {heads[0]}"] if heads else []
    return table(["settings", *heads, *tests, "p after Holm"], rows, CAPTION) if rows else ""


def _p_value(pair: Pair, name: str) -> float:
    """Return McNemar's p-value, or that of the kind's first score."""
    return pair.differences[name].p_value if pair.mcnemar is None else pair.mcnemar.p_value


def _test(one: Predictions, other: Predictions) -> tuple[dict[str, Difference], McNemar]:
    first, second = one.predicted, other.predicted
    # the bootstrap reports the advantage of its second argument
    return paired_bootstrap(one.labels, second, first, len(one.classes)), mcnemar(one.labels, first, second)


def same_rows(one: Predictions, other: Predictions) -> bool:
    """Return whether both predict the same rows of the same data."""
    return (
        one.classes == other.classes
        and np.array_equal(one.rows, other.rows)
        and np.array_equal(one.labels, other.labels)
        and one.texts == other.texts
    )


def difference(found: Difference) -> str:
    """Format `+0.0104 +0.0021 to +0.0188`."""
    value, low, high = (_signed(part) for part in found.interval)
    return f'{value} <span class="dim">{low} to {high}</span>'


def probability(value: float) -> str:
    """Format a p-value."""
    return "&lt; 0.0001" if value < 1e-4 else number(value)


def _signed(value: float) -> str:
    return f"{value + 0.0:+.4f}".replace("-", "−")

"""Paired tests of whether settings differ by more than chance, on predictions of the same test rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.significance import Difference, McNemar, holm, mcnemar, paired_bootstrap
from rnnlab.report.page.markup import number, table
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.page.settings import Setting

MOST = 5  # best settings that are compared
SCORES = ("accuracy", "macro_recall", "macro_f1")


class Pair(NamedTuple):
    """Two settings by their position in the table, from 1, and the advantage of the first."""

    first: int
    second: int
    differences: dict[str, Difference]
    mcnemar: McNemar


def pairs_of(settings: Sequence[Setting]) -> list[Pair]:
    """Return every pair of the first few settings whose first runs predicted the same rows."""
    predicted = [(place, setting.first.predictions) for place, setting in enumerate(settings[:MOST], 1)]
    known = [(place, found) for place, found in predicted if found is not None]
    return [Pair(a, b, *_test(x, y)) for (a, x), (b, y) in combinations(known, 2) if same_rows(x, y)]


def paired_table(settings: Sequence[Setting]) -> str:
    """Return the pairs as a table; empty if no two settings have the same rows."""
    found = pairs_of(settings)
    raised = holm([pair.mcnemar.p_value for pair in found])
    rows = []
    for pair, p_value in zip(found, raised, strict=True):
        alone = f"{pair.mcnemar.first_only:,} : {pair.mcnemar.second_only:,}"
        apart = [difference(pair.differences[name]) for name in SCORES]
        p_values = [probability(pair.mcnemar.p_value), probability(p_value)]
        rows.append([f"{pair.first} against {pair.second}", *apart, alone, *p_values])
    heads = ["settings", "accuracy", "macro recall", "macro F1", "right alone", "McNemar p", "p after Holm"]
    caption = "How much better the first is on the same rows, each by its first seed; paired bootstrap, 95 %"
    return table(heads, rows, caption) if rows else ""


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

"""Measures by group of rows: source length, unknown words, length of the output, repetitions. N rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.evaluation.sequence.breakdown import (
    Group,
    breakdown,
    by_length_ratio,
    by_repetition,
    by_source_length,
    by_unknown_words,
)
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST = 4  # measures of a printed table
FEWEST = 2  # groups that are worth a table
Slices = list[dict[str, Any]]


def groups_of(
    run: FinishedRun, texts: Written, found: Mapping[str, np.ndarray], resamples: int
) -> dict[str, Slices]:
    """Return the measures of each group of rows, by what the rows are grouped by.

    Args:
        found: statistics (N, k) of each measure. resamples: of the intervals; 0 for none.
    """
    unknown = [list(ids).count(run.tokenizer.unknown_id) for ids in run.encode(texts.sources)]
    grouped: dict[str, list[Group]] = {
        "source tokens": by_source_length(texts, run.tokenizer.split),
        "unknown source tokens": by_unknown_words(unknown),
        "output length / reference length": by_length_ratio(texts),
        "repetitions in the output": by_repetition(texts),
    }
    parted = {name: groups for name, groups in grouped.items() if len(groups) >= FEWEST}
    return {name: slices(found, groups, resamples) for name, groups in parted.items()}


def slices(found: Mapping[str, np.ndarray], groups: Sequence[Group], resamples: int) -> Slices:
    """Return label, number of rows and measures of each group, as plain values."""
    return [
        {
            "label": one.label,
            "rows": one.rows,
            "metrics": {
                name: each._asdict() if resamples else {"value": each.value}
                for name, each in one.scores.items()
            },
        }
        for one in breakdown(found, groups, max(resamples, 1))
    ]


def tables_of(grouped: Mapping[str, Slices]) -> list[str]:
    """Return a table for each way of grouping, of the first measures."""
    tables = []
    for name, found in grouped.items():
        measures = list(found[0]["metrics"])[:MOST]
        lines = [
            [one["label"], f"{one['rows']:,}", *(number(one["metrics"][each]["value"]) for each in measures)]
            for one in found
        ]
        tables.append(render([name, "rows", *measures], lines))
    return tables

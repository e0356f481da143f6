"""A run's sections of its page: scores, a table of labels, which come together, rows that went most wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.evaluation.label_sets import EACH, SMALLEST, WHOLE
from rnnlab.kinds.multi_label.saved import WIDTH, Saved, intervals_of, read_predictions
from rnnlab.report.names import label, tested, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import Part, Score, Section, Table
from rnnlab.report.tables import number
from rnnlab.text.printable import shortened

MOST_LABELS = 100  # of a table
MOST_TOGETHER = 12  # labels of the table of those that come together
MOST_ROWS = 20
MOST_LOGGED = 200


def score_table(files: RunFiles) -> list[Score]:
    """Return the scores over all labels with their intervals."""
    found, prefix = intervals_of(files.path / "predictions.parquet"), tested_prefix(files.result)
    return [Score(label(name), *found[name], metric=f"{prefix}{name}") for name in WHOLE if name in found]


def sections(files: RunFiles) -> list[Section]:
    """Return the sections; none without predictions."""
    saved = read_predictions(files.path / "predictions.parquet")
    if saved is None:
        return []
    split = tested(files.result).capitalize()
    rows = [
        [one.label, number(one.value), f"{number(one.low)} to {number(one.high)}"]
        for one in score_table(files)
    ]
    whole = Table([split, "value", "95 % interval"], rows)
    labels: list[Part] = [by_label(files, saved), together(saved)]
    return [
        Section("test", split, [whole]),
        Section("labels", "Labels", labels),
        Section("mistakes", "Errors worth reading", [worst(saved)]),
    ]


def by_label(files: RunFiles, saved: Saved) -> Table:
    """Return rows, scores and threshold of each label, the most frequent first."""
    scores = saved.judged().scores()
    cuts = (files.part("thresholds").get("values")) or [None] * len(saved.names)
    counts, said = saved.label.sum(axis=0), saved.predicted.sum(axis=0)
    rows = []
    for place in np.argsort(-counts, kind="stable")[:MOST_LABELS].tolist():
        name = saved.names[place]
        own = [scores[f"{kind}_{name}"] for kind in EACH]
        shown = [number(value) if value == value else "" for value in own]
        rows.append([name, f"{counts[place]:,}", f"{said[place]:,}", *shown, number(cuts[place])])
    return Table(["label", "rows", "predicted", *EACH, "threshold"], rows, "each label")


def together(saved: Saved) -> Table:
    """Return how often two labels come together: true rows, and predicted ones behind a slash."""
    kept = np.argsort(-saved.label.sum(axis=0), kind="stable")[:MOST_TOGETHER]
    true, said = (flags[:, kept].astype(int) for flags in (saved.label, saved.predicted))
    pairs, names = (true.T @ true, said.T @ said), [saved.names[place] for place in kept.tolist()]
    rows = [
        [name, *(f"{pairs[0][i, j]:,} / {pairs[1][i, j]:,}" for j in range(len(names)))]
        for i, name in enumerate(names)
    ]
    return Table(["", *names], rows, "labels that come together: rows / predicted rows")


def row_losses(saved: Saved) -> np.ndarray:
    """Return the binary cross-entropy of each row (N,)."""
    chances = np.clip(saved.probability, SMALLEST, 1 - SMALLEST)
    return -np.where(saved.label, np.log(chances), np.log1p(-chances)).mean(axis=1)


def worst(saved: Saved, most: int = MOST_ROWS) -> Table:
    """Return the rows with the largest loss, of those whose labels are not all correct."""
    wrong = (saved.label != saved.predicted).any(axis=1)
    order = np.argsort(-np.where(wrong, row_losses(saved), -1), kind="stable")[: min(most, int(wrong.sum()))]
    rows = [
        [shortened(saved.texts[row], 2 * WIDTH), *_named(saved, (saved.label[row], saved.predicted[row]))]
        for row in order.tolist()
    ]
    return Table(
        ["text", "labels", "predicted"], rows, f"the worst of {int(wrong.sum()):,} rows with a mistake"
    )


def _named(saved: Saved, sets: Sequence[np.ndarray]) -> list[str]:
    return [", ".join(saved.named(flags)) or "(none)" for flags in sets]


def logged_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Return columns and rows of the worst predictions for a logger."""
    saved = read_predictions(path)
    table = Table([], []) if saved is None else worst(saved, MOST_LOGGED)
    return list(table.columns), [list(row) for row in table.rows]

"""Comparison of two finished runs on the same test rows: paired bootstrap, rows where they differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.evaluation.sequence.measures import row_scores
from rnnlab.evaluation.sequence.resample import paired_sequence_differences
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.text_to_text.metrics import METRICS
from rnnlab.kinds.text_to_text.saved import read_predictions
from rnnlab.kinds.text_to_text.texts import Texts, statistics_of
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.tables import render
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

WIDTH = 50  # of a text
SINGLE = ("chrf", "rougeL", "token_error_rate", "edit_distance", "word_error_rate", "exact_match")
"""Measures of which a single row has a score of its own worth reading, the best first."""


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Test each measure that both runs have, on resamples of the rows that both wrote (Koehn 2004).

    Args:
        resamples: of the paired bootstrap.
        examples: most rows to show of each run that it wrote better than the other.
    """
    one, other = (read_predictions(run.folder.predictions) for run in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    names = [name for name in measures_of(first) if name in measures_of(second)]
    found, others = (statistics_of(names, texts) for texts in (one, other))
    differences = paired_sequence_differences(found, others, resamples)
    results = {name: {**each.interval._asdict(), "p": each.p_value} for name, each in differences.items()}
    text = [table(differences)]
    judge = next((name for name in SINGLE if name in names), None)
    if judge is not None and examples:
        text += apart(
            one, other, judge, [row_scores(judge, each[judge]) for each in (found, others)], examples
        )
    return Comparison({"significance": {"bootstrap": results}}, text)


def measures_of(run: FinishedRun) -> tuple[str, ...]:
    """Return the names of the measures of the run's test."""
    task = run.settings["task"]
    return tuple(task.get("test_measures") or task.get("measures") or ())


def same_rows(one: Texts, other: Texts) -> bool:
    """Return whether both are of the same rows with the same references."""
    return bool(one.rows) and one[:3] == other[:3]


def table(differences: Mapping[str, Difference]) -> str:
    """Return the paired tests as a table."""
    rows = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in one.interval), f"{one.p_value:.4f}"]
        for name, one in differences.items()
    ]
    return render(["test, paired bootstrap", "B - A", "from", "to", "p"], rows)


def apart(one: Texts, other: Texts, judge: str, scores: Sequence[np.ndarray], examples: int) -> list[str]:
    """Return a table for each run, of rows that it wrote better than the other.

    Args:
        judge: the measure of single rows. scores: (N,) of each of the two.
    """
    metric = find_metric(METRICS, judge)
    gain = scores[1] - scores[0] if metric is None or not metric.lower_is_better else scores[0] - scores[1]
    tables = []
    for name, gains in (("A", -gain), ("B", gain)):
        best = np.argsort(-gains, kind="stable")[:examples]
        rows = [
            [cut(texts[row]) for texts in (one.sources, one.references, one.outputs, other.outputs)]
            for row in best.tolist()
            if gains[row] > 0
        ]
        if rows:
            tables.append(
                render([f"{name} is better by {judge.replace('_', ' ')}", "reference", "A", "B"], rows)
            )
    return tables


def cut(text: str) -> str:
    """Return a text as a cell of a table."""
    return printable(shortened(text, WIDTH))

"""Comparison of two finished classifiers on the same test rows: paired test, texts where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnlab.evaluation.significance import Difference, McNemar, mcnemar, paired_bootstrap
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.page.paired import same_rows
from rnnlab.report.page.predictions import Predictions, read_predictions
from rnnlab.report.tables import render
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

WIDTH = 70  # of a text


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Compare the predictions that both runs left.

    Args:
        resamples: of the paired bootstrap.
        examples: most texts to show of each that only one predicts correctly.
    """
    one, other = (read_predictions(run.folder.predictions) for run in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    values = (one.labels, one.predicted, other.predicted)
    differences, test = paired_bootstrap(*values, len(one.classes), resamples), mcnemar(*values)
    rows = [only_right(one, other, examples), only_right(other, one, examples)]
    apart = {name: {**d.interval._asdict(), "p": d.p_value} for name, d in differences.items()}
    results = {
        "significance": {"bootstrap": apart, "mcnemar": test._asdict()},
        "only_first_right": one.rows[rows[0]].tolist(),
        "only_second_right": one.rows[rows[1]].tolist(),
    }
    texts = [shown(one, other, own, name) for own, name in zip(rows, "AB", strict=True)]
    return Comparison(results, [significance(differences, test), *texts])


def only_right(winner: Predictions, loser: Predictions, most: int) -> list[int]:
    """Return rows that only the winner predicts correctly, those where the loser was surest first."""
    rows = np.flatnonzero(winner.right & ~loser.right)
    surest = loser.probabilities[rows].max(1)
    return rows[np.argsort(-surest, kind="stable")][:most].tolist()


def significance(differences: dict[str, Difference], test: McNemar) -> str:
    """Return the paired tests as a table."""
    rows = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in found.interval), f"{found.p_value:.4f}"]
        for name, found in differences.items()
    ]
    table = render(["test, paired bootstrap", "B - A", "from", "to", "p"], rows)
    alone = f"right alone: A {test.first_only:,} rows, B {test.second_only:,}; McNemar p {test.p_value:.2g}"
    return f"{table}\n{alone}"


def shown(one: Predictions, other: Predictions, rows: list[int], name: str) -> str:
    """Return texts that only the run of this name predicts correctly."""
    lines = []
    for row in rows:
        said = [found.classes[found.predicted[row]] for found in (one, other)]
        lines.append([printable(shortened(one.texts[row], WIDTH)), one.classes[one.labels[row]], *said])
    if not lines:
        return f"only {name} is right: none shown"
    return render([f"only {name} is right", "label", "A", "B"], lines)

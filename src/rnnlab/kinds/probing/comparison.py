"""Comparison of two finished probes on the same test rows: paired bootstrap, and rows that only one solves.

N rows of a length, R resamples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.data.probe.batches import TEST
from rnnlab.evaluation.bootstrap import RESAMPLES
from rnnlab.evaluation.significance import Difference, difference, mcnemar
from rnnlab.kinds.probing.tested import RowScores, read_tested
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.tables import render
from rnnlab.text.printable import shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.report.page.files import RunFiles

Tested = Mapping[int, RowScores]
Both = Mapping[int, tuple[RowScores, RowScores]]
MOST_DRAWN = 1 << 22  # counts of rows that are drawn at once
WIDTH = 70  # of a row's inputs


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Compare the test rows of both runs at each length that both were tested at.

    Args:
        resamples: of the paired bootstrap over rows.
        examples: most rows to show of each that only one run solves, of the shortest length.
    """
    both = same_rows(read_tested(first.folder.path), read_tested(second.folder.path))
    if not both:
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    found = paired(both, resamples)
    lines = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in each.interval), f"{each.p_value:.4f}"]
        for name, each in found.items()
    ]
    length, (one, other) = next(iter(both.items()))
    test = mcnemar(np.ones_like(one.solved), one.solved, other.solved)
    said = f"rows of length {length} solved alone: A {test.first_only:,}, B {test.second_only:,}"
    alone = [np.flatnonzero(mine > its).tolist() for mine, its in sides(one.solved, other.solved)]
    results = {
        "significance": {
            "bootstrap": {
                name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()
            },
            "mcnemar": test._asdict(),
        },
        "only_first_right": alone[0][:examples],
        "only_second_right": alone[1][:examples],
    }
    table = render(["test, paired bootstrap of rows", "B - A", "from", "to", "p"], lines)
    texts = [shown(first, length, own[:examples], name) for own, name in zip(alone, "AB", strict=True)]
    return Comparison(results, [f"{table}\n{said}; McNemar p {test.p_value:.2g}", *filter(None, texts)])


def sides(one: np.ndarray, other: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(one, other), (other, one)]


def differences(first: RunFiles, second: RunFiles) -> dict[str, Difference]:
    """Return the first run's scores minus the second's, on resamples of the rows of each common length."""
    both = same_rows(read_tested(second.path), read_tested(first.path))
    return paired(both, RESAMPLES)


def same_rows(one: Tested, other: Tested) -> dict[int, tuple[RowScores, RowScores]]:
    """Return the lengths at which both were tested on the same rows, the shortest first."""
    lengths = sorted(length for length in one if length in other and one[length].rows == other[length].rows)
    return {length: (one[length], other[length]) for length in lengths}


def paired(both: Both, resamples: int) -> dict[str, Difference]:
    """Return second minus first of accuracy, then of the fraction of rows solved, by length."""
    accuracy, solved = {}, {}
    for length, (one, other) in both.items():
        counts = np.array([one.right, other.right, one.asked, one.solved, other.solved]).T  # (N, 5)
        sums = drawn_sums(counts, resamples)  # (R, 5)
        whole = counts.sum(0)
        accuracy[f"accuracy_{length}"] = difference(
            float((whole[1] - whole[0]) / whole[2]), (sums[:, 1] - sums[:, 0]) / sums[:, 2]
        )
        solved[f"solved_{length}"] = difference(
            float((whole[4] - whole[3]) / len(counts)), (sums[:, 4] - sums[:, 3]) / len(counts)
        )
    return {**accuracy, **solved}


def drawn_sums(counts: np.ndarray, resamples: int) -> np.ndarray:
    """Return the sums (R, C) of counts (N, C) over rows drawn with replacement."""
    generator, rows = np.random.default_rng(0), len(counts)
    size, parts = max(MOST_DRAWN // rows, 1), []
    for start in range(0, resamples, size):
        often = generator.multinomial(rows, np.full(rows, 1 / rows), min(size, resamples - start))
        parts.append(often @ counts)
    return np.concatenate(parts)


def shown(run: FinishedRun, length: int, rows: list[int], name: str) -> str:
    """Return the inputs of rows that only the run of this name solves; empty for rows of values."""
    tokens = run.facts["tokens"]
    if not rows or not tokens:
        return ""
    data: Any = run.data()
    drawn = data.rows(TEST, length)
    texts = [" ".join(tokens[one] for one in drawn.inputs[row, : drawn.lengths[row]]) for row in rows]
    lines = [[str(row), shortened(text, WIDTH)] for row, text in zip(rows, texts, strict=True)]
    return render(["row", f"only {name} solves"], lines)

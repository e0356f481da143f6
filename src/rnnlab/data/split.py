"""Rows held out of a train split where a data set has no validation or test split of its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from rnnlab.errors import SettingError


def hold_out(
    texts: Sequence[str], labels: Sequence[Hashable], fraction: float, seed: int, block: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Row indices that stay and row indices that are held out, both ascending int64 arrays.

    Each label gives `fraction` of its rows (at least one row where it has two different texts). Rows whose
    texts are the same but for case and white space stay on one side, so that nothing is tested on what was
    trained on; the label of such a group is that of its first row. The split depends on `seed` alone.

    Args:
        fraction: part of the rows to hold out, in (0, 1).
        block: >= 1, neighbouring rows of a label that are held out together or not at all; fewer where the
            fraction is smaller than a block. Where neighbours speak of one thing, it is on one side then.

    Raises:
        SettingError: `fraction` is out of range, or there are too few different texts for two sides.
    """
    if not 0 < fraction < 1:
        raise SettingError("fraction", fraction, "must lie between 0 and 1, both excluded")
    rng = np.random.default_rng(seed)
    strata: dict[Hashable, list[list[int]]] = {}
    for rows in _same_text(texts):
        strata.setdefault(labels[rows[0]], []).append(rows)
    units = (_blocks(groups, block, fraction) for groups in strata.values())
    held = sorted(row for blocks in units for row in _draw(blocks, fraction, rng))
    if not held or len(held) == len(texts):
        raise SettingError(
            "fraction", fraction, f"too few different texts to hold some out of {len(texts)} rows"
        )
    mask = np.zeros(len(texts), dtype=bool)
    mask[held] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def _same_text(texts: Sequence[str]) -> list[list[int]]:
    """Rows grouped by their text, case and white space aside, in order of first appearance."""
    groups: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        groups.setdefault(" ".join(text.casefold().split()), []).append(row)
    return list(groups.values())


def _blocks(groups: list[list[int]], block: int, fraction: float) -> list[list[int]]:
    """So many neighbouring groups in one, and never more than are wanted."""
    size = max(1, min(block, round(fraction * len(groups))))
    starts = range(0, len(groups), size)
    return [[row for group in groups[start : start + size] for row in group] for start in starts]


def _draw(groups: list[list[int]], fraction: float, rng: np.random.Generator) -> list[int]:
    """Rows of whole groups in random order, no more than wanted unless even the smallest group is larger."""
    if len(groups) == 1:
        return []
    rows = sum(map(len, groups))
    wanted = min(max(round(fraction * rows), 1), rows - 1)
    drawn: list[int] = []
    for index in rng.permutation(len(groups)):
        if len(drawn) + len(groups[index]) <= wanted:
            drawn += groups[index]
    return drawn or min(groups, key=len)

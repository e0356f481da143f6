"""Subsets of the training data for `data.train_rows`: rows of each class in proportion, or first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rnnlab.errors import SettingError

LONGEST_LINE = 1000  # characters; a longer line of running text counts as several rows
SETTING = "data.train_rows"
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # str.splitlines also splits at 0x85 and U+2028


def fewer_rows(labels: np.ndarray, wanted: int | None, seed: int) -> tuple[np.ndarray, list[str]]:
    """Draw `wanted` of N rows with labels (N,), of each class in proportion.

    Each class gets its quota by the largest remainder, and at least one row.

    Returns:
        Ascending row indices (M,), all N where `wanted` is None or N or more; and notes on the draw.

    Raises:
        SettingError: `wanted` is less than the number of classes.
    """
    count = len(labels)
    if wanted is None or wanted >= count:
        return np.arange(count), []
    classes, counts = np.unique(labels, return_counts=True)
    if wanted < len(classes):
        raise SettingError(SETTING, wanted, f"must be at least {len(classes)}, a row of each class in train")
    exact = counts * wanted / count
    quotas = np.maximum(np.floor(exact).astype(int), 1)
    while quotas.sum() < wanted:
        quotas[np.argmax(np.where(quotas < counts, exact - quotas, -np.inf))] += 1
    while quotas.sum() > wanted:  # rounding small classes up to one row exceeded the total
        quotas[np.argmax(np.where(quotas > 1, quotas - exact, -np.inf))] -= 1
    rng = np.random.default_rng(seed)
    pairs = zip(classes, quotas, strict=True)
    drawn = [rng.choice(np.flatnonzero(labels == one), quota, replace=False) for one, quota in pairs]
    return np.sort(np.concatenate(drawn)), [f"{wanted:,} of {count:,} train rows ({SETTING})"]


def needed(texts: list[str], splits: Sequence[np.ndarray]) -> list[str]:
    """Replace the texts that no split uses by empty ones, so that encoding them costs nothing."""
    kept = np.zeros(len(texts), dtype=bool)
    for rows in splits:
        kept[rows] = True
    return texts if kept.all() else [text if keep else "" for text, keep in zip(texts, kept, strict=True)]


def fewer_lines(blocks: Iterable[str], wanted: int | None) -> tuple[int | None, list[str]]:
    """Return how many characters the first `wanted` lines of a text have, and notes; None keeps all of them.

    A line of more than 1,000 characters counts as several.

    Args:
        blocks: the text, in blocks that end with a line.
    """
    if wanted is None:
        return None, []
    count = kept = 0
    for block in blocks:
        for line in _LINE.findall(block):
            for start in range(0, len(line), LONGEST_LINE):
                count += 1
                kept += len(line[start : start + LONGEST_LINE]) if count <= wanted else 0
    if wanted >= count:
        return None, []
    return kept, [f"the first {wanted:,} of {count:,} lines of the training text ({SETTING})"]

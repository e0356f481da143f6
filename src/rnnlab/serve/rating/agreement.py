"""Agreement of raters beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal answers (Krippendorff 2004): 1 is full agreement, 0 that of chance.

    Args:
        units: the answers to each rated item; items with a single answer are ignored.

    Returns:
        None if no two answers can be compared or all are the same: alpha is not defined then.
    """
    weights: Counter[Hashable] = Counter()
    unlike = 0.0
    for unit in units:
        size = len(unit)
        if size < 2:
            continue
        counts = Counter(unit)
        weights.update(counts)
        same = sum(count * (count - 1) for count in counts.values())
        unlike += (size * (size - 1) - same) / (size - 1)
    total = sum(weights.values())
    by_chance = total * total - sum(count * count for count in weights.values())
    if not by_chance:
        return None
    return 1 - (total - 1) * unlike / by_chance

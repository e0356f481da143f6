"""How far raters agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for names (Krippendorff 2004): 1 is full agreement, 0 what chance would give.

    Args:
        units: of each thing that was rated the answers that it got; one alone says nothing and is left out.

    Returns:
        None where no two answers can be compared, or where all are the same, for which alpha is not defined.
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

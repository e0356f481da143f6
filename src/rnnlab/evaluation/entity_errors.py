"""The errors of a tagger, entity by entity: missed, spurious, of a wrong type, of a wrong boundary.

T types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.entities import Span

MISSED, SPURIOUS = "missed", "spurious"
TYPE, BOUNDARY, BOTH = "wrong type", "wrong boundary", "wrong type and boundary"
ERRORS = (MISSED, SPURIOUS, TYPE, BOUNDARY, BOTH)
CORRECT = "correct"


class Match(NamedTuple):
    """A true entity and the predicted one that stands for it; either may lack. `name` is `correct` or one of
    ERRORS.
    """

    name: str
    true: Span | None
    predicted: Span | None

    @property
    def start(self) -> int:
        """The number of its first word."""
        return min(span.start for span in (self.true, self.predicted) if span is not None)


def matches(true: Sequence[Span], predicted: Sequence[Span]) -> list[Match]:
    """Pair the entities of a sentence, each at most once: equal ones first, then those of the same words, of
    the same type, and of overlapping words; in the order of their first words.
    """
    left, other = list(true), list(predicted)
    found: list[Match] = []
    for name, agrees in _PAIRS:
        for span in list(left):
            partner = next((one for one in other if agrees(span, one)), None)
            if partner is not None:
                left.remove(span)
                other.remove(partner)
                found.append(Match(name, span, partner))
    found += [Match(MISSED, span, None) for span in left]
    found += [Match(SPURIOUS, None, span) for span in other]
    return sorted(found, key=lambda match: match.start)


def _overlap(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


_PAIRS = (
    (CORRECT, lambda first, second: first == second),
    (TYPE, lambda first, second: first[1:] == second[1:]),
    (BOUNDARY, lambda first, second: first.type == second.type and _overlap(first, second)),
    (BOTH, _overlap),
)


def type_confusion(found: Iterable[Match], types: Sequence[str]) -> np.ndarray:
    """Return counts (T + 1, T + 1): rows are true types, columns predicted ones, the last of each is none.

    The cell of a type in both counts correct entities and those of a wrong boundary.
    """
    number = {name: place for place, name in enumerate(types)}
    counts = np.zeros((len(types) + 1, len(types) + 1), dtype=np.int64)
    for match in found:
        row, column = (
            len(types) if span is None else number[span.type] for span in (match.true, match.predicted)
        )
        counts[row, column] += 1
    return counts

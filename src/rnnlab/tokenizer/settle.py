"""Makes trained unigram models reproducible, which the library's trainer alone does not."""

from __future__ import annotations

from typing import Any

_STEP = 1e-4  # by which the trainer raises the score of each further character that no text needs
_DIGITS = 4  # of a log probability; sums in another order differ from the tenth digit on


def settle(model: dict[str, Any], reserved: int) -> None:
    """Make scores and ids of a unigram model independent of the order in which words were met.

    The trainer hashes words with a new random key each time. The chosen pieces were the same in every
    training that was compared. The last digits of their scores differ, and so do the scores of characters
    that are there only so that every text has pieces, and hence the ids.

    Args:
        model: the library's JSON, changed in place: pieces with their log probabilities.
        reserved: number of pieces at the start that keep their ids.
    """
    first, pieces = model["vocab"][:reserved], model["vocab"][reserved:]
    lowest = min((score for _, score in pieces), default=0.0)
    spread = _STEP * (sum(len(piece) == 1 for piece, _ in pieces) + 1)
    settled = []
    for piece, score in pieces:
        spare = len(piece) == 1 and score <= lowest + spread
        settled.append([piece, round(lowest if spare else score, _DIGITS)])
    model["vocab"] = first + sorted(settled, key=lambda entry: (-entry[1], entry[0]))

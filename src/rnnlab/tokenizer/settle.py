"""Makes trained unigram models reproducible, which the library's trainer alone does not."""

from __future__ import annotations

from typing import Any

_STEP = 1e-4  # by which the trainer raises one after the other of the characters that no text needs
_DIGITS = 4  # of a log probability; sums taken in another order differ from the tenth on


def settle(model: dict[str, Any], reserved: int) -> None:
    """Make scores and ids of a unigram model independent of the order in which words were met.

    The trainer hashes words with a key drawn anew each time. The pieces that it chooses have been the same in
    every training that was compared; their last digits, the scores of characters that only make sure that no
    text is left without pieces, and hence the numbers are not.

    Args:
        model: the library's JSON, changed in place: pieces with their log probabilities.
        reserved: how many pieces at the start keep their numbers.
    """
    first, pieces = model["vocab"][:reserved], model["vocab"][reserved:]
    lowest = min((score for _, score in pieces), default=0.0)
    spread = _STEP * (sum(len(piece) == 1 for piece, _ in pieces) + 1)
    settled = []
    for piece, score in pieces:
        spare = len(piece) == 1 and score <= lowest + spread
        settled.append([piece, round(lowest if spare else score, _DIGITS)])
    model["vocab"] = first + sorted(settled, key=lambda entry: (-entry[1], entry[0]))

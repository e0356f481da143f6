"""Length ratio and repetition of outputs. N rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.sequence.pairs import Written

SIZE = 3  # tokens of an n-gram that counts as a repetition


def length_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): tokens of the output, and tokens of the reference that is nearest in length."""
    found = np.empty((len(texts), 2))
    for row, (output, references) in enumerate(texts.cases):
        own = len(texts.tokens_of(output))
        lengths = [len(texts.tokens_of(reference)) for reference in references]
        found[row] = own, min(lengths, key=lambda length: (abs(length - own), length))
    return found


def repetition_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): three-token sequences that occurred before in the same output, and all of them."""
    return np.array([_repeated(texts.tokens_of(output)) for output in texts.outputs], float)


def _repeated(tokens: Sequence[str]) -> tuple[int, int]:
    grams = [tuple(tokens[i : i + SIZE]) for i in range(len(tokens) - SIZE + 1)]
    return len(grams) - len(set(grams)), len(grams)

"""Length ratio and repetition of outputs. N rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.sequence.pairs import Written

SIZE = 3  # tokens of an n-gram that counts as a repetition


def length_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): tokens of the output, and tokens of the reference."""
    pairs = zip(texts.outputs, texts.references, strict=True)
    return np.array([[len(texts.tokens_of(text)) for text in pair] for pair in pairs], float)


def repetition_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): three-token sequences that occurred before in the same output, and all of them."""
    return np.array([_repeated(texts.tokens_of(output)) for output in texts.outputs], float)


def _repeated(tokens: Sequence[str]) -> tuple[int, int]:
    grams = [tuple(tokens[i : i + SIZE]) for i in range(len(tokens) - SIZE + 1)]
    return len(grams) - len(set(grams)), len(grams)

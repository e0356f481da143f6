"""Rows of ids over a small vocabulary that has marks, stop words and words."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.tokenizer import WordTokenizer

WORDS = [
    "the",
    "not",
    ".",
    "!",
    "<url>",
    "<s>",
    "good",
    "fine",
    "great",
    "bad",
    "awful",
    "film",
    "plot",
    "actor",
]


@pytest.fixture(scope="session")
def tokenizer() -> WordTokenizer:
    return WordTokenizer.from_json(
        {**WordTokenizer(vocab_size=None, min_count=1).settings(), "vocabulary": ["<pad>", "<unk>", *WORDS]}
    )


@pytest.fixture(scope="session")
def table() -> np.ndarray:
    """(V, 3): the words after each one in the vocabulary, none for the last."""
    size = len(WORDS) + 2
    rows = np.arange(size)[:, None] + np.arange(1, 4)
    return np.where(rows < size, rows, -1)

"""What augmentation has to know of each token of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rnnlab.data.augment.stop_words import STOP_WORDS
from rnnlab.text.marks import MARK_PATTERN
from rnnlab.tokenizer.base import UNKNOWN_ID

_MARK = re.compile(MARK_PATTERN)


def free_tokens(vocabulary: Sequence[str]) -> np.ndarray:
    """(V,) bool: all but marks (`<url>`, the `<s>` of sentences, the pad); an unknown word is free too."""
    free = np.array([_MARK.fullmatch(token) is None for token in vocabulary], dtype=bool)
    free[UNKNOWN_ID] = True
    return free


def content_tokens(vocabulary: Sequence[str]) -> np.ndarray:
    """(V,) bool: words and parts of words with a letter in them that are neither marks nor stop words."""
    bare = [re.sub(r"^(##|\W|Ġ)+|(</w>)$", "", token).lower() for token in vocabulary]
    letters = [any(map(str.isalpha, token)) and token not in STOP_WORDS for token in bare]
    content = free_tokens(vocabulary) & np.array(letters, dtype=bool)
    content[UNKNOWN_ID] = False
    return content

"""Own words of a source, which the vocabulary lacks, as ids that a decoder can copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.data.truncation import Truncation, cut
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.base import UNKNOWN, Tokenizer
from rnnlab.tokenizer.pair import PairTokenizer


class OwnWords(NamedTuple):
    """A source in ids of the target side, its own words as `target_size + i`, and these words."""

    ids: np.ndarray
    words: list[str]


def own_words(
    texts: Sequence[str], cleaner: Cleaner, tokenizer: PairTokenizer, shape: Truncation, most: int = 500
) -> list[OwnWords]:
    """Return the own words of each raw source text, in order of first appearance.

    The ids have the length of `rnnlab.data.padded_batches.encode`'s, with the same truncation.

    Args:
        most: own words of a row; further ones keep the unknown id.
    """
    found = []
    for text in map(cleaner, texts):
        ids, words = extended(tokenizer, text, most)
        found.append(numbered(cut(np.array(ids or [tokenizer.unknown_id]), shape), words, tokenizer))
    return found


def extended(tokenizer: PairTokenizer, text: str, most: int) -> tuple[list[int], list[str]]:
    """Return the ids of a cleaned source, its own words numbered, and these words."""
    ids, size = tokenizer.source.encode(text), tokenizer.target_size
    words: dict[str, int] = {}
    for place, word in unknown_words(tokenizer.source, text, ids):
        if word not in words and len(words) == most:
            continue
        ids[place] = size + words.setdefault(word, len(words))
    return ids, list(words)


def extended_target(tokenizer: PairTokenizer, text: str, words: Sequence[str]) -> list[int]:
    """Return the ids of a cleaned target, in which words of the source's own have their ids."""
    ids = tokenizer.target.encode(text)
    if words:
        numbers = {word: tokenizer.target_size + place for place, word in enumerate(words)}
        for place, word in unknown_words(tokenizer.target, text, ids):
            ids[place] = numbers.get(word, ids[place])
    return ids


def unknown_words(tokenizer: Tokenizer, text: str, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return place and text of each unknown token of a text, in the tokenizer's case."""
    unknown = [place for place, number in enumerate(ids) if number == tokenizer.unknown_id]
    if not unknown:
        return []
    tokens = tokenizer.split(text)
    if len(tokens) == len(ids) and all(tokens[place] != UNKNOWN for place in unknown):
        return [(place, tokens[place]) for place in unknown]
    spans = tokenizer.offsets(text)
    folded = text.lower() if tokenizer.settings().get("lowercase") else text
    folded = folded if len(folded) == len(text) else text  # a lower case can be longer than its capital
    return [(place, folded[spans[place][0] : spans[place][1]]) for place in unknown]


def numbered(ids: np.ndarray, words: Sequence[str], tokenizer: PairTokenizer) -> OwnWords:
    """Number the own words of a truncated source anew, in order of first appearance."""
    own = ids[ids >= tokenizer.target_size]
    if not len(own):
        return OwnWords(ids, [])
    kept = kept_words(own)
    new, _ = renumbered(ids, np.empty(0, ids.dtype), tokenizer.target_size, tokenizer.unknown_id)
    return OwnWords(new, [words[number - tokenizer.target_size] for number in kept.tolist()])


def kept_words(own: np.ndarray) -> np.ndarray:
    """Return the different ids among those of own words, in order of first appearance."""
    different, first = np.unique(own, return_index=True)
    kept: np.ndarray = different[np.argsort(first)]
    return kept


def renumbered(
    source: np.ndarray, target: np.ndarray, size: int, unknown: int
) -> tuple[np.ndarray, np.ndarray]:
    """Number own words by the truncated source; words that it has no more are unknown in the target."""
    kept = kept_words(source[source >= size])
    if np.array_equal(kept, np.arange(size, size + len(kept))):
        gone = target >= size + len(kept)
        return source, np.where(gone, unknown, target) if gone.any() else target
    new = np.full(int(max(source.max(), target.max(initial=0))) + 1, unknown, source.dtype)
    new[:size] = np.arange(size)
    new[kept] = np.arange(size, size + len(kept))
    return new[source], new[target]

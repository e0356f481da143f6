"""Augmentations of a row of token ids, one function each. Shapes: T tokens.

Each returns the row itself where nothing is to be changed, and never changes its argument. `free` (T,) bool
marks the tokens that may change or move.
"""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.neighbours import Neighbours
from rnnlab.tokenizer.base import UNKNOWN_ID, Tokenizer


def num_changes(fraction: float, tokens: int) -> int:
    """Return `fraction * tokens` rounded down, but at least 1 (Wei & Zou 2019); 0 where either is 0."""
    return max(1, int(fraction * tokens)) if fraction > 0 and tokens else 0


def replace(ids: np.ndarray, neighbours: Neighbours, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Replace words, as EDA does (Wei & Zou 2019), with nearest embeddings for synonyms.

    Args:
        ids: (T,) token ids; `fraction * T` of those that have a neighbour become one of theirs.
    """
    places = np.flatnonzero(neighbours.known(ids)) if fraction > 0 else ()
    if not len(places):
        return ids
    chosen = places[np.argsort(rng.random(len(places)))[: num_changes(fraction, len(ids))]]
    result = ids.copy()
    result[chosen] = neighbours.draw(ids[chosen], rng)
    return result


def insert(
    ids: np.ndarray, neighbours: Neighbours, fraction: float, rng: np.random.Generator, closed: bool = False
) -> np.ndarray:
    """Insert words, as EDA does (Wei & Zou 2019), with nearest embeddings for synonyms.

    Args:
        ids: (T,) token ids; neighbours of `fraction * T` randomly drawn ones are inserted at random places.
        closed: insert nothing after the last token.
    """
    sources = ids[neighbours.known(ids)] if fraction > 0 else ()
    if not len(sources):
        return ids
    number = num_changes(fraction, len(ids))
    drawn = rng.random((2, number))
    new = neighbours.draw(sources[(drawn[0] * len(sources)).astype(np.int64)], rng)
    places = (drawn[1] * (len(ids) + (not closed))).astype(np.int64)  # before which token each comes
    order = np.argsort(np.concatenate([places, np.arange(len(ids))]), kind="stable")
    return np.concatenate([new, ids])[order]


def swap(ids: np.ndarray, free: np.ndarray, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Swap two free tokens, as EDA does (Wei & Zou 2019), `fraction` times the number of free tokens.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may move; the others keep their places.
    """
    places = np.flatnonzero(free)
    number = num_changes(fraction, len(places))
    if not number or len(places) < 2:
        return ids
    swapped = ids[places].tolist()
    for draw, step in rng.random((number, 2)).tolist():
        one = int(draw * len(places))
        other = (one + 1 + int(step * (len(places) - 1))) % len(places)  # never the same place
        swapped[one], swapped[other] = swapped[other], swapped[one]
    result = ids.copy()
    result[places] = swapped
    return result


def shuffle_window(ids: np.ndarray, free: np.ndarray, window: int, rng: np.random.Generator) -> np.ndarray:
    """Move tokens by at most `window` places (Lample et al. 2018), none past one that may not move.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may move; the others keep their places and are walls to the rest.
    """
    if window <= 0:
        return ids
    places = np.arange(len(ids))
    walls = np.cumsum(~free)  # grows between stretches (separated by fixed tokens) by more than a move
    keys = places + walls * (window + 1) + rng.random(len(ids)) * (window + 1) * free
    return ids[np.argsort(keys, kind="stable")]


def delete(ids: np.ndarray, free: np.ndarray, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Delete each free token with probability `fraction`, as EDA does (Wei & Zou 2019).

    Where that would leave nothing, one token that is drawn stays.

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may go.
    """
    if fraction <= 0 or not len(ids):
        return ids
    stays = ~free | (rng.random(len(ids)) >= fraction)
    if not stays.any():
        stays[rng.integers(len(ids))] = True
    return ids[stays]


def drop_words(ids: np.ndarray, free: np.ndarray, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Replace each free token by the unknown one with probability `fraction` (Iyyer et al. 2015).

    Args:
        ids: (T,) token ids.
        free: (T,) bool, which of them may change.
    """
    if fraction <= 0:
        return ids
    return np.where(free & (rng.random(len(ids)) < fraction), UNKNOWN_ID, ids)


def shuffle_sentences(
    ids: np.ndarray, ends: np.ndarray, fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """Shuffle whole sentences with probability `fraction` (Lewis et al. 2020).

    The tokens after the last end, which are a truncated sentence, stay last.

    Args:
        ids: (T,) token ids.
        ends: (T,) bool, the tokens that close sentences; of several in a row ("?!") the last one does.
    """
    if fraction <= 0 or rng.random() >= fraction:
        return ids
    closes = ends.copy()
    closes[:-1] &= ~ends[1:]
    stops = np.flatnonzero(closes) + 1
    if len(stops) < 2:
        return ids
    *sentences, rest = np.split(ids, stops)
    return np.concatenate([*(sentences[number] for number in rng.permutation(len(sentences))), rest])


def ending_ids(tokenizer: Tokenizer) -> list[int]:
    """Return the ids that close a sentence: the tokenizer's separator, else those of `.`, `!` and `?`."""
    separator = getattr(tokenizer, "sentence_id", None)
    if separator is not None:
        return [separator]
    texts = (f"{before}{mark}" for mark in ".!?" for before in ("", "a", "a "))
    last = {ids[-1] for text in texts if (ids := tokenizer.encode(text))} - {UNKNOWN_ID}
    return sorted(number for number in last if tokenizer.decode([number]).strip() in {".", "!", "?"})

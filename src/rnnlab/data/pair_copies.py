"""Encodes pairs with own words of each source, for decoders that copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.data.encode import Encoded
from rnnlab.data.pair_words import extended, extended_target
from rnnlab.tokenizer.pair import PairTokenizer
from rnnlab.tokenizer.parallel import map_chunks


class _Chunk(NamedTuple):
    """Ids and counts of the sources and of the targets of some pairs; sources with too many own words."""

    sources: list[np.ndarray]
    targets: list[np.ndarray]
    full: int


def encode_copies(
    tokenizer: PairTokenizer, texts: Sequence[Sequence[str]], most: int, workers: int | None
) -> tuple[list[Encoded], list[str]]:
    """Encode cleaned sources and targets, of one split after the other, in ids with own words.

    Args:
        texts: sources, targets, sources, targets, ...
        most: own words of a source; further ones stay unknown, and a note counts the sources.
    """
    found: list[Encoded] = []
    full = 0
    for sources, targets in zip(texts[::2], texts[1::2], strict=True):
        pairs = list(zip(sources, targets, strict=True))
        chunks = map_chunks(_Copies(tokenizer, most), pairs, workers, "own words")
        full += sum(chunk.full for chunk in chunks)
        for side in ("sources", "targets"):
            rows = [ids for chunk in chunks for ids in getattr(chunk, side)]
            found.append(_encoded(rows, tokenizer.target_size + most))
    note = f"{full:,} sources have more than data.max_copies={most} own words: the others stay unknown"
    return found, [note] if full else []


def _encoded(rows: list[np.ndarray], size: int) -> Encoded:
    """Return rows of ids one after the other, an unknown token in place of an empty one."""
    empty = np.array([len(row) == 0 for row in rows], dtype=bool)
    whole = [row if len(row) else np.ones(1, np.int64) for row in rows]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in whole])]).astype(np.int64)
    ids = np.concatenate(whole) if whole else np.empty(0, np.int64)
    return Encoded(ids.astype(np.min_scalar_type(size)), offsets, empty)


class _Copies:
    """Encodes some pairs on one core; a class and not a closure so that it can be pickled."""

    def __init__(self, tokenizer: PairTokenizer, most: int) -> None:
        self.tokenizer, self.most = tokenizer, most

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> _Chunk:
        sources, targets, full = [], [], 0
        for source, target in pairs:
            ids, words = extended(self.tokenizer, source, self.most)
            full += len(words) == self.most and self.tokenizer.unknown_id in ids
            sources.append(np.array(ids, np.int64))
            targets.append(np.array(extended_target(self.tokenizer, target, words), np.int64))
        return _Chunk(sources, targets, full)

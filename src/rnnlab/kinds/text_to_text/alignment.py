"""Relation of source and output tokens: attention, and each source token's contribution by occlusion.

S source steps, T target tokens with their end mark, R rows. No torch is imported here: the engine hides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.tokenizer.base import UNKNOWN_ID
from rnnlab.tokenizer.token_names import name_of

END = "<end>"


class Forced(NamedTuple):
    """Log probabilities and attention of a given target.

    logs: (R, T), the log probability of each target token; attention: (R, T, S), None without attention.
    """

    logs: np.ndarray
    attention: np.ndarray | None


def forced(engine: SequenceEngine, sources: Sequence[Source], tokens: Sequence[int]) -> Forced:
    """Write the same target after each of R sources of the same length, token by token.

    Args:
        tokens: T ids, the end mark the last.
    """
    position = engine.encode(sources)
    logs, attention, read = [], [], engine.begin_id
    for token in tokens:
        found = engine.step(np.full(len(sources), read), position)
        logs.append(found.logs[:, token])
        attention.append(found.attention)
        position, read = found.position, token
    seen = None if attention[0] is None else np.stack([one for one in attention if one is not None], 1)
    return Forced(np.stack(logs, 1), seen)


def occluded(engine: SequenceEngine, source: Source, tokens: Sequence[int]) -> np.ndarray:
    """Return by how much the log probability of each target token falls without a source token, (T, S).

    The source token is replaced by the unknown one, and can then not be copied either.
    """
    hidden = [source, *(_without(source, step) for step in range(len(source.ids)))]
    logs = forced(engine, hidden, tokens).logs  # (1 + S, T)
    return np.asarray((logs[:1] - logs[1:]).T)


def _without(source: Source, step: int) -> Source:
    ids = source.ids.copy()
    ids[step] = UNKNOWN_ID
    if source.copies is None:
        return source._replace(ids=ids)
    copies = source.copies.copy()
    copies[step] = UNKNOWN_ID
    return source._replace(ids=ids, copies=copies)


def target_names(tokenizer: Any, tokens: Sequence[int], words: Sequence[str] = ()) -> list[str]:
    """Return a readable name of each target token; the end mark is `<end>`.

    Args:
        tokenizer: a `PairTokenizer`. words: the source's own words, which ids from `target_size` name.
    """
    names = []
    for token in tokens:
        if token == tokenizer.end_id:
            names.append(END)
        elif token >= tokenizer.target_size:
            names.append(words[token - tokenizer.target_size])
        else:
            names.append(name_of(tokenizer.target, token))
    return names

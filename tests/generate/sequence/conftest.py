"""A model of a table of random numbers, whose every score depends on the source and on all tokens so far."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest

from rnnlab.generate.sequence.engine import Source, StepOutput


class Place(NamedTuple):
    """sources: (R,) their ids; histories: (R,) the tokens that were read; width: steps of the longest."""

    sources: list[tuple[int, ...]]
    histories: list[tuple[int, ...]]
    width: int


class TableEngine:
    """Ids: 0 padding, 1 unknown, then `words` words, the end and the begin mark."""

    def __init__(self, words: int = 3, attends: bool = True, sharpness: float = 2.0) -> None:
        self.size = words + 4
        self.end_id, self.begin_id, self.attends = words + 2, words + 3, attends
        self.sharpness, self.extras = sharpness, 0
        self.rows: list[int] = []  # of each step

    def encode(self, sources):
        self.extras = max(source.extras for source in sources)
        width = max(len(source.ids) for source in sources)
        return Place([tuple(source.ids.tolist()) for source in sources], [()] * len(sources), width)

    def step(self, tokens, position, count=0):
        self.rows.append(len(tokens))
        after = [(*history, int(token)) for history, token in zip(position.histories, tokens, strict=True)]
        said = [self.said(source, past) for source, past in zip(position.sources, after, strict=True)]
        width = position.width
        logs = np.stack([logs[: self.size + self.extras] for logs, _ in said])
        attention = np.stack([np.pad(a, (0, width - len(a))) for _, a in said]) if self.attends else None
        place = position._replace(histories=after)
        if not count:
            return StepOutput(None, logs, attention, place)
        ids = np.argsort(-logs, axis=1, kind="stable")[:, :count]
        return StepOutput(ids, np.take_along_axis(logs, ids, axis=1), attention, place)

    def select(self, position, rows):
        return Place(*([part[row] for row in rows] for part in position[:2]), position.width)

    def said(self, source, history):
        """Log probabilities of all ids, with two of the source's own, and attention over the source."""
        generator = np.random.default_rng(zlib.crc32(repr((source, history)).encode()))
        logits = generator.normal(size=self.size + 2) * self.sharpness
        logits[self.size + self.extras :] = -np.inf
        weights = np.exp(generator.normal(size=len(source)))
        with np.errstate(divide="ignore"):
            return logits - np.log(np.exp(logits).sum()), (weights / weights.sum()).astype(np.float32)

    def log_probability(self, source, tokens, ended=True):
        """The sum that a search should find for these tokens."""
        whole, total = [*tokens, *([self.end_id] if ended else [])], 0.0
        for place, token in enumerate(whole):
            total += self.said(source, (self.begin_id, *whole[:place]))[0][token]
        return float(total)

    def received(self, source, tokens):
        """The attention that each source step received up to the end mark, (S,)."""
        steps = range(len(tokens) + 1)
        return np.sum([self.said(source, (self.begin_id, *tokens[:n]))[1] for n in steps], axis=0)

    def targets(self, most):
        """All targets of at most `most` tokens, the end mark counted."""
        for length in range(most):
            yield from product(range(2, self.end_id), repeat=length)


@pytest.fixture
def make_engine() -> Callable[..., TableEngine]:
    return TableEngine


@pytest.fixture
def sources() -> list[Source]:
    """Of one to seven steps, unlike each other."""
    return [Source(np.arange(2, 3 + number % 7) + number) for number in range(12)]

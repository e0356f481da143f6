"""Targets drawn at random for a batch of sources, with the filters of `rnnlab.generate.decoding`.

Shapes: R rows (each of B sources several times), V ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.generate.decoding.draw import RandomStream, filtered, pick
from rnnlab.generate.sequence.allowed import Allowed
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.hypothesis import Hypothesis, coverage, rank
from rnnlab.generate.sequence.settings import SequenceDecoding


class Sampling:
    """Draws `settings.nbest` targets for each source.

    Target j of the source with number i draws from (seed, i nbest + j): it is the same in every batch.

    Args:
        sources: at least one. numbers: (B,) of each source among all.
        attention: whether hypotheses keep all of their attention.
    """

    def __init__(
        self,
        engine: SequenceEngine,
        sources: Sequence[Source],
        settings: SequenceDecoding,
        numbers: Sequence[int],
        attention: bool = False,
    ) -> None:
        self._engine, self._settings, self._keeps = engine, settings, attention
        self._allowed = Allowed(engine, sources, settings)
        self._filters, count = settings.filters(), settings.nbest
        draws = [number * count + draw for number in numbers for draw in range(count)]
        self._chance = RandomStream(settings.seed, draws)
        self._owners = np.arange(len(sources)).repeat(count)  # (R,)
        self._lengths = np.array([len(source.ids) for source in sources])[self._owners]
        self._tokens: list[list[int]] = [[] for _ in draws]
        self._logs = np.zeros(len(draws))
        self._attention: list[list[np.ndarray]] = [[] for _ in draws]
        self._ended = np.zeros(len(draws), bool)
        self._on = np.arange(len(draws))  # rows that go on
        self._position = engine.select(engine.encode(sources), self._owners)

    @property
    def going(self) -> bool:
        return len(self._on) > 0

    def partial(self) -> Hypothesis:
        """Return what is known so far of the first source's first target."""
        return self._hypothesis(0)

    def advance(self) -> None:
        """Draw a token in each row that has not ended."""
        on, begin = self._on, self._engine.begin_id
        histories = np.array([self._tokens[row] for row in on], np.int64).reshape(len(on), -1)
        last = histories[:, -1] if histories.shape[1] else np.full(len(on), begin)
        said = self._engine.step(last, self._position)
        logs = said.logs.astype(np.float64)  # (R, V)
        ids = np.broadcast_to(np.arange(logs.shape[1]), logs.shape)
        open_ = self._allowed.hide(ids, logs, self._owners[on], histories)
        fine = np.isfinite(open_).any(axis=1)  # a row without any token that may come ends here
        open_[~fine, self._engine.end_id] = 0
        drawn = pick(filtered(open_, self._filters), self._chance.draw()[on])
        self._logs[on] += np.where(fine, logs[np.arange(len(on)), drawn], 0)
        for place, (row, token) in enumerate(zip(on.tolist(), drawn.tolist(), strict=True)):
            if said.attention is not None and fine[place]:
                self._attention[row].append(said.attention[place, : self._lengths[row]])
            if token != self._engine.end_id:
                self._tokens[row].append(token)
        ended = drawn == self._engine.end_id
        self._ended[on] = ended & fine
        stay = ~ended & (histories.shape[1] + 1 < self._allowed.most[self._owners[on]])
        self._on = on[stay]
        if self.going:
            self._position = self._engine.select(said.position, np.flatnonzero(stay))

    def results(self) -> list[list[Hypothesis]]:
        """Return the targets of each source, best first."""
        found: dict[int, list[Hypothesis]] = {int(owner): [] for owner in self._owners}
        for row, owner in enumerate(self._owners.tolist()):
            found[owner].append(self._hypothesis(row))
        return [rank(of_one, self._settings) for of_one in found.values()]

    def _hypothesis(self, row: int) -> Hypothesis:
        tokens, ended = self._tokens[row], bool(self._ended[row])
        found = Hypothesis(tuple(tokens), float(self._logs[row]), ended)
        if not self._attention[row]:
            return found
        attention = np.stack(self._attention[row])  # (T, S)
        return found._replace(
            coverage=float(coverage(attention.sum(axis=0))),
            aligned=tuple(attention[: len(tokens)].argmax(axis=1).tolist()),
            attention=attention if self._keeps else None,
        )

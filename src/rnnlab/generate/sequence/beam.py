"""Beam search over a batch of sources; with a width of 1 it takes the likeliest token every time.

Shapes: B sources that are still searched, K hypotheses of each, C candidates of a hypothesis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.generate.sequence.allowed import Allowed
from rnnlab.generate.sequence.beams import Beams, choose, start
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.hypothesis import Hypothesis, rank
from rnnlab.generate.sequence.settings import SequenceDecoding


def likeliest(one: Hypothesis) -> tuple[bool, float, tuple[int, ...]]:
    """Return the key by which hypotheses are kept: ended ones, then likelier ones, then lower ids."""
    return not one.ended, -one.log_probability, one.tokens


class BeamSearch:
    """Keeps the likeliest `settings.beam` hypotheses of each source.

    At each step the best 2 K continuations of a source are looked at: those with the end mark among the
    first K are finished, the first K without it go on. The K likeliest finished ones are kept. A source
    leaves the batch when no hypothesis that goes on is likelier than any of them, or at its length limit:
    to stop at the first K would lose the best target of a sure network, whose end mark is always among few
    other candidates. Penalties rank the finished ones and do not change the search.

    Args:
        sources: at least one.
        attention: whether hypotheses keep all of their attention.
    """

    def __init__(
        self,
        engine: SequenceEngine,
        sources: Sequence[Source],
        settings: SequenceDecoding,
        attention: bool = False,
    ) -> None:
        self._engine, self._settings, self._width = engine, settings, settings.beam
        self._allowed = Allowed(engine, sources, settings)
        self._lengths = np.array([len(source.ids) for source in sources])
        self._found: list[list[Hypothesis]] = [[] for _ in sources]
        self._numbers = np.arange(len(sources))  # of the sources that are still searched
        self._position = engine.encode(sources)
        covers = engine.attends and settings.coverage_penalty > 0
        steps = int(self._lengths.max())
        self._beams = start(len(sources), steps, engine.attends, covers, engine.attends and attention)

    @property
    def going(self) -> bool:
        """Return whether a source is still searched."""
        return len(self._numbers) > 0

    def results(self) -> list[list[Hypothesis]]:
        """Return the best hypotheses of each source, once none is searched any more."""
        return [rank(found, self._settings) for found in self._found]

    def partial(self) -> Hypothesis:
        """Return what is known so far of the first source's best target."""
        if self._found[0]:
            return rank(self._found[0], self._settings)[0]
        return self._beams.hypothesis(0, 0, int(self._lengths[0]), False)

    def advance(self) -> None:
        """Take one step: all hypotheses become a token longer."""
        rows, beams = self._beams.logs.shape
        tokens = self._beams.tokens.reshape(rows * beams, -1)
        last = tokens[:, -1] if tokens.shape[1] else np.full(rows * beams, self._engine.begin_id)
        owners = self._numbers.repeat(beams)
        said = self._engine.step(last, self._position, self._allowed.count(2 * self._width, owners, tokens))
        assert said.ids is not None
        logs = self._allowed.hide(said.ids, said.logs.astype(np.float64), owners, tokens)
        logs += self._beams.logs.reshape(-1, 1)
        shape = (rows, beams, -1)
        chosen = choose(said.ids.reshape(shape), logs.reshape(shape), 2 * self._width)
        attention = None if said.attention is None else said.attention.reshape(shape)
        ended = chosen.ids == self._engine.end_id
        first = ended[:, : self._width]
        if first.any():
            self._finish(self._beams.grown(chosen, attention), first, True)
        alive = chosen.at(np.argsort(ended, axis=1, kind="stable")[:, : self._width])  # the best without it
        before, self._beams = self._beams, self._beams.grown(alive, attention)
        self._position = said.position
        starts = np.arange(rows)[:, None] * beams
        self._leave(before, (starts + alive.parents).reshape(rows, -1))

    def _leave(self, before: Beams, places: np.ndarray) -> None:
        """Keep the sources that go on, and the rows (B, K) of the position that they continue.

        Where no token may come any more and nothing is finished, the hypotheses `before` are the result.
        """
        full = self._beams.tokens.shape[2] >= self._allowed.most[self._numbers]
        dead = np.isneginf(self._beams.logs).all(axis=1)
        if full.any():
            self._finish(self._beams, np.broadcast_to(full[:, None], self._beams.logs.shape), False)
        if dead.any():
            none = dead & np.array([not self._found[number] for number in self._numbers])
            self._finish(before, np.broadcast_to(none[:, None], before.logs.shape), False)
        stay = ~(full | (self._least() >= self._beams.logs.max(axis=1)) | dead)
        if not stay.all():
            self._beams, self._numbers = self._beams.select(stay), self._numbers[stay]
        chosen = places[stay].reshape(-1)
        if len(chosen) and not np.array_equal(chosen, np.arange(before.logs.size)):
            self._position = self._engine.select(self._position, chosen)

    def _least(self) -> np.ndarray:
        """Return the log probability (B,) of the K-th finished hypothesis, -inf where there are fewer."""
        kept = (self._found[number] for number in self._numbers)
        return np.array([one[-1].log_probability if len(one) == self._width else -np.inf for one in kept])

    def _finish(self, beams: Beams, chosen: np.ndarray, ended: bool) -> None:
        """Keep hypotheses where `chosen` (B, N) is true, as long as they are of the K likeliest."""
        width = chosen.shape[1]
        for source, place in zip(*np.nonzero(chosen & np.isfinite(beams.logs[:, :width])), strict=True):
            number = self._numbers[source]
            kept, log = self._found[number], float(beams.logs[source, place])
            if len(kept) == self._width and kept[-1].ended and log < kept[-1].log_probability:
                continue
            kept.append(beams.hypothesis(int(source), int(place), int(self._lengths[number]), ended))
            kept.sort(key=likeliest)
            del kept[self._width :]

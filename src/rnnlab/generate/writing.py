"""A text while it is written; it can be saved and continued later. Shapes: B rows, V ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.generate.decoding.draw import Chooser, RandomStream
from rnnlab.generate.decoding.filters import log_of
from rnnlab.generate.decoding.forbidden import forbidden
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine, Walker
from rnnlab.generate.state import State, join, select
from rnnlab.tokenizer.base import Tokenizer


class Going(NamedTuple):
    """Rows in progress: logits (B, V) of the next token, the state, all tokens so far, and how many of each
    row's tokens were drawn.
    """

    logits: np.ndarray
    state: State
    read: list[list[int]]
    drawn: int = 0


class Drawn(NamedTuple):
    """One step: tokens (B,) and their log probabilities (B,) under the unmodified model, in nats. Several
    steps are (K, B).
    """

    tokens: np.ndarray
    logs: np.ndarray


def begin(engine: Engine, tokenizer: Tokenizer, prompts: Sequence[str]) -> Going:
    """Read the prompts, equal ones once; an empty prompt is read as the unknown token."""
    ids = [tokenizer.encode(prompt) or [tokenizer.unknown_id] for prompt in prompts]
    places: dict[tuple[int, ...], int] = {}
    rows = [places.setdefault(tuple(row), len(places)) for row in ids]
    read = [engine.read(np.array([row])) for row in places]
    logits = np.concatenate([said for said, _ in read])[rows]
    return Going(logits, select(join([state for _, state in read]), rows), ids)


class Writing:
    """Writes several rows, one token at a time.

    Row i draws from (seed, first + i): its text is the same in every batch, and as long as the logits differ
    by rounding only. Continued rows draw the next numbers of the same stream.
    """

    def __init__(
        self,
        engine: Engine,
        tokenizer: Tokenizer,
        going: Going,
        decoding: Decoding,
        seed: int,
        first: int = 0,
    ) -> None:
        logits, self._state, read, drawn = going
        self._engine, self._logits, self._read = engine, logits, read
        self._before, self._tokens = drawn, list[np.ndarray]()
        chance = RandomStream(seed, range(first, first + len(logits)), drawn)
        self._chooser = Chooser(decoding, chance, forbidden(tokenizer, decoding), read, logits.shape[1])
        self._pending = False  # whether the last token is still to be read

    def advance(self) -> Drawn:
        """Draw the next token of each row."""
        self._catch_up()
        tokens = self._chooser.choose(self._logits)
        self._tokens.append(tokens)
        self._pending = True
        return Drawn(tokens, log_of(self._logits, tokens))

    def advance_by(self, count: int) -> Drawn:
        """Draw the next `count` tokens of each row, in one call where the engine can."""
        walker = None if self._chooser.looks_back else self._engine.walker
        alone = count if walker is None else int(not self._pending)
        steps = [self.advance() for _ in range(alone)]
        parts = [Drawn(*map(np.stack, zip(*steps, strict=True)))] if steps else []
        if walker is not None and count > alone:
            parts.append(self._walk(walker, count - alone))
        return Drawn(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _walk(self, walker: Walker, count: int) -> Drawn:
        by = self._chooser
        last, numbers = self._tokens[-1], by.numbers(count)
        found = walker(last, self._state, numbers, by.decoding, by.banned, by.counts)
        by.counts = found.counts
        self._tokens.extend(found.tokens)
        self._state = found.state
        return Drawn(found.tokens, found.logs)

    def going(self) -> Going:
        """Return the current position, to continue from later."""
        self._catch_up()
        new = np.stack(self._tokens, axis=1).tolist() if self._tokens else [[] for _ in self._read]
        read = [[*old, *row] for old, row in zip(self._read, new, strict=True)]
        return Going(self._logits, self._state, read, self._before + len(self._tokens))

    def _catch_up(self) -> None:
        if self._pending:
            self._logits, self._state = self._engine.step(self._tokens[-1], self._state)
            self._pending = False

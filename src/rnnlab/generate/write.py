"""Text drawn from a language model, token by token. Shapes: B rows, V ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.decoding.draw import Chance, Chooser
from rnnlab.decoding.filters import log_softmax
from rnnlab.decoding.forbidden import forbidden
from rnnlab.decoding.pieces import Pieces
from rnnlab.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.state import State, join, select
from rnnlab.tokenizer.base import Tokenizer


class Written(NamedTuple):
    """A text with its prompt; the tokens that were drawn; and the sum of their log probabilities, in nats,
    under the model as it is, whatever the settings.
    """

    text: str
    tokens: list[int]
    log_probability: float


class Going(NamedTuple):
    """Rows on their way: logits (B, V) of what follows, the state, and what each has read."""

    logits: np.ndarray
    state: State
    read: list[list[int]]

    def contexts(self, prompts: Sequence[str]) -> list[list[int]]:
        """The tokens that each row shows: none of an empty prompt."""
        return [read if prompt else [] for read, prompt in zip(self.read, prompts, strict=True)]


class Drawn(NamedTuple):
    """A step: tokens (B,), and the log probability (B,) of each, in nats."""

    tokens: np.ndarray
    logs: np.ndarray


def write(
    engine: Engine,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    length: int,
    decoding: Decoding | None = None,
    seed: int = 0,
    first: int = 0,
) -> list[Written]:
    """Each prompt and up to `length` tokens after it; padding and the unknown token are never drawn.

    Row i draws from (seed, first + i), so that a text is the same on every call and in every batch.

    Args:
        prompts: at least one, cleaned; an empty one begins behind the unknown token, which is not shown.
        decoding: how tokens are chosen; by chance from the model's own probabilities where None.
    """
    if length < 1 or not prompts:
        raise ValueError(f"length={length} must be at least 1, and there must be a prompt")
    chosen = decoding or Decoding()
    going = begin(engine, tokenizer, prompts)
    rows = [_Row(Pieces(tokenizer, chosen.stop, read)) for read in going.contexts(prompts)]
    for tokens, logs in steps(engine, tokenizer, going, length, chosen, seed, first):
        for row, token, log in zip(rows, tokens.tolist(), logs.tolist(), strict=True):
            row.add(token, log)
        if all(row.pieces.ended for row in rows):
            break
    return [
        Written(prompt + row.text(), row.tokens, row.log_probability)
        for prompt, row in zip(prompts, rows, strict=True)
    ]


class _Row:
    """What one row has written."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.tokens: list[int] = []
        self.log_probability = 0.0
        self._text: list[str] = []

    def add(self, token: int, log: float) -> None:
        if not self.pieces.ended:
            self.tokens.append(token)
            self.log_probability += log
            self._text.append(self.pieces.add(token))

    def text(self) -> str:
        return "".join([*self._text, self.pieces.rest()])


def stream(
    engine: Engine,
    tokenizer: Tokenizer,
    prompt: str,
    length: int,
    decoding: Decoding | None = None,
    seed: int = 0,
    number: int = 0,
) -> Iterator[str]:
    """What `write` puts behind the prompt in its row `number`, piece by piece."""
    chosen = decoding or Decoding()
    going = begin(engine, tokenizer, [prompt])
    pieces = Pieces(tokenizer, chosen.stop, going.contexts([prompt])[0])
    for tokens, _ in steps(engine, tokenizer, going, length, chosen, seed, number):
        yield pieces.add(int(tokens[0]))
        if pieces.ended:
            return
    yield pieces.rest()


def begin(engine: Engine, tokenizer: Tokenizer, prompts: Sequence[str]) -> Going:
    """The prompts read; equal ones once."""
    ids = [tokenizer.encode(prompt) or [tokenizer.unknown_id] for prompt in prompts]
    places: dict[tuple[int, ...], int] = {}
    rows = [places.setdefault(tuple(row), len(places)) for row in ids]
    read = [engine.read(np.array([row])) for row in places]
    logits = np.concatenate([said for said, _ in read])[rows]
    return Going(logits, select(join([state for _, state in read]), rows), ids)


def steps(
    engine: Engine,
    tokenizer: Tokenizer,
    going: Going,
    length: int,
    decoding: Decoding,
    seed: int,
    first: int = 0,
) -> Iterator[Drawn]:
    """`length` steps of all rows, as they are asked for."""
    logits, state, read = going
    tokens = np.empty(0, np.int64)
    chance = Chance(seed, range(first, first + len(logits)))
    chooser = Chooser(decoding, chance, forbidden(tokenizer, decoding), read, logits.shape[1])
    for number in range(length):
        if number:
            logits, state = engine.step(tokens, state)
        tokens = chooser.choose(logits)
        logs = log_softmax(logits.astype(np.float64))[np.arange(len(tokens)), tokens]
        yield Drawn(tokens, logs)

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
    rows = [Pieces(tokenizer, chosen.stop, read) for read in going.contexts(prompts)]
    drawn = []
    for step in steps(engine, tokenizer, going, length, chosen, seed, first):
        drawn.append(step)
        if chosen.stop and _all_ended(rows, step.tokens):
            break
    tokens, logs = (np.stack(part, axis=1) for part in zip(*drawn, strict=True))  # (B, length)
    contexts = going.contexts(prompts)
    return [
        _written(prompt, Pieces(tokenizer, chosen.stop, context), row, log)
        for prompt, context, row, log in zip(prompts, contexts, tokens.tolist(), logs, strict=True)
    ]


def _all_ended(rows: Sequence[Pieces], tokens: np.ndarray) -> bool:
    """Whether each row has met a stop string by now."""
    for row, token in zip(rows, tokens.tolist(), strict=True):
        row.add(token)
    return all(row.ended for row in rows)


def _written(prompt: str, pieces: Pieces, tokens: list[int], logs: np.ndarray) -> Written:
    """A row up to its stop string."""
    text, kept = [prompt], 0
    while kept < len(tokens) and not pieces.ended:
        text.append(pieces.add(tokens[kept]))
        kept += 1
    return Written("".join([*text, pieces.rest()]), tokens[:kept], float(logs[:kept].sum()))


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
        logs = log_softmax(logits)[np.arange(len(tokens)), tokens]
        yield Drawn(tokens, logs)

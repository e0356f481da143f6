"""Text drawn from a language model, token by token. Shapes: B rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from rnnlab.generate.decoding.pieces import IncrementalDecoder
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.writing import Writing, begin
from rnnlab.tokenizer.base import Tokenizer

LEAST_ROWS = 16  # of a thread: fewer gain nothing
AT_ONCE = 64  # tokens of a row between two progress checks
FEW_AT_ONCE = 8  # if the text may end at any token, or is streamed


class Written(NamedTuple):
    """A text with its prompt, the tokens that were drawn, and the sum of their log probabilities, in nats,
    under the unmodified model, whatever the settings.
    """

    text: str
    tokens: list[int]
    log_probability: float


def write(
    engine: Engine,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    length: int,
    decoding: Decoding | None = None,
    seed: int = 0,
    first: int = 0,
) -> list[Written]:
    """Write up to `length` tokens after each prompt; padding and the unknown token are never drawn.

    Row i draws from (seed, first + i), so that a text is the same on every call and in every batch.

    Args:
        prompts: at least one, cleaned; an empty one starts after the unknown token, which is not shown.
        decoding: how tokens are chosen; None samples from the model's own probabilities.
    """
    check(length, prompts)
    if len(prompts) >= engine.workers * LEAST_ROWS > LEAST_ROWS:
        return _write_in_parts(engine, tokenizer, prompts, length, decoding, seed, first)
    return _write(engine, tokenizer, prompts, length, decoding, seed, first)


def _write_in_parts(
    engine: Engine,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    length: int,
    decoding: Decoding | None,
    seed: int,
    first: int,
) -> list[Written]:
    """Write the same number of rows in each thread: a step releases Python's lock while it computes."""
    size = -(-len(prompts) // engine.workers)
    starts = range(0, len(prompts), size)

    def part(start: int) -> list[Written]:
        rows = prompts[start : start + size]
        return _write(engine, tokenizer, rows, length, decoding, seed, first + start)

    with ThreadPoolExecutor(engine.workers) as pool:
        return [row for rows in pool.map(part, starts) for row in rows]


def _write(
    engine: Engine,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    length: int,
    decoding: Decoding | None,
    seed: int,
    first: int,
) -> list[Written]:
    chosen = decoding or Decoding()
    writing = Writing(engine, tokenizer, begin(engine, tokenizer, prompts), chosen, seed, first)
    contexts = [tokenizer.encode(prompt) for prompt in prompts]
    rows = [IncrementalDecoder(tokenizer, chosen.stop, context) for context in contexts]
    drawn, size = [], FEW_AT_ONCE if chosen.stop else AT_ONCE
    for start in range(0, length, size):
        drawn.append(writing.advance_by(min(size, length - start)))
        if chosen.stop and _all_ended(rows, drawn[-1].tokens):
            break
    tokens, logs = (np.concatenate(part).T for part in zip(*drawn, strict=True))  # (B, length)
    return [
        _written(prompt, IncrementalDecoder(tokenizer, chosen.stop, context), row, log)
        for prompt, context, row, log in zip(prompts, contexts, tokens.tolist(), logs, strict=True)
    ]


def stream(
    engine: Engine,
    tokenizer: Tokenizer,
    prompt: str,
    length: int,
    decoding: Decoding | None = None,
    seed: int = 0,
    number: int = 0,
) -> Iterator[str]:
    """Yield, piece by piece, what `write` puts after the prompt in its row `number`."""
    check(length, [prompt])
    going = begin(engine, tokenizer, [prompt])
    writing = Writing(engine, tokenizer, going, decoding or Decoding(), seed, number)
    yield from pieces_of(writing, tokenizer, length, decoding or Decoding(), tokenizer.encode(prompt))


def pieces_of(
    writing: Writing, tokenizer: Tokenizer, length: int, decoding: Decoding, context: Sequence[int]
) -> Iterator[str]:
    """Yield the text of one row as it comes, up to `length` tokens or a stop string."""
    pieces = IncrementalDecoder(tokenizer, decoding.stop, context)
    size = 1 if decoding.stop else FEW_AT_ONCE  # no token past the end, so that it can continue
    for start in range(0, length, size):
        for token in writing.advance_by(min(size, length - start)).tokens[:, 0].tolist():
            yield pieces.add(token)
            if pieces.ended:
                return
    yield pieces.rest()


def check(length: int, prompts: Sequence[str]) -> None:
    """Raise ValueError if there is nothing to write or no prompt."""
    if length < 1:
        raise ValueError(f"length={length} must be at least 1")
    if not prompts:
        raise ValueError("there must be at least one prompt")


def _all_ended(rows: Sequence[IncrementalDecoder], tokens: np.ndarray) -> bool:
    """Return whether each row has met a stop string after tokens (K, B) more."""
    for row, own in zip(rows, tokens.T.tolist(), strict=True):
        for token in own:
            row.add(token)
    return all(row.ended for row in rows)


def _written(prompt: str, pieces: IncrementalDecoder, tokens: list[int], logs: np.ndarray) -> Written:
    """Return a row up to its stop string."""
    if not pieces.stops:
        return Written(prompt + pieces.rest_of(tokens), tokens, float(logs.sum()))
    text, kept = [prompt], 0
    while kept < len(tokens) and not pieces.ended:
        text.append(pieces.add(tokens[kept]))
        kept += 1
    return Written("".join([*text, pieces.rest()]), tokens[:kept], float(logs[:kept].sum()))

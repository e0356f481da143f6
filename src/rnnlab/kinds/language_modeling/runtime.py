"""Text from an exported language model, token by token. Shapes: B rows, V ids, L layers, H units."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.draw import Chooser, RandomStream
from rnnlab.generate.decoding.forbidden import forbidden
from rnnlab.generate.decoding.pieces import IncrementalDecoder
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.tokenizer.base import Tokenizer

SIDE_BY_SIDE = 256  # rows of a step at most


class StepOutput(NamedTuple):
    """logits: (B, V) of the next token; state: parts (L, B, H) after this one."""

    logits: np.ndarray
    state: list[np.ndarray]


class Writer:
    """Writes text with an exported model as its run did."""

    def __init__(
        self,
        session: Any,
        cleaner: Callable[[str], str],
        tokenizer: Tokenizer,
    ) -> None:
        self.session, self.cleaner, self.tokenizer = session, cleaner, tokenizer
        parts = [value for value in session.get_inputs() if value.name.startswith("state_")]
        self._names = [value.name for value in parts]
        self._shapes = [(value.shape[0], value.shape[2]) for value in parts]

    def initial_state(self, rows: int = 1) -> list[np.ndarray]:
        """Return an empty state for this many rows."""
        return [np.zeros((layers, rows, size), np.float32) for layers, size in self._shapes]

    def step(self, tokens: Sequence[int] | np.ndarray, state: Sequence[np.ndarray]) -> StepOutput:
        """Read one token (B,) in each row."""
        feed = dict(zip(self._names, state, strict=True))
        feed["tokens"] = np.asarray(tokens, np.int64)
        logits, *after = self.session.run(None, feed)
        return StepOutput(logits, after)

    def stream(
        self,
        prompt: str,
        length: int,
        temperature: float = 1.0,
        seed: int | None = None,
        decoding: Decoding | None = None,
    ) -> Iterator[str]:
        """Yield the text after the prompt, piece by piece as it is written; see `generate`."""
        if length < 1:
            raise SettingError("length", length, "must be at least 1")
        chosen = Decoding(temperature=temperature) if decoding is None else decoding
        return self._stream(prompt, length, chosen, secrets.randbelow(2**31) if seed is None else seed)

    def generate(
        self,
        prompt: str,
        length: int,
        temperature: float = 1.0,
        seed: int | None = None,
        decoding: Decoding | None = None,
    ) -> str:
        """Return the prompt and `length` more tokens; padding and the unknown token are never written.

        Args:
            temperature: >= 0, what the scores are divided by; 0 takes the likeliest token every time.
            seed: the same seed gives the same text; None draws one.
            decoding: all the settings of sampling, in place of the temperature.

        Raises:
            SettingError: a length below 1, or a temperature that is no number >= 0.
        """
        return prompt + "".join(self.stream(prompt, length, temperature, seed, decoding))

    def generate_batch(
        self,
        prompts: Sequence[str],
        length: int,
        temperature: float = 1.0,
        seed: int | None = None,
        decoding: Decoding | None = None,
    ) -> list[str]:
        """Return each prompt and `length` more tokens, in order; prompts of as many tokens go side by side.

        Each draws from a stream of its own: its text depends on the seed and on its place alone, not on the
        other prompts. The first one's is that of `generate`.

        Raises:
            SettingError: see `generate`.
        """
        if length < 1:
            raise SettingError("length", length, "must be at least 1")
        chosen = Decoding(temperature=temperature) if decoding is None else decoding
        seed = secrets.randbelow(2**31) if seed is None else seed
        contexts = [self.tokenizer.encode(self.cleaner(prompt)) for prompt in prompts]
        found = list(prompts)
        for rows in side_by_side([max(1, len(context)) for context in contexts]):
            written = self._continued([contexts[row] for row in rows], rows, length, chosen, seed)
            for row, text in zip(rows, written, strict=True):
                found[row] += text
        return found

    def _continued(
        self, contexts: Sequence[list[int]], rows: Sequence[int], length: int, decoding: Decoding, seed: int
    ) -> list[str]:
        """Continue contexts of one length; `rows` are the numbers of their random streams."""
        read = [context or [self.tokenizer.unknown_id] for context in contexts]
        state = self.initial_state(len(read))
        for tokens in np.array(read, np.int64).T:
            logits, state = self.step(tokens, state)
        chance, size = RandomStream(seed, rows), self.tokenizer.vocab_size
        chooser = Chooser(decoding, chance, forbidden(self.tokenizer, decoding), read, size)
        pieces = [IncrementalDecoder(self.tokenizer, decoding.stop, context) for context in contexts]
        texts = [""] * len(read)
        for number in range(length):
            if number:
                logits, state = self.step(tokens, state)
            tokens = chooser.choose(logits)
            for row, (own, token) in enumerate(zip(pieces, tokens.tolist(), strict=True)):
                texts[row] += "" if own.ended else own.add(token)
            if all(own.ended for own in pieces):
                break
        return [text + own.rest() for text, own in zip(texts, pieces, strict=True)]

    def _stream(self, prompt: str, length: int, decoding: Decoding, seed: int) -> Iterator[str]:
        context = self.tokenizer.encode(self.cleaner(prompt))
        read, state = context or [self.tokenizer.unknown_id], self.initial_state()
        for token in read:
            logits, state = self.step([token], state)
        chance, size = RandomStream(seed, [0]), self.tokenizer.vocab_size
        chooser = Chooser(decoding, chance, forbidden(self.tokenizer, decoding), [read], size)
        pieces, tokens = IncrementalDecoder(self.tokenizer, decoding.stop, context), np.empty(0, np.int64)
        for number in range(length):
            if number:
                logits, state = self.step(tokens, state)
            tokens = chooser.choose(logits)
            yield pieces.add(int(tokens[0]))
            if pieces.ended:
                return
        yield pieces.rest()


def side_by_side(lengths: Sequence[int]) -> list[list[int]]:
    """Group row numbers by equal length, at most SIDE_BY_SIDE in a group."""
    groups: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        groups.setdefault(length, []).append(row)
    return [rows[i : i + SIDE_BY_SIDE] for rows in groups.values() for i in range(0, len(rows), SIDE_BY_SIDE)]

"""Text from an exported language model, token by token. Shapes: B rows, V ids, L layers, H units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import Tokenizer


class Said(NamedTuple):
    """logits: (B, V) of the next token; state: parts (L, B, H) after this one."""

    logits: np.ndarray
    state: list[np.ndarray]


class Writer:
    """Writes as the run did that it was exported from."""

    def __init__(
        self,
        session: Any,
        cleaner: Callable[[str], str],
        tokenizer: Tokenizer,
        settings: Mapping[str, Any],
    ) -> None:
        self.session, self.cleaner, self.tokenizer = session, cleaner, tokenizer
        parts = [value for value in session.get_inputs() if value.name.startswith("state_")]
        self._names = [value.name for value in parts]
        self._shapes = [(value.shape[0], value.shape[2]) for value in parts]
        self._never = [tokenizer.pad_id, tokenizer.unknown_id]

    def initial_state(self, rows: int = 1) -> list[np.ndarray]:
        """An empty state of so many rows."""
        return [np.zeros((layers, rows, size), np.float32) for layers, size in self._shapes]

    def step(self, tokens: Sequence[int] | np.ndarray, state: Sequence[np.ndarray]) -> Said:
        """Read one token (B,) in each row."""
        feed = dict(zip(self._names, state, strict=True))
        feed["tokens"] = np.asarray(tokens, np.int64)
        logits, *after = self.session.run(None, feed)
        return Said(logits, after)

    def stream(
        self, prompt: str, length: int, temperature: float = 1.0, seed: int | None = None
    ) -> Iterator[str]:
        """The text after the prompt, piece by piece as it is written; see `generate`."""
        if length < 1:
            raise SettingError("length", length, "must be at least 1")
        if not 0 <= temperature < float("inf"):
            raise SettingError("temperature", temperature, "must be a number >= 0")
        return self._stream(prompt, length, temperature, np.random.default_rng(seed))

    def generate(self, prompt: str, length: int, temperature: float = 1.0, seed: int | None = None) -> str:
        """The prompt and `length` tokens after it; padding and the unknown token are never written.

        Args:
            temperature: >= 0, what the scores are divided by; 0 takes the likeliest token every time.
            seed: the same seed gives the same text; None draws one.

        Raises:
            SettingError: a length below 1, or a temperature that is no number >= 0.
        """
        return prompt + "".join(self.stream(prompt, length, temperature, seed))

    def _stream(
        self, prompt: str, length: int, temperature: float, generator: np.random.Generator
    ) -> Iterator[str]:
        read = self.tokenizer.encode(self.cleaner(prompt)) or [self.tokenizer.unknown_id]
        state = self.initial_state()
        for token in read:
            logits, state = self.step([token], state)
        pieces = Pieces(self.tokenizer)
        for number in range(length):
            token = choose(logits[0], temperature, generator, self._never)
            if number + 1 < length:
                logits, state = self.step([token], state)
            yield pieces.add(token)


class Pieces:
    """Tokens as they come, to the text that each adds: some are joined, some are parts of a character."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._tokens: list[int] = []  # the last piece that was told, and what has come since
        self._told = 0  # of them

    def add(self, token: int) -> str:
        """What is new; nothing while a character is not whole."""
        self._tokens.append(token)
        before, now = (self.tokenizer.decode(part) for part in (self._tokens[: self._told], self._tokens))
        if now.endswith("\N{REPLACEMENT CHARACTER}"):
            return ""
        self._tokens, self._told = self._tokens[self._told :], len(self._tokens) - self._told
        return now[len(before) :]


def choose(
    logits: np.ndarray, temperature: float, generator: np.random.Generator, never: Sequence[int]
) -> int:
    """One id of scores (V,)."""
    scores = logits.astype(np.float64)
    scores[never] = -np.inf
    if temperature == 0:
        return int(scores.argmax())
    shares = np.exp((scores - scores.max()) / temperature).cumsum()
    return int(shares.searchsorted(generator.random() * shares[-1], side="right"))

"""Typing errors in a row of token ids of any tokenizer: words, subwords or characters."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.typo import typo
from rnnlab.tokenizer.base import Tokenizer

SHORTEST = 3  # letters; shorter words are hardly mistyped and become other words too easily
_MOST = 2**17  # cached results of the tokenizer


class Typos:
    """Adds typos to words of a row, which are decoded, mistyped and encoded again; other ids stay.

    A word is the longest run of letter tokens that decode without a blank between them, with the token of
    the blank before them if there is one. A word whose text encodes to other ids (the tokenizer splits by
    context) is left unchanged.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._separator = getattr(tokenizer, "sentence_id", None)
        self._joined: dict[tuple[int, int], bool] = {}
        self._texts: dict[tuple[int, ...], str] = {}

    def __call__(self, ids: np.ndarray, fraction: float, rng: np.random.Generator) -> np.ndarray:
        """Mistype each word with probability `fraction`: (T,) token ids to (T',)."""
        if fraction <= 0:
            return ids
        chosen = np.flatnonzero(rng.random(len(ids)) < fraction).tolist()  # words by their first tokens
        old: list[int] = ids.tolist()
        new: list[int] = []
        end = 0
        for start in chosen:
            if start and self._is_joined(old[start - 1], old[start]):
                continue
            stop = start + 1
            while stop < len(old) and self._is_joined(old[stop - 1], old[stop]):
                stop += 1
            new += old[end:start]
            new += self._mistyped(old[start:stop], rng)
            end = stop
        return np.array(new + old[end:], dtype=ids.dtype)

    def _mistyped(self, ids: list[int], rng: np.random.Generator) -> list[int]:
        text = self._text(tuple(ids))
        word = text.strip()
        return self._encode(text.replace(word, typo(word, rng))) if text else ids

    def _text(self, ids: tuple[int, ...]) -> str:
        """Return the text, blanks included, that encodes to exactly these ids; empty if no word does."""
        text = self._texts.get(ids)
        if text is None:
            read = self.tokenizer.decode(ids)
            candidates = (read, f" {read}") if is_word(read.strip()) else ()
            text = next((t for t in candidates if tuple(self._encode(t)) == ids), "")
            if len(self._texts) >= _MOST:
                self._texts.clear()
            self._texts[ids] = text
        return text

    def _encode(self, text: str) -> list[int]:
        ids = self.tokenizer.encode(text)
        return ids[:-1] if ids and ids[-1] == self._separator else ids  # a word does not end the sentence

    def _is_joined(self, left: int, right: int) -> bool:
        """Return whether the two decode to letters with nothing between them or to a blank before letters."""
        joined = self._joined.get((left, right))
        if joined is None:
            head = self.tokenizer.decode((left,)).strip()
            tail = self.tokenizer.decode((left, right)).strip().removeprefix(head)
            joined = tail[:1].isalpha() and (not head or head[-1].isalpha())
            if len(self._joined) >= _MOST:
                self._joined.clear()
            self._joined[left, right] = joined
        return joined

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_joined": {}, "_texts": {}}  # other processes have their own caches


def is_word(text: str) -> bool:
    """Return whether a text is a word of three or more letters, apostrophes included."""
    return len(text) >= SHORTEST and text.replace("'", "").isalpha()

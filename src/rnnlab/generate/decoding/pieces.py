"""Incremental decoding of tokens to text."""

from __future__ import annotations

from collections.abc import Sequence

from rnnlab.tokenizer.base import Tokenizer

CONTEXT = 16  # tokens before a new one that decide how it is written


class IncrementalDecoder:
    """Decodes the text that each token adds: some tokens are joined, some are parts of a character.

    Attributes:
        ended: whether a stop string came; it and everything after it are withheld.

    Args:
        stop: strings at which the text ends. A possible start of one is held back until it is resolved.
        context: tokens before the first one: they decide whether it begins with a blank.
    """

    def __init__(self, tokenizer: Tokenizer, stop: Sequence[str] = (), context: Sequence[int] = ()) -> None:
        self.tokenizer, self._stop = tokenizer, tuple(stop)
        self._tokens = list(context[-CONTEXT:])  # the last emitted piece, and the tokens since
        self._told = len(self._tokens)  # of them
        self._held = ""  # text that may be the start of a stop string
        self.ended = False

    def add(self, token: int) -> str:
        """Return the new text; empty while a character is incomplete."""
        self._tokens.append(token)
        before, now = (self.tokenizer.decode(part) for part in (self._tokens[: self._told], self._tokens))
        if now.endswith("\N{REPLACEMENT CHARACTER}"):
            return ""
        self._tokens, self._told = self._tokens[self._told :], len(self._tokens) - self._told
        return self._pass(now[len(before) :])

    def rest(self) -> str:
        """Return the text that was held back, at the end."""
        held, self._held = self._held, ""
        return "" if self.ended else held

    @property
    def stops(self) -> bool:
        """Return whether there are stop strings."""
        return bool(self._stop)

    def rest_of(self, tokens: Sequence[int]) -> str:
        """Return what all of these add at once, if there are no stop strings and no token came before."""
        before, now = (self.tokenizer.decode(part) for part in (self._tokens, [*self._tokens, *tokens]))
        return now[len(before) :].rstrip("\N{REPLACEMENT CHARACTER}")

    def _pass(self, new: str) -> str:
        if not self._stop or self.ended:
            return "" if self.ended else new
        text = self._held + new
        ends = [place for stop in self._stop if (place := text.find(stop)) >= 0]
        if ends:
            self.ended, self._held = True, ""
            return text[: min(ends)]
        kept = max((_overlap(text, stop) for stop in self._stop), default=0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]


def _overlap(text: str, stop: str) -> int:
    """Return how many characters at the end of the text `stop` begins with."""
    sizes = range(min(len(text), len(stop) - 1), 0, -1)
    return next((size for size in sizes if text.endswith(stop[:size])), 0)

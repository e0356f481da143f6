"""Step-by-step view of tokenisation: the text after each cleaning step, and its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.token_names import name_of


class Token(NamedTuple):
    """One id: its name, and its characters [start, end) in the cleaned text."""

    id: int
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Tokenized:
    """A text, the text after each active cleaning step, and the tokens of the last one.

    Attributes:
        steps: (name, text after it), in the order in which they ran.
        sentence_id: the id that closes a sentence, for a tokenizer that has one.
    """

    text: str
    steps: list[tuple[str, str]]
    tokens: list[Token]
    unknown_id: int
    sentence_id: int | None = None

    @property
    def cleaned(self) -> str:
        return self.steps[-1][1] if self.steps else self.text

    @property
    def unknown(self) -> int:
        return sum(token.id == self.unknown_id for token in self.tokens)

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """Return (name, before, after) of each step that changed something."""
        before = self.text
        for name, after in self.steps:
            if after != before:
                yield name, before, after
            before = after

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "steps": [{"name": name, "text": text} for name, text in self.steps],
            "cleaned": self.cleaned,
            "tokens": [{"id": t.id, "token": t.name, "start": t.start, "end": t.end} for t in self.tokens],
            "unknown": self.unknown,
        }


def tokenized(text: str, cleaner: Cleaner, tokenizer: Tokenizer) -> Tokenized:
    """Apply the run's cleaner and tokenizer to `text`."""
    steps = cleaner.trace(text)
    cleaned = steps[-1][1] if steps else text
    ids, spans = tokenizer.encode(cleaned), tokenizer.offsets(cleaned)
    tokens = [Token(i, name_of(tokenizer, i), *span) for i, span in zip(ids, spans, strict=True)]
    return Tokenized(text, steps, tokens, tokenizer.unknown_id, getattr(tokenizer, "sentence_id", None))

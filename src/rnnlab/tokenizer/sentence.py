"""Word tokenizer that ends every sentence with an id: documents for a hierarchical model."""

from __future__ import annotations

from typing import Any, ClassVar

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD, UNKNOWN
from rnnlab.tokenizer.sentences import sentences
from rnnlab.tokenizer.word import WordTokenizer

SENTENCE, SENTENCE_ID = "<s>", 2


class SentenceTokenizer(WordTokenizer):
    """The tokens of `WordTokenizer`, with id 2 after each sentence; a truncated text may lack the last one.

    Args:
        lowercase, min_count: as in `WordTokenizer`. vocab_size: likewise, with the id 2 among them.
        max_words: a sentence of more tokens is closed after every `max_words` of them.

    Raises:
        SettingError: `vocab_size` < 4, `min_count` < 1 or `max_words` < 1.
    """

    kind: ClassVar[str] = "sentence"
    reserved: tuple[str, ...] = (PAD, UNKNOWN, SENTENCE)
    sentence_id = SENTENCE_ID

    def __init__(
        self,
        lowercase: bool = True,
        vocab_size: int | None = 30_000,
        min_count: int = 2,
        max_words: int = 60,
    ) -> None:
        if max_words < 1:
            raise SettingError("tokenizer.max_words", max_words, "must be at least 1")
        super().__init__(lowercase, vocab_size, min_count)
        self.max_words = max_words

    def split(self, text: str) -> list[str]:
        tokens: list[str] = []
        for start, end in sentences(text):
            words = super().split(text[start:end])
            for first in range(0, len(words), self.max_words):
                tokens += [*words[first : first + self.max_words], SENTENCE]
        return tokens

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for start, end in sentences(text):
            words = super().encode(text[start:end])
            for first in range(0, len(words), self.max_words):
                ids += words[first : first + self.max_words]
                ids.append(SENTENCE_ID)
        return ids

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return spans as in the Protocol; the span of id 2 is empty, at the end of its sentence."""
        spans: list[tuple[int, int]] = []
        for start, end in sentences(text):
            words = [(start + a, start + b) for a, b in super().offsets(text[start:end])]
            for first in range(0, len(words), self.max_words):
                part = words[first : first + self.max_words]
                spans += [*part, (part[-1][1], part[-1][1])]
        return spans

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "max_words": self.max_words, "splitter": _SPLITTER}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> SentenceTokenizer:
        tokenizer = cls(
            content["lowercase"], content["vocab_size"], content["min_count"], content["max_words"]
        )
        tokenizer._restore(content)
        return tokenizer


_SPLITTER = 1  # increased when the results of `sentences` change

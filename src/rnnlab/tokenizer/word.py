"""Words, numbers and punctuation as tokens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID
from rnnlab.tokenizer.parallel import map_chunks

# The commonest kind stands first, because the alternatives are tried in this order at every position.
_WORD = r"[^\W_]+(?:'[^\W_]+|(?<=\d)[.,:]\d+)*"  # words, contractions (don't), numbers (1,000 and 10:30)
_NAME = r"[@#]\w+"  # a mention, a hashtag
_FACE = (
    r"[:;=]['^-]?(?:[()\[\]{}|\\*]|[3DPOdpo@/](?![\w/]))"  # :) :-( ;-P :'( =D :/ but not the :/ of http://
)
_HEART = r"</?3(?!\d)"
_TOKENS = re.compile(rf"{_WORD}|{_NAME}|{_FACE}|{_HEART}|\S")
_PATTERN = 1  # raised when the expressions above change, so that caches made with the old ones are left


_MOST = 2**18  # pieces of text that are remembered at once, some tens of megabytes
_LONGEST = 40  # characters; longer pieces hardly come again


class _PieceIds(dict[str, tuple[int, ...]]):
    """Ids of each piece of text between blanks, which no token spans.

    They are found once, because most pieces come again.
    """

    def __init__(self, word_ids: dict[str, int]) -> None:
        self.word_ids = word_ids

    def __missing__(self, piece: str) -> tuple[int, ...]:
        ids = tuple(map(self.word_ids.get, _TOKENS.findall(piece), repeat(UNKNOWN_ID)))
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = ids
        return ids


def _fold(text: str, lowercase: bool) -> str:
    return (text.lower() if lowercase else text).replace("’", "'")


class WordTokenizer:
    """Words with contractions, numbers, emoticons, @mentions and #tags as one token each, all else by itself.

    A curly apostrophe counts as a straight one. The vocabulary holds the commonest tokens of the training
    texts, most frequent first and equals in alphabetical order, so that it is the same for the same texts.

    Args:
        lowercase: fold case before splitting.
        vocab_size: most entries that the vocabulary may have, pad and unknown included; None sets no limit.
        min_count: a token seen less often becomes the unknown one.

    Raises:
        ValueError: `vocab_size` < 3 or `min_count` < 1.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID

    def __init__(self, lowercase: bool = True, vocab_size: int | None = 30_000, min_count: int = 2) -> None:
        if vocab_size is not None and vocab_size < 3:
            raise ValueError(f"vocab_size={vocab_size} must be at least 3: pad, unknown and one word")
        if min_count < 1:
            raise ValueError(f"min_count={min_count} must be at least 1")
        self.lowercase, self.max_size, self.min_count = lowercase, vocab_size, min_count
        self._learn([])

    def _learn(self, words: list[str]) -> None:
        self.vocabulary = [PAD, UNKNOWN, *words]
        self._ids_of = _PieceIds({word: number for number, word in enumerate(words, start=2)}).__getitem__

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    @property
    def trained(self) -> bool:
        return self.vocab_size > 2

    def split(self, text: str) -> list[str]:
        return _TOKENS.findall(_fold(text, self.lowercase))

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        counts: Counter[str] = Counter()
        for part in map_chunks(_Count(self.lowercase), texts, workers, "vocabulary"):
            counts.update(part)
        frequent = [(-count, word) for word, count in counts.items() if count >= self.min_count]
        limit = None if self.max_size is None else self.max_size - 2
        self._learn([word for _, word in sorted(frequent)[:limit]])

    def encode(self, text: str) -> list[int]:
        return list(chain.from_iterable(map(self._ids_of, _fold(text, self.lowercase).split())))

    def decode(self, ids: Iterable[int]) -> str:
        return " ".join(self.vocabulary[number] for number in ids if number != PAD_ID)

    def settings(self) -> dict[str, Any]:
        return {
            "type": "word",
            "lowercase": self.lowercase,
            "vocab_size": self.max_size,
            "min_count": self.min_count,
            "pattern": _PATTERN,
        }

    def to_json(self) -> dict[str, Any]:
        return {**self.settings(), "vocabulary": self.vocabulary}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WordTokenizer:
        tokenizer = cls(content["lowercase"], content["vocab_size"], content["min_count"])
        tokenizer._learn(content["vocabulary"][2:])
        return tokenizer

    def __reduce__(self) -> tuple[Any, ...]:
        return WordTokenizer.from_json, (self.to_json(),)  # without the pieces that it remembers


class _Count:
    """How often each token stands in some texts; a class, so that a process can be sent one."""

    def __init__(self, lowercase: bool) -> None:
        self.lowercase = lowercase

    def __call__(self, texts: Sequence[str]) -> dict[str, int]:
        pieces: Counter[str] = Counter()
        for text in texts:
            pieces.update(_fold(text, self.lowercase).split())
        counts: dict[str, int] = {}
        for piece, times in pieces.items():
            for token in _TOKENS.findall(piece):
                counts[token] = counts.get(token, 0) + times
        return counts

"""Words, numbers and punctuation as tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any, ClassVar

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID
from rnnlab.tokenizer.digest import digest
from rnnlab.tokenizer.fold import fold, spans_before
from rnnlab.tokenizer.parallel import map_chunks
from rnnlab.tokenizer.pattern import PATTERN, tokens_pattern

_MOST = 2**18  # pieces of text that are remembered at once, some tens of megabytes
_LONGEST = 40  # characters; longer pieces hardly come again


class _PieceIds(dict[str, tuple[int, ...]]):
    """Ids of each piece of text between blanks, which no token spans.

    They are found once, because most pieces come again.
    """

    def __init__(self, word_ids: dict[str, int]) -> None:
        self.word_ids = word_ids
        self.find = tokens_pattern().findall

    def __missing__(self, piece: str) -> tuple[int, ...]:
        ids = tuple(map(self.word_ids.get, self.find(piece), repeat(UNKNOWN_ID)))
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = ids
        return ids


class WordTokenizer:
    """Words with contractions, numbers, emoticons, @mentions, #tags and marks of cleaning as one token each.

    All else stands by itself, with the accents and vowel signs on it.

    A curly apostrophe counts as a straight one. The vocabulary holds the commonest tokens of the training
    texts, most frequent first and equals in alphabetical order, so that it is the same for the same texts.

    Args:
        lowercase: fold case before splitting.
        vocab_size: most entries that the vocabulary may have, pad and unknown included; None sets no limit.
        min_count: a token seen less often becomes the unknown one.

    Raises:
        SettingError: `vocab_size` < 3 or `min_count` < 1.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID
    kind: ClassVar[str] = "word"
    reserved: ClassVar[tuple[str, ...]] = (PAD, UNKNOWN)

    def __init__(self, lowercase: bool = True, vocab_size: int | None = 30_000, min_count: int = 2) -> None:
        least = len(self.reserved) + 1
        if vocab_size is not None and vocab_size < least:
            rule = f"must be at least {least}: {', '.join(self.reserved)} and one word"
            raise SettingError("tokenizer.vocab_size", vocab_size, rule)
        if min_count < 1:
            raise SettingError("tokenizer.min_count", min_count, "must be at least 1")
        self.lowercase, self.max_size, self.min_count = lowercase, vocab_size, min_count
        self.trained_on: str | None = None
        self._learn([])

    def _learn(self, words: list[str]) -> None:
        self.vocabulary = [*self.reserved, *words]
        first = len(self.reserved)
        self._ids_of = _PieceIds({word: number for number, word in enumerate(words, first)}).__getitem__

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    @property
    def trained(self) -> bool:
        return self.vocab_size > len(self.reserved)

    def split(self, text: str) -> list[str]:
        return tokens_pattern().findall(fold(text, self.lowercase))

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        counts: Counter[str] = Counter()
        for part in map_chunks(_Count(self.lowercase), texts, workers, "vocabulary"):
            counts.update(part)
        frequent = [(-count, word) for word, count in counts.items() if count >= self.min_count]
        limit = None if self.max_size is None else self.max_size - len(self.reserved)
        self._learn([word for _, word in sorted(frequent)[:limit]])
        self.trained_on = digest(texts)

    def encode(self, text: str) -> list[int]:
        return list(chain.from_iterable(map(self._ids_of, fold(text, self.lowercase).split())))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return list(map(self.encode, texts))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        folded = fold(text, self.lowercase)
        return spans_before(text, folded, (found.span() for found in tokens_pattern().finditer(folded)))

    def decode(self, ids: Iterable[int]) -> str:
        return " ".join(self.vocabulary[number] for number in ids if number != PAD_ID)

    def settings(self) -> dict[str, Any]:
        return {
            "type": self.kind,
            "lowercase": self.lowercase,
            "vocab_size": self.max_size,
            "min_count": self.min_count,
            "pattern": PATTERN,
        }

    def to_json(self) -> dict[str, Any]:
        return {**self.settings(), "vocabulary": self.vocabulary, "trained_on": self.trained_on}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WordTokenizer:
        tokenizer = cls(content["lowercase"], content["vocab_size"], content["min_count"])
        tokenizer._restore(content)
        return tokenizer

    def _restore(self, content: dict[str, Any]) -> None:
        self._learn(content["vocabulary"][len(self.reserved) :])
        self.trained_on = content.get("trained_on")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)  # without the pieces that it remembers


class _Count:
    """How often each token stands in some texts; a class, so that a process can be sent one."""

    def __init__(self, lowercase: bool) -> None:
        self.lowercase = lowercase

    def __call__(self, texts: Sequence[str]) -> dict[str, int]:
        pieces: Counter[str] = Counter()
        for text in texts:
            pieces.update(fold(text, self.lowercase).split())
        counts: dict[str, int] = {}
        find = tokens_pattern().findall
        for piece, times in pieces.items():
            for token in find(piece):
                counts[token] = counts.get(token, 0) + times
        return counts

"""Word tokenizer: words, numbers and punctuation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import chain, repeat
from typing import Any, ClassVar

from rnnlab.errors import SettingError, suggest
from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID
from rnnlab.tokenizer.digest import digest
from rnnlab.tokenizer.fold import fold, spans_before
from rnnlab.tokenizer.parallel import each_chunk
from rnnlab.tokenizer.pattern import LINE_END, PATTERN, PIECES, pattern_of
from rnnlab.tokenizer.token_counts import TokenCounts

_MOST = 2**18  # pieces of text that are remembered at once, some tens of megabytes
LINE_END_ID = 2
_LONGEST = 40  # characters; longer pieces hardly come again


class _PieceIds(dict[str, tuple[int, ...]]):
    """Cache of the ids of each piece of text between blanks, which no token spans.

    They are found once, because most pieces come again.
    """

    def __init__(self, word_ids: dict[str, int], pieces: str) -> None:
        self.word_ids = word_ids
        self.find = pattern_of(pieces).findall

    def __missing__(self, piece: str) -> tuple[int, ...]:
        ids = tuple(map(self.word_ids.get, self.find(piece), repeat(UNKNOWN_ID)))
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = ids
        return ids


class WordTokenizer:
    """Words with contractions, numbers, emoticons, @mentions, #tags and marks of cleaning as one token each.

    Any other character is a token by itself, with its accents and vowel signs.

    A curly apostrophe counts as a straight one. The vocabulary holds the commonest tokens of the training
    texts, most frequent first and equals in alphabetical order, so that it is the same for the same texts.
    A written `<unk>` is the unknown token, never a word of its own.

    Args:
        lowercase: fold case before splitting.
        vocab_size: most entries that the vocabulary may have, pad and unknown included; None sets no limit.
        min_count: a token seen less often becomes the unknown one.
        line_ends: each newline is a token, `<eos>`, as in published perplexities; else it is a blank.
        pieces: `words`, as above, or `blanks`: split at blanks only, for text that is tokenised already.

    Raises:
        SettingError: `vocab_size` < 3 or `min_count` < 1, or unknown `pieces`.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID
    kind: ClassVar[str] = "word"
    reserved: tuple[str, ...] = (PAD, UNKNOWN)

    def __init__(
        self,
        lowercase: bool = True,
        vocab_size: int | None = 30_000,
        min_count: int = 2,
        line_ends: bool = False,
        pieces: str = "words",
    ) -> None:
        if pieces not in PIECES:
            raise SettingError("tokenizer.pieces", pieces, f"no such kind\n{suggest(pieces, PIECES)}")
        self.line_ends, self.pieces = line_ends, pieces
        if line_ends:
            self.reserved = (*self.reserved, LINE_END)
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
        ids = {word: number for number, word in enumerate(words, len(self.reserved))}
        ids |= {LINE_END: LINE_END_ID} if self.line_ends else {}
        self._ids_of = _PieceIds(ids, self.pieces).__getitem__

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    @property
    def trained(self) -> bool:
        return self.vocab_size > len(self.reserved)

    def split(self, text: str) -> list[str]:
        found: list[str] = self._pattern.findall(fold(text, self.lowercase))
        return [LINE_END if token == "\n" else token for token in found] if self.line_ends else found

    @property
    def _pattern(self) -> re.Pattern[str]:
        return pattern_of(self.pieces, self.line_ends)

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        limit = None if self.max_size is None else self.max_size - len(self.reserved)
        count = _Count(self.lowercase, self.pieces)
        with TokenCounts() as counts, closing(each_chunk(count, texts, workers, "vocabulary")) as parts:
            for part in parts:
                counts.add(part)
            # a reserved name may be written in the text: some corpora mark rare words so
            self._learn(counts.commonest(limit, self.min_count, without=self.reserved))
        self.trained_on = digest(texts)

    def encode(self, text: str) -> list[int]:
        folded = fold(text, self.lowercase)
        if not self.line_ends:
            return list(chain.from_iterable(map(self._ids_of, folded.split())))
        first, *others = folded.split("\n")
        ids = list(chain.from_iterable(map(self._ids_of, first.split())))
        for line in others:
            ids.append(LINE_END_ID)
            ids.extend(chain.from_iterable(map(self._ids_of, line.split())))
        return ids

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return list(map(self.encode, texts))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        folded = fold(text, self.lowercase)
        return spans_before(text, folded, (found.span() for found in self._pattern.finditer(folded)))

    def decode(self, ids: Iterable[int]) -> str:
        words = (self.vocabulary[number] for number in ids if number != PAD_ID)
        if not self.line_ends:
            return " ".join(words)
        # a line has no blank at its ends, so that decoding one more token only appends to the text
        written = ["\n" if word == LINE_END else word for word in words]
        after = ["", *(" " if word != "\n" else "" for word in written)]
        pairs = zip(after, written, strict=False)
        return "".join([word if word == "\n" else blank + word for blank, word in pairs])

    def settings(self) -> dict[str, Any]:
        chosen = {"line_ends": self.line_ends, "pieces": self.pieces}
        unlike = {name: value for name, value in chosen.items() if value not in (False, "words")}
        return {
            "type": self.kind,
            "lowercase": self.lowercase,
            "vocab_size": self.max_size,
            "min_count": self.min_count,
            "pattern": PATTERN,
            **unlike,  # defaults are left out, so that older files and caches stay valid
        }

    def to_json(self) -> dict[str, Any]:
        return {**self.settings(), "vocabulary": self.vocabulary, "trained_on": self.trained_on}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WordTokenizer:
        chosen = {name: content[name] for name in ("line_ends", "pieces") if name in content}
        tokenizer = cls(content["lowercase"], content["vocab_size"], content["min_count"], **chosen)
        tokenizer._restore(content)
        return tokenizer

    def _restore(self, content: dict[str, Any]) -> None:
        self._learn(content["vocabulary"][len(self.reserved) :])
        self.trained_on = content.get("trained_on")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)  # without the cached pieces


class _Count:
    """Token counts of some texts; a class and not a closure so that it can be pickled."""

    def __init__(self, lowercase: bool, pieces: str) -> None:
        self.lowercase, self.kind = lowercase, pieces

    def __call__(self, texts: Sequence[str]) -> dict[str, int]:
        pieces: Counter[str] = Counter()
        for text in texts:
            pieces.update(fold(text, self.lowercase).split())
        counts: dict[str, int] = {}
        find = pattern_of(self.kind).findall
        for piece, times in pieces.items():
            for token in find(piece):
                counts[token] = counts.get(token, 0) + times
        return counts

"""Subword tokenizers, trained by the `tokenizers` library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID
from rnnlab.tokenizer.digest import digest
from rnnlab.tokenizer.fold import fold, spans_before
from rnnlab.tokenizer.library import blank, cores, finished, learner, read
from rnnlab.tokenizer.preparation import Prepared

_SURROGATES = re.compile("[\ud800-\udfff]")
EXACT = ("bpe", "unigram")  # byte_bpe always is
_PIECES = 1  # increased when the splitting of texts changes


class Subword:
    """Base of the four subword tokenizers. A cleaning mark (`<url>`) in the training texts is one token.

    Case and curly apostrophes are folded first. No text encodes to the pad id; characters that occur less
    than `min_count` times become the unknown id. A lone surrogate, which has no UTF-8 form, is read as
    U+FFFD.

    Args:
        vocab_size: entries of the vocabulary, pad, unknown and single characters included.
        lowercase: fold case first.
        min_count: a character, or a pair of pieces, that is seen less often is not learned.
        exact: pieces keep the blanks, so that decoding restores the text, in its folded case and as far as
            its characters are known; for `bpe` and `unigram`. `vocab_size` is then the most entries: texts
            that give fewer are no error.

    Raises:
        SettingError: `vocab_size` is None or < 3, `min_count` < 1, or `exact` where it is not supported.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID
    kind: ClassVar[str]

    def __init__(
        self,
        vocab_size: int | None = 8000,
        lowercase: bool = True,
        min_count: int = 2,
        exact: bool = False,
    ) -> None:
        if exact and self.kind not in EXACT:
            raise SettingError("tokenizer.exact", "true", f"is for tokenizer={' and '.join(EXACT)}")
        if vocab_size is None or vocab_size < 3:
            shown = "null" if vocab_size is None else vocab_size
            rule = f"must be a whole number >= 3: {PAD}, {UNKNOWN} and one piece"
            raise SettingError("tokenizer.vocab_size", shown, rule)
        if min_count < 1:
            raise SettingError("tokenizer.min_count", min_count, "must be at least 1")
        self.asked: int = vocab_size
        self.lowercase, self.min_count, self.exact = lowercase, min_count, exact
        self.trained_on: str | None = None
        self._library: Any = None
        self.vocabulary = [PAD, UNKNOWN]

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    @property
    def trained(self) -> bool:
        return self._library is not None

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        least = 1 if self.kind == "byte_bpe" else self.min_count
        prepared = Prepared(texts, self._fold, least, self.exact)
        marks = [] if self.exact else prepared.marks  # a mark would lose the blanks around it
        library = blank(self.kind, self.exact)
        inner = None if self.exact else prepared.inner
        trainer = learner(self.kind, self.asked, self.min_count, marks, inner)
        small = "is too small for the single characters of the training texts"
        try:
            with cores(workers != 1):
                library.train_from_iterator(prepared, trainer, length=len(texts))
        except Exception as error:  # the library raises nothing more exact
            if "not large enough to contain all chars" not in str(error):
                raise
            raise SettingError("tokenizer.vocab_size", self.asked, small) from error
        size = library.get_vocab_size()
        if size > self.asked:
            raise SettingError("tokenizer.vocab_size", self.asked, f"{small}, which need {size}")
        if size < self.asked and not self.exact:
            rule = f"the training texts give only {size} symbols (with min_count={self.min_count})"
            raise SettingError("tokenizer.vocab_size", self.asked, f"{rule}; ask for that many at most")
        self._take(read(finished(library, marks)))
        self.trained_on = digest(texts)

    def _take(self, library: Any) -> None:
        self._library = library
        numbers = library.get_vocab(with_added_tokens=True)
        self.vocabulary = sorted(numbers, key=numbers.__getitem__)

    def _fold(self, text: str) -> str:
        lower = text.lower() if self.lowercase else text
        folded = lower if self.exact else fold(lower, False)
        return folded if folded.isascii() else _SURROGATES.sub("\ufffd", folded)

    def _encoding(self, folded: str) -> Any:
        if self._library is None:
            raise ValueError(f"this {self.kind} tokenizer is not trained")
        return self._library.encode(folded, add_special_tokens=False)

    def split(self, text: str) -> list[str]:
        tokens: list[str] = self._encoding(self._fold(text)).tokens
        return tokens

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._encoding(self._fold(text)).ids
        return ids

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        if self._library is None:
            raise ValueError(f"this {self.kind} tokenizer is not trained")
        with cores(False):  # processes scale better than the library's threads
            found = self._library.encode_batch_fast(list(map(self._fold, texts)), add_special_tokens=False)
        return [encoding.ids for encoding in found]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        folded = self._fold(text)
        spans = self._encoding(folded).offsets
        if self.exact:  # a piece holds the blank before it, which is no part of the word
            spans = [(start + (end - start > 1 and folded[start] == " "), end) for start, end in spans]
        return spans_before(text, folded, spans)

    def decode(self, ids: Iterable[int]) -> str:
        kept = [number for number in ids if number != PAD_ID]
        for number in kept:
            self.vocabulary[number]  # raises IndexError; the library would leave the id out
        text: str = self._library.decode(kept, skip_special_tokens=False) if kept else ""
        return text

    def settings(self) -> dict[str, Any]:
        return {
            "type": self.kind,
            "vocab_size": self.asked,
            "lowercase": self.lowercase,
            "min_count": self.min_count,
            "pieces": _PIECES,
            **({"exact": True} if self.exact else {}),  # left out otherwise: older caches stay valid
        }

    def to_json(self) -> dict[str, Any]:
        library = None if self._library is None else json.loads(self._library.to_str())
        return {**self.settings(), "library": library, "trained_on": self.trained_on}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        exact = {"exact": True} if content.get("exact") else {}
        tokenizer = cls(content["vocab_size"], content["lowercase"], content["min_count"], **exact)
        if content["library"] is not None:
            tokenizer._take(read(content["library"]))
            tokenizer.trained_on = content["trained_on"]
        return tokenizer

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)


class BpeTokenizer(Subword):
    """Byte-pair encoding over characters (Sennrich et al. 2016); `##` begins a piece inside a word."""

    kind = "bpe"


class ByteBpeTokenizer(Subword):
    """Byte-pair encoding over the bytes of UTF-8 (Radford et al. 2019): no symbol is unknown.

    `decode(encode(text)) == text` for every text without lone surrogates; with `lowercase`,
    for its lower case.
    """

    kind = "byte_bpe"

    def __init__(self, vocab_size: int | None = 8000, lowercase: bool = False, min_count: int = 2) -> None:
        super().__init__(vocab_size, lowercase, min_count)

    def _fold(self, text: str) -> str:
        folded = text.lower() if self.lowercase else text
        return folded if folded.isascii() else _SURROGATES.sub("\ufffd", folded)


class WordPieceTokenizer(Subword):
    """WordPiece, longest known piece first (Wu et al. 2016); a word with an unknown character is unknown."""

    kind = "wordpiece"


class UnigramTokenizer(Subword):
    """Unigram model: the likeliest pieces of a word (Kudo 2018); `▁` begins a piece that begins a word."""

    kind = "unigram"

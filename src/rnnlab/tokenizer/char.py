"""Character tokenizer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID
from rnnlab.tokenizer.digest import digest
from rnnlab.tokenizer.fold import spans_before
from rnnlab.tokenizer.parallel import each_chunk

REPLACEMENT = "\ufffd"


class CharTokenizer:
    """One id for each character (code point) of the training text, in sorted order.

    `decode(encode(text)) == text` for text of known characters (in lower case with `lowercase`, in normal
    form NFC with `decompose`); an unknown character is read back as U+FFFD.

    Args:
        decompose: read a letter with marks, or a syllable of Hangul, as its parts (normal form NFD), so that
            one that training has not seen is still known.
    """

    pad_id, unknown_id = PAD_ID, UNKNOWN_ID

    def __init__(self, lowercase: bool = False, decompose: bool = False) -> None:
        self.lowercase, self.decompose = lowercase, decompose
        self._fold = _Fold(lowercase, decompose)
        self.trained_on: str | None = None
        self._learn([])

    def _learn(self, symbols: list[str]) -> None:
        self.vocabulary = [PAD, UNKNOWN, *symbols]
        self._ids = {symbol: number for number, symbol in enumerate(symbols, start=2)}
        self._symbols = ["", REPLACEMENT, *symbols]

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    @property
    def trained(self) -> bool:
        return self.vocab_size > 2

    def split(self, text: str) -> list[str]:
        return list(self._fold(text))

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        found: set[str] = set()
        for part in each_chunk(_Symbols(self._fold), texts, workers, "vocabulary"):
            found |= part
        self._learn(sorted(found))
        self.trained_on = digest(texts)

    def encode(self, text: str) -> list[int]:
        return list(map(self._ids.get, self._fold(text), repeat(UNKNOWN_ID)))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return list(map(self.encode, texts))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        if self.decompose:
            return [(place, place + 1) for place, one in enumerate(text) for _ in self._fold(one)]
        folded = self._fold(text)
        return spans_before(text, folded, ((place, place + 1) for place in range(len(folded))))

    def decode(self, ids: Iterable[int]) -> str:
        text = "".join(map(self._symbols.__getitem__, ids))
        return unicodedata.normalize("NFC", text) if self.decompose else text

    def settings(self) -> dict[str, Any]:
        more = {"decompose": True} if self.decompose else {}
        return {"type": "char", "lowercase": self.lowercase, **more}

    def to_json(self) -> dict[str, Any]:
        return {**self.settings(), "vocabulary": self.vocabulary, "trained_on": self.trained_on}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> CharTokenizer:
        tokenizer = cls(content["lowercase"], content.get("decompose", False))
        tokenizer._learn(content["vocabulary"][2:])
        tokenizer.trained_on = content.get("trained_on")
        return tokenizer


class _Fold:
    """Text in the form whose characters are tokens; a class so that it can be pickled."""

    def __init__(self, lowercase: bool, decompose: bool) -> None:
        self.lowercase, self.decompose = lowercase, decompose

    def __call__(self, text: str) -> str:
        folded = text.lower() if self.lowercase else text
        if not self.decompose or folded.isascii():
            return folded
        return "".join(unicodedata.normalize("NFD", one) for one in folded)  # in the order of the letters


class _Symbols:
    """The distinct characters of some texts; a class and not a closure so that it can be pickled."""

    def __init__(self, fold: _Fold) -> None:
        self.fold = fold

    def __call__(self, texts: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for text in texts:
            found.update(self.fold(text))
        return found

"""Bytes of UTF-8 as tokens: known before any text is seen, and never an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rnnlab.tokenizer.base import PAD, PAD_ID, UNKNOWN, UNKNOWN_ID


class ByteTokenizer:
    pad_id, unknown_id = PAD_ID, UNKNOWN_ID
    trained = True

    def __init__(self) -> None:
        self.vocabulary = [PAD, UNKNOWN, *map(chr, range(256))]
        self.trained_on: str | None = None

    @property
    def vocab_size(self) -> int:
        return len(self.vocabulary)

    def split(self, text: str) -> list[str]:
        return [chr(byte) for byte in text.encode(errors="replace")]

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        """There is nothing to learn."""

    def encode(self, text: str) -> list[int]:
        return [byte + 2 for byte in text.encode(errors="replace")]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return list(map(self.encode, texts))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        sizes = [len(character.encode(errors="replace")) for character in text]
        return [(place, place + 1) for place, size in enumerate(sizes) for _ in range(size)]

    def decode(self, ids: Iterable[int]) -> str:
        return bytes(number - 2 for number in ids if number > UNKNOWN_ID).decode(errors="replace")

    def settings(self) -> dict[str, Any]:
        return {"type": "byte"}

    def to_json(self) -> dict[str, Any]:
        return {**self.settings(), "vocabulary": self.vocabulary}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> ByteTokenizer:
        return cls()

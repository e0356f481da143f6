"""The tokenizer protocol: text to ids and back, and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

PAD, UNKNOWN = "<pad>", "<unk>"
PAD_ID, UNKNOWN_ID = 0, 1


class Tokenizer(Protocol):
    """The interface of every tokenizer; id 0 is padding and id 1 is the unknown token.

    Attributes:
        vocabulary: the token of each id; before training only the pad and unknown tokens.
        trained: whether `train` has run (or the vocabulary was read from a file).
        trained_on: `rnnlab.tokenizer.digest.digest` of the texts that it was trained on; None before, and
            where a file does not say so. It is part of the file and not of `settings()`.
    """

    pad_id: int
    unknown_id: int
    vocabulary: list[str]
    trained_on: str | None

    @property
    def vocab_size(self) -> int: ...

    @property
    def trained(self) -> bool: ...

    def split(self, text: str) -> list[str]:
        """Split `text` into tokens before they are looked up."""
        ...

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        """Learn the vocabulary from `texts`, in up to `workers` processes, which do not affect the result.

        Raises:
            SettingError: a setting asks for more than the texts give.
        """
        ...

    def encode(self, text: str) -> list[int]: ...

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """Encode each text, on one core; `rnnlab.tokenizer.parallel` uses more."""
        ...

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return the span `text[start:end]` of each id of `encode(text)`."""
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of some ids without pad ids. Raises IndexError for an id outside the vocabulary."""
        ...

    def settings(self) -> dict[str, Any]:
        """Return all that changes the ids of a text except the training texts, with `type`, as plain JSON."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return `settings()`, the vocabulary and `trained_on`, which `from_json` needs for the same ids."""
        ...

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Tokenizer: ...

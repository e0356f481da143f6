"""What a tokenizer is: text to ids and back, and the vocabulary between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

PAD, UNKNOWN = "<pad>", "<unk>"
PAD_ID, UNKNOWN_ID = 0, 1


class Tokenizer(Protocol):
    """Every tokenizer has these; id 0 pads and id 1 stands for what the vocabulary lacks.

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
        """The tokens of `text` before they are looked up."""
        ...

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        """Learns the vocabulary from `texts`, in up to `workers` processes, which change nothing in it.

        Raises:
            SettingError: a setting asks for more than the texts give.
        """
        ...

    def encode(self, text: str) -> list[int]: ...

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` of each text, on one core; `rnnlab.tokenizer.parallel` gives it more."""
        ...

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """The span of `text`, `text[start:end]`, that each id of `encode(text)` stands for."""
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """Text for ids; pad ids vanish. Raises IndexError for an id outside the vocabulary."""
        ...

    def settings(self) -> dict[str, Any]:
        """All but the training texts that changes the ids of a text, `type` among it; plain JSON values."""
        ...

    def to_json(self) -> dict[str, Any]:
        """`settings()`, the vocabulary and `trained_on`: what `from_json` needs for the same ids."""
        ...

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Tokenizer: ...

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
    """

    pad_id: int
    unknown_id: int
    vocabulary: list[str]

    @property
    def vocab_size(self) -> int: ...

    @property
    def trained(self) -> bool: ...

    def split(self, text: str) -> list[str]:
        """The tokens of `text` before they are looked up."""
        ...

    def train(self, texts: Sequence[str], workers: int | None = 1) -> None:
        """Learns the vocabulary from `texts`, in up to `workers` processes, which change nothing in it."""
        ...

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: Iterable[int]) -> str:
        """Text for ids; pad ids vanish. Raises IndexError for an id outside the vocabulary."""
        ...

    def settings(self) -> dict[str, Any]:
        """All but the training texts that changes the ids of a text, `type` among it; plain JSON values."""
        ...

    def to_json(self) -> dict[str, Any]:
        """`settings()` and the vocabulary: what `from_json` needs for the same ids."""
        ...

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Tokenizer: ...

"""The interface of word vectors (conf/embedding) and their common settings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.tokenizer import Tokenizer


class Coverage(NamedTuple):
    """Fractions in [0, 1] with a vector: of the vocabulary entries and of the train tokens.

    Pad and unknown are not counted as entries; an unknown train token counts as one without a vector.
    """

    types: float
    tokens: float


class Vectors(NamedTuple):
    """A vector for each id.

    Attributes:
        matrix: (V, E) float32; zeros for the padding.
        coverage: None where no vector was found or learned.
        folder: the cache folder of learned vectors, for `rnnlab.embedding.trained.load_model`; None for
            other choices.
    """

    matrix: np.ndarray
    coverage: Coverage | None
    folder: Path | None = None


class Corpora(NamedTuple):
    """Encoded texts: the train rows, then the unlabelled rows if there are any.

    Attributes:
        tokenizer: the tokenizer of the ids.
        ids: for each part, the concatenated ids of its rows.
        offsets: for each part, (N + 1,); row i is `ids[offsets[i]:offsets[i + 1]]`.
        key: a hash of the vocabulary and the rows.
    """

    tokenizer: Tokenizer
    ids: list[np.ndarray]
    offsets: list[np.ndarray]
    key: str

    def counts(self) -> np.ndarray:
        """Return how often each id occurs in train, (V,)."""
        return np.bincount(self.ids[0], minlength=self.tokenizer.vocab_size)

    @property
    def num_tokens(self) -> int:
        return sum(len(ids) for ids in self.ids)


class Choice(Protocol):
    """A source of word vectors, one of conf/embedding. `Use` documents the attributes."""

    @property
    def freeze(self) -> bool: ...
    @property
    def freeze_epochs(self) -> int: ...
    @property
    def scale(self) -> float | None: ...
    @property
    def projection(self) -> int | None: ...
    @property
    def unlabelled(self) -> bool: ...

    def settings(self) -> dict[str, Any]:
        """Return all settings as plain JSON values."""
        ...

    def check(self) -> None:
        """Check what can be checked before the data are read. Raises SettingError if it is wrong."""
        ...

    def vectors(self, corpus: Corpora, cache_dir: Path) -> Vectors | None:
        """Return the vectors of the vocabulary's ids; None lets the network draw its own."""
        ...


@dataclass(frozen=True, kw_only=True)
class Use:
    """Settings for how a network uses word vectors.

    Attributes:
        size: features of a vector; None takes the size of the file.
        freeze: never train the vectors. freeze_epochs: number of first epochs without training them.
        scale: root mean square to which the entries are scaled; None leaves them unchanged.
        projection: output size of a trained linear map of the vectors; None is without one.
        seed: seed of all random draws.
        unlabelled: whether to use unlabelled texts, if the data have any.

    Raises:
        SettingError: a value is out of range.
    """

    size: int | None = None
    freeze: bool = False
    freeze_epochs: int = 0
    scale: float | None = None
    projection: int | None = None
    seed: int = 0
    unlabelled: bool = False

    def __post_init__(self) -> None:
        for name in ("size", "projection"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise SettingError(f"embedding.{name}", value, "must be at least 1, or null")
        if self.freeze_epochs < 0:
            raise SettingError("embedding.freeze_epochs", self.freeze_epochs, "must be at least 0")
        if self.scale is not None and not self.scale > 0:
            raise SettingError("embedding.scale", self.scale, "must be a number > 0, or null")

    def check(self) -> None:
        """Check nothing more: only the settings could be wrong so far, and they were checked before."""

    def settings(self) -> dict[str, Any]:
        """Return all settings as plain JSON values, with the choice's own name as `type`."""
        return {"type": type(self).__name__, **asdict(self)}


def corpora(tokenizer: Tokenizer, ids: Sequence[np.ndarray], offsets: Sequence[np.ndarray]) -> Corpora:
    """Build `Corpora` from plain arrays, with the key of their content."""
    digest = hashlib.sha256("\n".join(map(repr, tokenizer.vocabulary)).encode())
    for array in (*ids, *offsets):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return Corpora(tokenizer, list(ids), list(offsets), digest.hexdigest())

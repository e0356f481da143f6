"""Word vectors of a run: the choice of `embedding=`, and the vectors for the run's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch
from omegaconf import DictConfig

from rnnlab.run.build.make import make

if TYPE_CHECKING:
    from rnnlab.embedding.base import Choice, Corpora, Vectors
    from rnnlab.model.embedding import Pretrained


class AnyWords(Protocol):
    """The interface of word vectors to the assembler: those of a run, or of a checkpoint."""

    def size(self) -> int | None:
        """Return the features of a vector as the encoder reads it; None where the network draws its own."""

    def pretrained(self) -> Pretrained | None:
        """Return the initial vectors of the network's embedding."""


class Words(NamedTuple):
    """The choice of `embedding=` and its vectors; with None the network draws its own."""

    choice: Choice
    vectors: Vectors | None
    data: Any = None

    def corpora(self, unlabelled: bool) -> Corpora:
        """Return the texts of the run's data that vectors may be learned from; see `corpora_of`."""
        return corpora_of(self.data, unlabelled)

    def pretrained(self) -> Pretrained | None:
        """Return the initial vectors of the network's embedding."""
        from rnnlab.model.embedding import Pretrained

        if self.vectors is None:
            return None
        weight = torch.from_numpy(self.vectors.matrix)
        return Pretrained(weight, self.choice.freeze, self.choice.scale, self.choice.projection)

    def facts(self) -> dict[str, Any] | None:
        """Return for result.json the fractions with a vector, and the cache folder of learned vectors."""
        if self.vectors is None:
            return None
        coverage, folder = self.vectors.coverage, self.vectors.folder
        return {
            "coverage": None if coverage is None else coverage._asdict(),
            "folder": None if folder is None else str(folder),
        }

    def size(self) -> int | None:
        """Return the features of a vector as the encoder reads it; None where the network draws its own."""
        if self.vectors is None:
            return None
        return self.choice.projection or self.vectors.matrix.shape[1]


def build_choice(cfg: DictConfig) -> Choice | None:
    """Return the choice of vectors, None without one; refuse one that cannot work before data are read."""
    if not cfg.get("embedding"):
        return None
    choice: Choice = make(cfg.embedding)
    choice.check()
    return choice


def build_vectors(choice: Choice | None, data: Any) -> Words | None:
    """Return vectors for prepared data: learned from their text, read from a file, or none.

    None where there is no choice of vectors, as the data are no text.
    """
    if choice is None:
        return None
    return Words(choice, choice.vectors(corpora_of(data, choice.unlabelled), data.cache_dir), data)


def corpora_of(data: Any, unlabelled: bool) -> Corpora:
    """Return the train rows and, if they are wanted and exist, the rows without labels.

    If `data.train_rows` limits the train rows, that part alone is returned.
    """
    from rnnlab.embedding.base import corpora

    parts = [data.encoded("train")]
    more = data.unlabelled() if unlabelled and not getattr(data, "train_rows", None) else None
    parts += [] if more is None else [more]
    return corpora(data.tokenizer, [part.ids for part in parts], [part.offsets for part in parts])

"""Storage of learned vectors as plain arrays and names, without gensim's own files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.embedding.fill import Found

SUBWORDS = "subwords.json"


@dataclass(frozen=True)
class Subwords:
    """The data that FastText needs for a word that it has not seen.

    Attributes:
        ngrams: (bucket, E), the vectors of the character n-grams by their hash.
        min_n, max_n: characters of an n-gram.
    """

    ngrams: np.ndarray
    min_n: int
    max_n: int

    def vector(self, word: str) -> np.ndarray | None:
        """Return the mean vector (E,) of the word's n-grams (Bojanowski et al. 2017); None if it has none."""
        from gensim.models.fasttext import ft_ngram_hashes

        text = word.encode("utf-8", "backslashreplace").decode()
        hashes = ft_ngram_hashes(text, self.min_n, self.max_n, len(self.ngrams))
        return self.ngrams[hashes].mean(axis=0) if hashes else None


@dataclass(frozen=True)
class Model:
    """Learned vectors: matrix (V, E) with a row for each entry of the vocabulary, found (V,)."""

    vocabulary: list[str]
    vectors: Found
    subwords: Subwords | None

    def word_vector(self, word: str) -> np.ndarray | None:
        """Return the vector (E,) of a word, seen or computed from its n-grams; None if there is neither."""
        row = self.vocabulary.index(word) if word in self.vocabulary else None
        if row is not None and self.vectors.found[row]:
            return self.vectors.matrix[row]
        return None if self.subwords is None else self.subwords.vector(word)


def write_model(folder: Path, model: Model) -> None:
    np.save(folder / "matrix.npy", model.vectors.matrix)
    np.save(folder / "found.npy", model.vectors.found)
    # ASCII only, because a lone surrogate has no UTF-8
    (folder / "vocabulary.json").write_text(json.dumps(model.vocabulary), encoding="ascii")
    if model.subwords is not None:
        np.save(folder / "ngrams.npy", model.subwords.ngrams)
        sizes = {"min_n": model.subwords.min_n, "max_n": model.subwords.max_n}
        (folder / SUBWORDS).write_text(json.dumps(sizes), encoding="ascii")


def load_model(folder: Path) -> Model:
    """Load what `write_model` wrote, its arrays memory-mapped. Raises OSError if a file is missing."""
    matrix, found = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("matrix", "found"))
    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="ascii"))
    subwords = None
    if (folder / SUBWORDS).is_file():
        sizes = json.loads((folder / SUBWORDS).read_text(encoding="ascii"))
        subwords = Subwords(np.load(folder / "ngrams.npy", mmap_mode="r"), sizes["min_n"], sizes["max_n"])
    return Model(vocabulary, Found(np.asarray(matrix), np.asarray(found)), subwords)

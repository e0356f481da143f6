"""The tokens of a run with their trained vectors, ready for queries."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rnnlab.commands.words.nearest import Neighbour, nearest
from rnnlab.commands.words.oov_vectors import outside_vectors
from rnnlab.commands.words.query import Query, no_words, query
from rnnlab.commands.words.trained_vectors import matrix_of, unit
from rnnlab.errors import SettingError
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.run_preprocessing import cleaner_of, tokenizer_of
from rnnlab.tokenizer.token_names import name_of


class TrainedWords:
    """A run's vocabulary and the matrix of its embedding.

    Args:
        folder: the run.

    Raises:
        SettingError: files are missing in the folder, or do not fit together.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.cleaner, self.tokenizer = cleaner_of(folder), tokenizer_of(folder)
        self.matrix = matrix_of(folder)  # (V, E)
        if len(self.matrix) != self.tokenizer.vocab_size:
            size = self.tokenizer.vocab_size
            rule = f"its checkpoint has {len(self.matrix):,} vectors, its tokenizer {size:,} tokens"
            raise SettingError("RUN", folder.path, rule)
        self.outside = outside_vectors(folder, self.matrix.shape[1])

    @cached_property
    def names(self) -> list[str]:
        """Name of each token."""
        return [name_of(self.tokenizer, token) for token in range(self.tokenizer.vocab_size)]

    @cached_property
    def units(self) -> np.ndarray:
        """Unit vectors (V, E): each row has length 1 or 0."""
        return unit(self.matrix)

    def query(self, word: str) -> Query:
        """Return the vector of a word. Raises SettingError for a word without one."""
        return query(word, self.cleaner, self.tokenizer, self.matrix, self.outside)

    def nearest(self, asked: Query, top: int) -> list[Neighbour]:
        skipped = [i for i in no_words(self.tokenizer) if i is not None]
        return nearest(asked, self.units, self.names, top, skipped)

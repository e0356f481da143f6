"""Randomly initialised word vectors, learned with the task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnlab.embedding.base import Corpora, Use, Vectors
from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import PAD_ID

STANDARD_DEVIATION = 0.1  # that of the network's own initialisation


@dataclass(frozen=True, kw_only=True)
class Trainable(Use):
    """Randomly initialised vectors.

    With `freeze`, `scale` or `projection` they are drawn here, else by the network itself.
    """

    def vectors(self, corpus: Corpora, cache_dir: Path) -> Vectors | None:
        """Return random vectors (V, E), or None: see above.

        Raises:
            SettingError: they have to be drawn here and `size` is None.
        """
        if not self.freeze and self.scale is None and self.projection is None:
            return None
        if self.size is None:
            raise SettingError("embedding.size", "null", "must be a number where no file gives the vectors")
        shape = (corpus.tokenizer.vocab_size, self.size)
        matrix = np.random.default_rng(self.seed).normal(0, STANDARD_DEVIATION, shape).astype(np.float32)
        matrix[PAD_ID] = 0
        return Vectors(matrix, None)

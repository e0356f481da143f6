"""The text regressor: a classifier's embedding, encoder and pooling, and one number in the labels' unit.

Shapes: B rows, T tokens, E features of a word.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnlab.model.classifier import Classifier
from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ordinal import CumulativeLink


class Regressor(Classifier):
    """A network from padded tokens to a number for each text.

    Inside, the linear layer learns standardised labels, `(label - mean) / std`; what comes out has the unit
    of the labels. With `levels` it learns a score that `CumulativeLink` turns into an expected number.

    Args:
        mean, std: of the train labels; std > 0.
        levels: increasing numbers that the labels are among; None for plain numbers.
        fractions: of the train rows with each level; None for equal ones.
        vocab_size, embedding_size, encoder, pooling, dropout, embedding_dropout, word_dropout, padding,
            pretrained, bptt, type_dropout: see `Classifier`.

    Raises:
        ValueError: an argument outside its range.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        pooling: str,
        mean: float = 0.0,
        std: float = 1.0,
        levels: Sequence[float] | None = None,
        fractions: Sequence[float] | None = None,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
        padding: str = "post",
        pretrained: Pretrained | None = None,
        bptt: int | None = None,
        type_dropout: float = 0.0,
    ) -> None:
        if not std > 0:
            raise ValueError(f"std={std} must be a number > 0")
        dropouts, sizes = (dropout, embedding_dropout, word_dropout), (vocab_size, embedding_size)
        super().__init__(*sizes, encoder, pooling, 1, *dropouts, padding, pretrained, bptt, type_dropout)
        self.register_buffer("mean", torch.tensor(float(mean)), persistent=False)
        self.register_buffer("std", torch.tensor(float(std)), persistent=False)
        self.ordinal = None if levels is None else CumulativeLink(levels, fractions)

    def from_vectors(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map right-padded (B, T, E) and (B,) to numbers (B, 1) in the labels' unit."""
        scores = super().from_vectors(vectors, lengths)
        if self.ordinal is None:
            return scores * self.std + self.mean
        return self.ordinal.expected(scores.squeeze(1)).unsqueeze(1)

    def scores(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to what is learned (B,): standardised numbers, or scores for the levels."""
        return super().from_vectors(self.embed(tokens, lengths), lengths).squeeze(1)

    def standardised(self, labels: Tensor) -> Tensor:
        """Map labels (B,) to what the plain losses compare `scores` with (B,)."""
        return (labels - self.mean) / self.std

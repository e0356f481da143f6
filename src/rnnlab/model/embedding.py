"""Token ids to vectors, random or pretrained, with the dropouts that act on words."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.dropout import LockedDropout, TypeDropout, WordDropout
from rnnlab.model.settings import checked

PAD_ID, UNKNOWN_ID = 0, 1
STANDARD_DEVIATION = 0.1  # vectors of length about 1 at the usual sizes; torch's 1.0 saturates the gates


class Pretrained(NamedTuple):
    """Initial vectors of an embedding.

    Attributes:
        weight: (V, E), the vector of each id; the padding's row is taken as zero, whatever it contains.
        freeze: the vectors are never trained (no gradient, no optimizer state).
        scale: root mean square to which one common factor scales the entries below the padding's row when the
            embedding is made; None leaves them unscaled.
        projection: output size of a trained linear map without bias over the vectors; None uses them
            directly.
    """

    weight: Tensor
    freeze: bool = False
    scale: float | None = None
    projection: int | None = None


class Embedding(nn.Module):
    """One vector per token; the padding's is zero and stays zero.

    Attributes:
        frozen: while True the vectors get no gradient, although they require one: optimizers and checkpoints
            do not change when their training begins later.

    Args:
        vocab_size, embedding_size: number of ids, features of an output vector.
        embedding_dropout: probability in [0, 1) to drop a feature, one mask a sequence.
        word_dropout: probability in [0, 1) to replace a token by the unknown id.
        pretrained: initial vectors; None for random ones.
        type_dropout: probability in [0, 1) to drop a word from a batch, at all its occurrences.

    Raises:
        ValueError: an argument outside its range; vectors of another number or size, or that are all zero
            and cannot be scaled.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
        pretrained: Pretrained | None = None,
        type_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        checked("vocab_size", vocab_size)
        checked("embedding_size", embedding_size)
        self.frozen = False
        self.words = WordDropout(word_dropout, UNKNOWN_ID, PAD_ID)
        self.types = TypeDropout(type_dropout, vocab_size)
        self.dropout = LockedDropout(embedding_dropout, "embedding_dropout")
        self.project: nn.Linear | None = None
        if pretrained is None:
            self.vectors = nn.Embedding(vocab_size, embedding_size, padding_idx=PAD_ID)
            nn.init.normal_(self.vectors.weight, std=STANDARD_DEVIATION)
            nn.init.zeros_(self.vectors.weight[PAD_ID])
            return
        weight = starting_weight(pretrained, vocab_size)
        self.vectors = nn.Embedding.from_pretrained(weight, pretrained.freeze, padding_idx=PAD_ID)
        if pretrained.projection is not None:
            self.project = projection(weight.shape[1], pretrained.projection)
        size = weight.shape[1] if self.project is None else self.project.out_features
        if size != embedding_size:
            raise ValueError(f"embedding_size={embedding_size} must equal the size of the vectors, {size}")

    def forward(self, tokens: Tensor) -> Tensor:
        """Map (B, T) to (B, T, E), in time-major memory layout, which the encoder reads without a copy."""
        weight = self.vectors.weight.detach() if self.frozen else self.vectors.weight  # (V, E)
        words = self.words(tokens).t()  # (T, B)
        vectors = self.types(nn.functional.embedding(words, weight, PAD_ID), words)  # (T, B, E)
        if self.project is not None:
            vectors = self.project(vectors)
        return self.dropout(vectors.transpose(0, 1))


def starting_weight(pretrained: Pretrained, vocab_size: int) -> Tensor:
    """Return a scaled copy (V, E) of the vectors, zero for padding. Raises ValueError: see `Embedding`."""
    weight, scale = pretrained.weight.detach().to(torch.get_default_dtype(), copy=True), pretrained.scale
    if weight.dim() != 2 or len(weight) != vocab_size:
        raise ValueError(f"pretrained.weight={tuple(weight.shape)} must have vocab_size={vocab_size} rows")
    weight[PAD_ID] = 0
    if scale is None:
        return weight
    if not scale > 0:
        raise ValueError(f"pretrained.scale={scale} must be a number > 0")
    start = weight[PAD_ID + 1 :].square().mean().sqrt()  # the padding is the first row
    if not start > 0:
        raise ValueError(f"pretrained.scale={scale} needs vectors that are not all zero")
    return weight.mul_(scale / start)


def projection(size: int, projected_size: int) -> nn.Linear:
    """Return a linear map initialised orthogonal, which keeps lengths and angles unless outputs are fewer."""
    layer = nn.Linear(size, checked("pretrained.projection", projected_size), bias=False)
    nn.init.orthogonal_(layer.weight)
    return layer

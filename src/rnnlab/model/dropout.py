"""Dropout for sequences: one mask for all steps, whole words that become unknown or zero, dropped weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.settings import checked


def drop_entries(weight: Tensor, probability: float) -> Tensor:
    """The weight with entries dropped with that probability, in [0, 1), and the rest scaled by 1 / (1 - p).

    What `F.dropout` does, whose draws take several times as long on CPUs. The mask is drawn in float32,
    whatever the weight's type.
    """
    mask = torch.rand(weight.shape, device=weight.device).ge_(probability).div_(1 - probability)
    return weight * mask.to(weight.dtype)


class LockedDropout(nn.Module):
    """Drops the same features at every step of a sequence (Gal & Ghahramani 2016), and scales the rest.

    Args:
        probability: of a feature to be dropped, in [0, 1).
    """

    def __init__(self, probability: float, name: str = "dropout") -> None:
        super().__init__()
        self.probability = checked(name, probability)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T, F) to the same; the memory layout of the input is kept."""
        if not self.training or self.probability == 0:
            return inputs
        keep = 1 - self.probability
        mask = inputs.new_empty(inputs.shape[0], 1, inputs.shape[2]).bernoulli_(keep).div_(keep)
        return inputs * mask

    def extra_repr(self) -> str:
        return f"probability={self.probability}"


class WordDropout(nn.Module):
    """Replaces whole tokens by the unknown id (Bowman et al. 2016); padding stays padding.

    It teaches what to do with an unknown word, and keeps a model from leaning on single words.

    Args:
        probability: of a token to be replaced, in [0, 1).
        unknown_id, pad_id: ids of the tokenizer.
    """

    def __init__(self, probability: float, unknown_id: int = 1, pad_id: int = 0) -> None:
        super().__init__()
        self.probability = checked("word_dropout", probability)
        self.unknown_id, self.pad_id = unknown_id, pad_id

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T) to (B, T)."""
        if not self.training or self.probability == 0:
            return tokens
        dropped = torch.rand(tokens.shape, device=tokens.device) < self.probability
        return tokens.masked_fill(dropped & (tokens != self.pad_id), self.unknown_id)

    def extra_repr(self) -> str:
        return f"probability={self.probability}"


class TypeDropout(nn.Module):
    """Drops whole rows of the embedding matrix (Gal & Ghahramani 2016, section 4; Merity et al. 2018, 4.3).

    One mask a batch: a word that is dropped is zero wherever it occurs, in every row of the batch; the
    vectors of the others are scaled by 1 / (1 - p). The paper multiplies the matrix (V, E) by its mask; here
    each looked-up vector is multiplied by its word's entry, which is the same and does not copy the matrix.

    Args:
        probability: of a word type to be dropped, in [0, 1).
        vocab_size: number of ids.
    """

    def __init__(self, probability: float, vocab_size: int) -> None:
        super().__init__()
        self.probability = checked("type_dropout", probability)
        self.vocab_size = checked("vocab_size", vocab_size)

    def forward(self, vectors: Tensor, tokens: Tensor) -> Tensor:
        """(..., E) and the ids (...) that they stand for to (..., E)."""
        if not self.training or self.probability == 0:
            return vectors
        kept = drop_entries(vectors.new_ones(self.vocab_size), self.probability)  # (V,)
        return vectors * kept[tokens].unsqueeze(-1)

    def extra_repr(self) -> str:
        return f"probability={self.probability}, vocab_size={self.vocab_size}"

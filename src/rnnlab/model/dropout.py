"""Dropout for sequences: one mask for all steps, words replaced by unknown or zeroed, dropped weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.settings import checked


def drop_entries(weight: Tensor, probability: float) -> Tensor:
    """Drop entries of a weight with that probability, in [0, 1), and scale the rest by 1 / (1 - p).

    The same as `F.dropout`, whose random draws take several times as long on CPUs. The mask is drawn in
    float32, whatever the weight's type.
    """
    mask = torch.rand(weight.shape, device=weight.device).ge_(probability).div_(1 - probability)
    return weight * mask.to(weight.dtype)


class LockedDropout(nn.Module):
    """Dropout of the same features at every step of a sequence (Gal & Ghahramani 2016), the rest scaled.

    Args:
        probability: to drop a feature, in [0, 1).
    """

    def __init__(self, probability: float, name: str = "dropout") -> None:
        super().__init__()
        self.probability = checked(name, probability)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (B, T, F) to the same shape, in the memory layout of the input."""
        if not self.training or self.probability == 0:
            return inputs
        keep = 1 - self.probability
        mask = inputs.new_empty(inputs.shape[0], 1, inputs.shape[2]).bernoulli_(keep).div_(keep)
        return inputs * mask

    def extra_repr(self) -> str:
        return f"probability={self.probability}"


class WordDropout(nn.Module):
    """Replacement of whole tokens by the unknown id (Bowman et al. 2016); padding stays padding.

    It trains a model to handle the unknown word, and keeps a model from relying on single words.

    Args:
        probability: to replace a token, in [0, 1).
        unknown_id, pad_id: ids of the tokenizer.
    """

    def __init__(self, probability: float, unknown_id: int = 1, pad_id: int = 0) -> None:
        super().__init__()
        self.probability = checked("word_dropout", probability)
        self.unknown_id, self.pad_id = unknown_id, pad_id

    def forward(self, tokens: Tensor) -> Tensor:
        """Map (B, T) to (B, T)."""
        if not self.training or self.probability == 0:
            return tokens
        dropped = torch.rand(tokens.shape, device=tokens.device) < self.probability
        return tokens.masked_fill(dropped & (tokens != self.pad_id), self.unknown_id)

    def extra_repr(self) -> str:
        return f"probability={self.probability}"


class TypeDropout(nn.Module):
    """Dropout of rows of the embedding matrix (Gal & Ghahramani 2016, section 4; Merity et al. 2018, 4.3).

    One mask a batch: a dropped word is zero at all its occurrences, in every row of the batch; the vectors of
    the others are scaled by 1 / (1 - p). The paper multiplies the matrix (V, E) by its mask; here each
    looked-up vector is multiplied by its word's entry, which is equivalent and does not copy the matrix.

    Args:
        probability: to drop a word type, in [0, 1).
        vocab_size: number of ids.
    """

    def __init__(self, probability: float, vocab_size: int) -> None:
        super().__init__()
        self.probability = checked("type_dropout", probability)
        self.vocab_size = checked("vocab_size", vocab_size)

    def forward(self, vectors: Tensor, tokens: Tensor) -> Tensor:
        """Map vectors (..., E) and their token ids (...) to (..., E)."""
        if not self.training or self.probability == 0:
            return vectors
        kept = drop_entries(vectors.new_ones(self.vocab_size), self.probability)  # (V,)
        return vectors * kept[tokens].unsqueeze(-1)

    def extra_repr(self) -> str:
        return f"probability={self.probability}, vocab_size={self.vocab_size}"

"""Dropout for sequences: one mask for all steps of a sequence, and whole words that become unknown."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model import check


class LockedDropout(nn.Module):
    """Drops the same features at every step of a sequence (Gal & Ghahramani 2016), and scales the rest.

    Args:
        probability: of a feature to be dropped, in [0, 1).
    """

    def __init__(self, probability: float, name: str = "dropout") -> None:
        super().__init__()
        self.probability = check.probability(name, probability)

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
        self.probability = check.probability("word_dropout", probability)
        self.unknown_id, self.pad_id = unknown_id, pad_id

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T) to (B, T)."""
        if not self.training or self.probability == 0:
            return tokens
        dropped = torch.rand(tokens.shape, device=tokens.device) < self.probability
        return tokens.masked_fill(dropped & (tokens != self.pad_id), self.unknown_id)

    def extra_repr(self) -> str:
        return f"probability={self.probability}"

"""Sums of a language model's loss over whole texts: one perplexity from the mean of all nats.

Shapes: B rows, T tokens, V ids.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

NO_TARGET = -100


def real_targets(targets: Tensor, lengths: Tensor) -> Tensor:
    """Return targets (B, T) with NO_TARGET past each row's length, which the loss ignores."""
    padded = torch.arange(targets.size(1), device=targets.device) >= lengths.unsqueeze(1)  # (B, T)
    return targets.masked_fill(padded, NO_TARGET)


@dataclass
class TokenLoss:
    """Sums of nats, tokens and correct predictions over batches, in double precision."""

    nats: float = 0.0
    tokens: int = 0
    correct: int = 0

    def add(self, logits: Tensor, targets: Tensor) -> None:
        """Add logits (B, T, V) and targets (B, T) that `real_targets` has masked."""
        logits, targets = logits.flatten(0, 1).float(), targets.flatten()  # (B*T, V), (B*T,)
        losses = F.cross_entropy(logits, targets, ignore_index=NO_TARGET, reduction="none")
        self.nats += losses.cpu().double().sum().item()
        self.tokens += int((targets != NO_TARGET).sum())
        self.correct += int((logits.argmax(1) == targets).sum())

    def metrics(self, protocol: str) -> dict[str, float]:
        """Return nats and bits a token, perplexity and accuracy under a `protocol`, `windows` or `stream`."""
        if not self.tokens:
            raise ValueError(f"the {protocol} hold no token to predict")
        return {
            **measures(self.nats / self.tokens, protocol),
            f"accuracy_{protocol}": self.correct / self.tokens,
        }


def measures(nats: float, protocol: str) -> dict[str, float]:
    """Return a mean loss of nats a token in nats, in bits and as perplexity, under a protocol."""
    return {
        f"nats_{protocol}": nats,
        f"bits_{protocol}": nats / math.log(2),
        f"perplexity_{protocol}": math.exp(nats) if nats < 700 else math.inf,
    }


def total(parts: list[TokenLoss]) -> TokenLoss:
    return TokenLoss(sum(p.nats for p in parts), sum(p.tokens for p in parts), sum(p.correct for p in parts))

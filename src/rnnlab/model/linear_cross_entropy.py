"""The cross-entropy of a linear output layer, without all scores in memory at once.

Shapes: N tokens, A features, V ids, C tokens of a chunk.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK = 2**22
"""Scores computed at once, 16 MB in float32. All scores of a batch may be 100 MB, and a CPU then takes longer
for fetching new pages of memory than for the products."""


def linear_cross_entropy(
    features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, smoothing: float = 0.0
) -> tuple[Tensor, Tensor]:
    """Return two means over tokens: the cross-entropy of targets, and what it is with label smoothing.

    The same as `F.cross_entropy` of `F.linear`, which computes it under autocast and off the CPU.

    Args:
        features: (N, A), at least one token.
        weight, bias: (V, A) and (V,).
        targets: (N,), ids below V.
        smoothing: probability in [0, 1) that is spread over all V ids (Szegedy et al. 2016).
    """
    if features.device.type == "cpu" and not torch.is_autocast_enabled("cpu"):
        nats, smooth = _LinearCrossEntropy.apply(features, weight, bias, targets, smoothing)
        return nats, smooth
    logits = F.linear(features, weight, bias)
    logs = logits.to(torch.promote_types(logits.dtype, torch.float32)).log_softmax(1)
    return smoothed(logs, targets, smoothing)


def smoothed(
    logs: Tensor, targets: Tensor, smoothing: float, size: int | None = None
) -> tuple[Tensor, Tensor]:
    """Return the two means from log probabilities (N, V).

    Args:
        size: number of ids that smoothing spreads over, the first ones; None for all.
    """
    nats = F.nll_loss(logs, targets)
    if not smoothing:
        return nats, nats
    return nats, (1 - smoothing) * nats - smoothing * logs[:, :size].mean()


class _LinearCrossEntropy(torch.autograd.Function):
    """Both means, and the gradients of the second one, which are made with it; the first one has none."""

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, smoothing: float
    ) -> tuple[Tensor, Tensor]:
        parts = (features, weight, bias)
        wanted = ctx.needs_input_grad[:3]
        gradients = [
            torch.zeros_like(part) if want else None for part, want in zip(parts, wanted, strict=True)
        ]
        count, each = len(features), max(CHUNK // len(weight), 1)
        scores = features.new_empty(min(each, count), len(weight))  # (C, V), used again for every chunk
        nats, spread = features.new_zeros(()), features.new_zeros(())
        for start in range(0, count, each):
            rows = slice(start, start + each)
            chunk, chosen = features[rows], targets[rows].unsqueeze(1)
            logits = torch.addmm(bias, chunk, weight.t(), out=scores[: len(chunk)])
            logits.sub_(logits.amax(1, keepdim=True))
            means = logits.mean(1, keepdim=True) if smoothing else None
            right = logits.gather(1, chosen)
            total = logits.exp_().sum(1, keepdim=True)  # (C, 1)
            level = total.log()
            nats += (level - right).sum()
            if means is not None:
                spread += (level - means).sum()
            add_gradients(gradients, rows, logits, total, chunk, weight)
        if any(wanted):
            subtract_targets(gradients, parts, targets, smoothing)
        ctx.save_for_backward(*gradients)
        ctx.mark_non_differentiable(nats)
        nats /= count
        return nats, (1 - smoothing) * nats + smoothing * spread / count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, _: Tensor | None, gradient: Tensor) -> tuple[Tensor | None, ...]:
        own = (None if saved is None else saved * gradient for saved in ctx.saved_tensors)
        return (*own, None, None)


def add_gradients(
    gradients: list[Tensor | None],
    rows: slice,
    exponentials: Tensor,
    total: Tensor,
    features: Tensor,
    weight: Tensor,
) -> None:
    """Add the gradients of a chunk's log sums: through its probabilities, `exponentials` (C, V) / `total`."""
    of_features, of_weight, of_bias = gradients
    if of_features is not None:
        torch.mm(exponentials, weight, out=of_features[rows]).div_(total)
    if of_weight is not None:
        of_weight.addmm_(exponentials.t(), features / total)
    if of_bias is not None:
        of_bias.addmv_(exponentials.t(), total.squeeze(1).reciprocal())


def subtract_targets(
    gradients: list[Tensor | None], parts: tuple[Tensor, ...], targets: Tensor, smoothing: float
) -> None:
    """Subtract the gradients of the scores of targets, and of all scores alike for smoothing; take means."""
    features, weight, _ = parts
    of_features, of_weight, of_bias = gradients
    right, alike, count = 1 - smoothing, smoothing / len(weight), len(features)
    if of_features is not None:
        of_features.sub_(weight[targets], alpha=right).sub_(weight.sum(0), alpha=alike).div_(count)
    if of_weight is not None:
        of_weight.index_add_(0, targets, features, alpha=-right).sub_(features.sum(0), alpha=alike).div_(
            count
        )
    if of_bias is not None:
        of_bias.sub_(torch.bincount(targets, minlength=len(weight)), alpha=right).sub_(alike * count).div_(
            count
        )

"""Losses of classification: cross-entropy and variants. Shapes: K members, B rows, C classes."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

SMALLEST = 1e-12  # of 1 - p, whose power has no gradient at 0


def label_loss(
    logits: Tensor,
    labels: Tensor,
    weights: Tensor | None = None,
    label_smoothing: float = 0.0,
    focal_gamma: float = 0.0,
) -> Tensor:
    """Reduce logits (B, C) and labels (B,) to a scalar: cross-entropy, or the focal loss (Lin et al. 2018).

    With q = 1 - s + s / C at the label and s / C elsewhere, s the label smoothing, w the class weights and
    gamma the focus:

        loss of a row = - sum over c of  w_c q_c (1 - p_c)^gamma log p_c

    Each class's term is focused by its own p_c. The mean over rows divides by the sum of the labels' weights,
    as torch's cross-entropy does, which gamma 0 is to the last digit.
    """
    if focal_gamma == 0:
        return F.cross_entropy(logits, labels, weights, label_smoothing=label_smoothing)
    logs = F.log_softmax(logits, dim=1)
    focus = (-torch.expm1(logs)).clamp_min(SMALLEST) ** focal_gamma  # (B, C)
    terms = -focus * logs if weights is None else -focus * logs * weights
    rows = terms.gather(1, labels.unsqueeze(1)).squeeze(1)  # (B,)
    if label_smoothing:
        rows = torch.lerp(rows, terms.mean(dim=1), label_smoothing)
    return rows.mean() if weights is None else rows.sum() / weights[labels].sum()


def mean_over_members(loss: Callable[[Tensor], Tensor], logits: Tensor) -> Tensor:
    """Return the loss of logits (B, C), or the mean of the losses of each member's logits (K, B, C)."""
    return loss(logits) if logits.dim() == 2 else torch.stack([loss(own) for own in logits]).mean()

"""The training loss of text to text. Shapes: B rows, T target steps, N real target tokens, V target ids."""

from __future__ import annotations

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

PAD = 0  # id that pads targets; it is never a target itself


class Loss(NamedTuple):
    """Means over target tokens: the cross-entropy, and the loss to train on, which may be smoothed."""

    nats: Tensor
    trained: Tensor


def token_loss(scores: Tensor, targets: Tensor, smoothing: float, size: int) -> Loss:
    """Return the mean losses of scores (N, V) on targets (N,).

    Args:
        smoothing: probability that is spread over the target ids (Szegedy et al. 2016).
        size: number of these ids; later scores are of a row's own words, which others of its batch lack.
    """
    logs = scores.log_softmax(1)  # (N, V)
    nats = F.nll_loss(logs, targets)
    if not smoothing:
        return Loss(nats, nats)
    spread = -logs[:, :size].mean()
    return Loss(nats, (1 - smoothing) * nats + smoothing * spread)


def row_losses(scores: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Return of each row (B,) the summed nats, the tokens, and those that are predicted correctly."""
    logs = scores.float().log_softmax(2)  # (B, T, V)
    nats = F.nll_loss(logs.flatten(0, 1), targets.flatten(), ignore_index=PAD, reduction="none")
    real = targets != PAD  # (B, T)
    correct = (logs.argmax(2) == targets) & real
    return {
        "nats": nats.view_as(targets).sum(1),
        "tokens": real.sum(1),
        "correct": correct.sum(1),
    }

"""Teacher-forced losses of single rows. Shapes: B rows, T target steps, V target ids."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

PAD = 0  # id that pads targets; it is never a target itself


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

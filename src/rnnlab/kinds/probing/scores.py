"""Scores of rows by their lengths: labels that are right, rows that are right throughout, and the loss.

Shapes: B rows, T steps, K classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.data.probe.base import IGNORED

Sums = dict[int, Tensor]  # of each length: sum of losses, right labels, labels, right rows, rows


def asked_of(targets: Tensor) -> Tensor:
    """Return a mask (B, T), True where an answer is asked for."""
    return targets != IGNORED if targets.dtype == torch.int64 else ~targets.isnan()


def loss_of(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross entropy of the labelled steps, or the mean squared error of numbers.

    Args:
        outputs: (B, T, K), or (B, T, 1) of numbers. targets: (B, T).
    """
    if targets.dtype == torch.int64:
        return F.cross_entropy(outputs.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
    asked = asked_of(targets)
    errors = torch.where(asked, outputs.squeeze(-1) - targets, 0.0)
    return errors.square().sum() / asked.sum()


def right_of(outputs: Tensor, targets: Tensor, tolerance: float) -> Tensor:
    """Return (B, T), True where the answer is right: the class, or a number within `tolerance`."""
    if targets.dtype == torch.int64:
        return outputs.argmax(-1) == targets
    return (outputs.squeeze(-1) - targets).abs() <= tolerance


def sums_of(outputs: Tensor, targets: Tensor, tolerance: float) -> Tensor:
    """Return the sums of a batch (5,) float64; see `Sums`."""
    asked = asked_of(targets)
    right = right_of(outputs, targets, tolerance) & asked
    labels, solved = asked.sum(), (right == asked).all(1).sum()
    loss = loss_of(outputs, targets).double() * labels
    counts = (right.sum(), labels, solved, torch.tensor(len(targets), device=labels.device))
    return torch.stack([loss, *(count.double() for count in counts)]).cpu()


def add(parts: Iterable[Mapping[int, Tensor]]) -> Sums:
    """Return the sums of several processes or batches together."""
    found: Sums = {}
    for part in parts:
        for length, values in part.items():
            found[length] = found[length] + values if length in found else values
    return found


def scores(sums: Tensor) -> dict[str, float]:
    """Return loss, accuracy over labels and the fraction of rows that are right throughout."""
    loss, right, labels, solved, rows = sums.tolist()
    return {"loss": loss / labels, "accuracy": right / labels, "solved": solved / rows}

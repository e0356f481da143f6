"""Scores of rows by their lengths: labels that are right, rows that are right throughout, and the loss.

Shapes: B rows, T steps, K classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.data.probe.base import IGNORED

Sums = dict[
    int, Tensor
]  # of each length (5,): sum of losses, right labels, labels, rows that are right, rows


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
    return losses_of(outputs, targets).sum() / asked_of(targets).sum()


def right_of(outputs: Tensor, targets: Tensor, tolerance: float) -> Tensor:
    """Return (B, T), True where the answer is right: the class, or a number within `tolerance`."""
    if targets.dtype == torch.int64:
        return outputs.argmax(-1) == targets
    return (outputs.squeeze(-1) - targets).abs() <= tolerance


def row_scores(outputs: Tensor, targets: Tensor, tolerance: float) -> Tensor:
    """Return for each row (B, 4) float64: sum of losses, right labels, labels, and whether all are right."""
    asked = asked_of(targets)
    right = right_of(outputs, targets, tolerance) & asked
    solved = (right == asked).all(1)
    parts = (losses_of(outputs, targets).sum(1), right.sum(1), asked.sum(1), solved)
    return torch.stack([part.double() for part in parts], 1)


def losses_of(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the cross entropy or squared error of each step (B, T), 0 where nothing is asked for."""
    if targets.dtype == torch.int64:
        return F.cross_entropy(outputs.transpose(1, 2), targets, ignore_index=IGNORED, reduction="none")
    return torch.where(asked_of(targets), outputs.squeeze(-1) - targets, 0.0).square()


def sums_of(rows: Tensor) -> Tensor:
    """Return the sums (5,) of rows (N, 4), see `row_scores`; the last is N."""
    return torch.cat((rows.sum(0), rows.new_tensor([len(rows)]))).cpu()


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

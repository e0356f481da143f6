"""Classification scores of a whole split at once. Shapes: N rows, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics.functional import classification as scoring


class Scored(NamedTuple):
    """Every row of a split: `rows` (N,) its number, `labels` (N,), `log_probabilities` (N, C)."""

    rows: Tensor
    labels: Tensor
    log_probabilities: Tensor


def join(parts: Sequence[Scored]) -> Scored:
    """Join all batches in row order; a row that came twice counts once.

    Rows come twice where several devices fill their last batch.
    """
    rows, labels, log_probabilities = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    order = torch.argsort(rows, stable=True)
    rows = rows[order]
    first = torch.ones_like(rows, dtype=torch.bool)
    first[1:] = rows[1:] != rows[:-1]
    kept = order[first]
    return Scored(rows[first], labels[kept], log_probabilities[kept])


def scores(scored: Scored, classes: Sequence[str]) -> dict[str, float]:
    """Return loss in nats (plain cross-entropy), accuracy, precision, recall and F1.

    The last three are given as the mean over classes and for each class.

    A class that is neither among the labels nor predicted does not enter the mean over classes.
    """
    _, labels, log_probabilities = scored
    predicted, number = log_probabilities.argmax(1), len(classes)
    metrics = {
        "loss": F.nll_loss(log_probabilities.double(), labels).item(),
        "accuracy": (predicted == labels).double().mean().item(),
    }
    functions = {
        "precision": scoring.multiclass_precision,
        "recall": scoring.multiclass_recall,
        "f1": scoring.multiclass_f1_score,
    }
    for name, function in functions.items():
        metrics[f"macro_{name}"] = function(predicted, labels, number, average="macro").item()
    for name, function in functions.items():
        values = function(predicted, labels, number, average="none").tolist()
        metrics |= {f"{name}_{label}": value for label, value in zip(classes, values, strict=True)}
    return metrics


def confusion(scored: Scored, number: int) -> Tensor:
    """Return counts (C, C): the row is the true class, the column the predicted one."""
    return scoring.multiclass_confusion_matrix(scored.log_probabilities.argmax(1), scored.labels, number)

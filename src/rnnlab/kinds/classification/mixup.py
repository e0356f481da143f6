"""Mixup of rows in pairs (Zhang et al. 2018): of word vectors or of features of texts (Guo et al. 2019).

Shapes: B rows, T tokens, E features of a word, F of a text, C classes; an ensemble's members come in front.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification.settings import checked


class Mixed(NamedTuple):
    """Logits of mixed rows, and the mixture of their labels.

    logits: (B, C) or (K, B, C); partners: (B,), the labels that each row was mixed with; share: the fraction
    of the row's own label in the loss, in [0.5, 1].
    """

    logits: Tensor
    partners: Tensor
    share: float


def check_mixup(network: Any, alpha: float, level: str) -> None:
    """Raise ValueError for an alpha or a level that the network cannot be trained with."""
    checked("mixup", alpha)
    checked("mixup_level", level)
    mixable = getattr(network, "mixable", ())
    if alpha and level not in mixable:
        raise ValueError(
            f"mixup_level={level} must be what the network can mix: {', '.join(mixable) or 'nothing'}"
        )


def mixed_logits(network: Any, batch: Batch, alpha: float, level: str) -> Mixed:
    """Return logits of each row mixed with another, drawn from torch's generator of the CPU.

    One fraction a batch, from Beta(alpha, alpha); the larger part is the row's own: the pairs are drawn at
    random, so that this only fixes their order, and the accuracy counts the label of the larger part. Word
    vectors are mixed step by step from the first words on, the shorter row's continued by zeros.
    """
    drawn = float(torch.distributions.Beta(alpha, alpha).sample())
    share = max(drawn, 1 - drawn)
    order = torch.randperm(len(batch.labels)).to(batch.labels.device)
    partners = batch.labels[order]
    if level == "hidden":
        features = network.features(batch.tokens, batch.lengths)  # (..., B, F)
        return Mixed(network.score(mix(features, order, share, dim=-2)), partners, share)
    vectors = network.embed(batch.tokens, batch.lengths)  # (..., B, T, E)
    lengths = torch.maximum(batch.lengths, batch.lengths[order])
    return Mixed(network.from_vectors(mix(vectors, order, share, dim=-3), lengths), partners, share)


def mix(values: Tensor, order: Tensor, share: float, dim: int) -> Tensor:
    """Mix `share` of each row with the rest of the row at `order` (B,), rows along `dim`."""
    return torch.lerp(values.index_select(dim, order), values, share)

"""Small changes of a text's word vectors: their size, and the steps that they may change.

Shapes: B rows, T steps, E features of a word; an ensemble's K members come in front.
"""

from __future__ import annotations

import torch
from torch import Tensor

SMALLEST = 1e-12  # of a norm: a direction that is zero stays zero
VARIANCE = 1e-6  # added to a feature's variance before its root


def real_steps(lengths: Tensor, num_steps: int) -> Tensor:
    """Return a mask from lengths (B,) to (B, T, 1), True where a word is real."""
    return (torch.arange(num_steps, device=lengths.device) < lengths.unsqueeze(1)).unsqueeze(-1)


def unit(direction: Tensor) -> Tensor:
    """Scale (..., T, E) to length 1 over all words of a text together, where it is not zero.

    Divided by its largest entry first, as gradients of confident predictions are so small that their squares
    vanish.
    """
    largest = direction.abs().amax(dim=(-2, -1), keepdim=True)
    scaled = direction / largest.clamp_min(torch.finfo(direction.dtype).tiny)
    return scaled / scaled.norm(dim=(-2, -1), keepdim=True).clamp_min(SMALLEST)


def deviation(vectors: Tensor, lengths: Tensor) -> Tensor:
    """Return the standard deviation of each feature over the real words of a batch.

    Maps (..., B, T, E), zero at padding, to (..., 1, 1, E).

    A word counts as often as it comes, so that this is, up to the batch, the frequency-weighted deviation of
    Miyato et al. (2017).
    """
    words, values = lengths.sum(), vectors.detach().float()
    mean = values.sum(dim=(-3, -2), keepdim=True) / words
    square = values.square().sum(dim=(-3, -2), keepdim=True) / words
    return (square - mean.square()).clamp_min(0).add(VARIANCE).sqrt().to(vectors.dtype)

"""Adversarial training on word vectors: the labels must hold against the worst small change.

Shapes: B rows, T steps, E features of a word; an ensemble's K members come in front.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.task.perturbation import unit


def adversarial(loss: Tensor, vectors: Tensor, scale: Tensor | float, norm: float) -> Tensor:
    """The change of length `norm` that raises the loss most, to first order (Goodfellow et al. 2015; on word
    vectors Miyato et al. 2017, equation 5):

        r = s * norm * g / |g|,  g = s * (gradient of the loss by the vectors)

    with |.| over all words of a text, and s the unit in which each feature's change counts. No gradient flows
    through r; the graph of the loss is kept.

    Args:
        loss: a scalar that rows share no part of but their sum.
        vectors: (..., B, T, E), part of the loss's graph. Padding that the loss does not see stays unchanged.
        scale: (..., 1, 1, E), or a number.
    """
    (gradient,) = torch.autograd.grad(loss, vectors, retain_graph=True)
    return unit(gradient * scale) * (norm * scale)

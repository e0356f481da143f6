"""Adversarial training on word vectors: predict the labels under the worst small change.

Shapes: B rows, T steps, E features of a word; an ensemble's K members come in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.kinds.classification.objective.perturbation import unit
from rnnlab.training.task.known_gradient import with_gradients


class Change(NamedTuple):
    """A change of the vectors, and the loss.

    change: of the vectors; loss: the loss it was made from, with the same value and gradient.
    """

    change: Tensor
    loss: Tensor


def adversarial(
    loss: Tensor, seen: Tensor, vectors: Tensor, scale: Tensor | float, norm: float, weights: Sequence[Tensor]
) -> Change:
    """Return the change of length `norm` that raises the loss most, to first order.

    Goodfellow et al. 2015; on word vectors Miyato et al. 2017, equation 5:

        r = s * norm * g / |g|,  g = s * (gradient of the loss by the vectors)

    with |.| over all words of a text, and s the unit in which each feature's change counts. No gradient flows
    through r. Where the graph ends at a copy of the vectors, one pass back through it serves both r and the
    training: the loss that is returned knows its gradient, and the graph is freed.

    Args:
        loss: a scalar, in which a row's part depends on its own vectors alone.
        seen: (..., B, T, E), what the loss was computed from: the vectors, or a leaf that copies them.
        scale: (..., 1, 1, E), or a number.
        weights: what the loss is to be differentiated by later, besides the vectors.
    """
    if seen is vectors:
        (gradient,) = torch.autograd.grad(loss, vectors, retain_graph=True)
        return Change(_change(gradient, scale, norm), loss)
    gradients = torch.autograd.grad(loss, (seen, *weights), allow_unused=True)
    known = with_gradients(loss, gradients, (vectors, *weights))
    return Change(_change(gradients[0], scale, norm), known)


def _change(gradient: Tensor, scale: Tensor | float, norm: float) -> Tensor:
    return unit(gradient * scale) * (norm * scale)

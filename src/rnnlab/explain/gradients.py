"""Integrated gradients over the word vectors (Sundararajan, Taly & Yan 2017).

Shapes: K members, S points of the path, T tokens, E features of a word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.explain.outcome import Aim, NumberAim, logits_of, row_of, vectors_of

STEPS = 32
MOST_TOKENS = 16384  # tokens of one pass


class Gradients(NamedTuple):
    """Integrated gradients of one text.

    scores: (T,); outcome, baseline_outcome: the log-odds, or the number, at the path's two ends.

    The scores sum to the difference of the outcomes, up to the error of an integral over S points.
    """

    scores: Tensor
    outcome: float
    baseline_outcome: float


def integrated_gradients(
    network: nn.Module,
    ids: list[int],
    aim: Aim | NumberAim,
    steps: int = STEPS,
    baseline_id: int | None = None,
) -> Gradients:
    """Attribute the log-odds of the class that `aim` names, or its number, to each token or step of values.

        score_t = (x_t - b_t) . integral over a in [0, 1] of dF / dx_t at b + a (x - b)

    Args:
        network: a classifier in eval mode, or an ensemble of such.
        ids: one a token; or of values, a list for each step.
        steps: points of the Gauss-Legendre rule for the integral, at least 1.
        baseline_id: the token whose vector is b at every place; None takes zeros, the vector of padding.
    """
    if steps < 1:
        raise ValueError(f"steps={steps} must be at least 1")
    tokens, _ = row_of(network, ids)
    with torch.no_grad():
        vectors = vectors_of(network, tokens)  # (K, 1, T, E)
        base = torch.zeros_like(vectors)
        if baseline_id is not None:
            base = vectors_of(network, torch.full_like(tokens, baseline_id))
        ends = logits_of(network, torch.cat([base, vectors], dim=1), tokens.expand(2, *tokens.shape[1:]))
    away = vectors - base
    total = torch.zeros_like(vectors[:, 0])  # (K, T, E)
    for places, weights in _path(steps, max(MOST_TOKENS // len(ids), 1), vectors):
        points = (base + places[:, None, None] * away).requires_grad_()  # (K, S, T, E)
        rows = tokens.expand(len(places), *tokens.shape[1:])
        with torch.backends.cudnn.flags(
            enabled=False
        ):  # whose recurrent layers have no backward in eval mode
            outcome = aim.outcome(logits_of(network, points, rows)) @ weights.double()
            total += torch.autograd.grad(outcome, points)[0].sum(dim=1)
    scores = (total * away[:, 0]).sum(dim=(0, 2))  # (T,)
    before, after = aim.outcome(ends).tolist()
    return Gradients(scores, after, before)


def _path(steps: int, most: int, like: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return the points in [0, 1] and their weights, in parts of at most `most` points."""
    places, weights = np.polynomial.legendre.leggauss(steps)
    parts = [torch.as_tensor(part).to(like).split(most) for part in ((places + 1) / 2, weights / 2)]
    return list(zip(*parts, strict=True))

"""Virtual adversarial training on word vectors: keep predictions under the worst small change.

Shapes: B rows, T steps, E features of a word, C classes; an ensemble's K members come in front.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.kinds.classification.objective.perturbation import real_steps, unit


def divergence(logits: Tensor, others: Tensor) -> Tensor:
    """Return KL(p || q) of each row (...), p and q the softmax of logits (..., C) and of others (..., C)."""
    p, q = log_probabilities(logits), log_probabilities(others)
    return (p.exp() * (p - q)).sum(dim=-1)


def entropy(logits: Tensor) -> Tensor:
    """Return the entropy in nats of each row's softmax (Grandvalet & Bengio 2004): (..., C) to (...)."""
    logs = log_probabilities(logits)
    return -(logs.exp() * logs).sum(dim=-1)


def log_probabilities(logits: Tensor) -> Tensor:
    """Return log probabilities in float32 at least: small divergences are differences of near-equals."""
    return F.log_softmax(logits.to(torch.promote_types(logits.dtype, torch.float32)), dim=-1)


def virtual_adversarial(
    predict: Callable[[Tensor], Tensor],
    vectors: Tensor,
    lengths: Tensor,
    logits: Tensor,
    scale: Tensor | float,
    norm: float,
    step: float,
) -> Tensor:
    """Return the change of length `norm` that moves the predictions most, to second order.

    Miyato et al. 2016; on word vectors Miyato et al. 2017, equations 6 and 7.

    The divergence from the clean predictions has its minimum, and no gradient, where nothing is changed; its
    steepest direction is the first eigenvector of its Hessian H. One step of the power iteration finds it,
    with H d from a finite difference:

        g = gradient by d of KL(p(x) || p(x + step * d)),  d random of length 1
        r = norm * g / |g|

    lengths over all words of a text, and in units of `scale` as in `adversarial`. No gradient flows through r
    or p(x), and none reaches the weights.

    Args:
        predict: from vectors to logits (..., B, C).
        vectors: (..., B, T, E) of rows with `lengths` (B,); padding stays unchanged.
        logits: (..., B, C), clean.
    """
    clean, device = vectors.detach(), vectors.device.type
    if torch.is_autocast_enabled(device):  # half precision would round the small change away
        clean = clean.float()
    moved = (clean + unit(noise_like(clean, lengths)) * (step * scale)).requires_grad_()
    with torch.enable_grad(), torch.autocast(device, enabled=False):
        far = divergence(logits.detach(), predict(moved)).sum()
    (gradient,) = torch.autograd.grad(far, moved)
    return unit(gradient * scale) * (norm * scale)


def noise_like(vectors: Tensor, lengths: Tensor) -> Tensor:
    """Draw normal numbers (..., B, T, E) at real words, zero at padding; laid out by step, as vectors are."""
    steps = vectors.transpose(-3, -2)  # (..., T, B, E)
    noise = torch.randn(steps.shape, dtype=vectors.dtype, device=vectors.device).transpose(-3, -2)
    return noise * real_steps(lengths, vectors.shape[-2])

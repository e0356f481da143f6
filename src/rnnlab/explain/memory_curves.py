"""Dependence of the last output on earlier inputs: gradients through time, and forgetting.

Shapes: B rows, T steps, F features of an input, E features of an input vector, O outputs, K lags.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from rnnlab.model.encoded import Encoded

DRAWS = 4
MOST_LAGS = 64
MOST_STEPS = 65536  # steps of one pass


class Encodes(Protocol):
    """A network that turns inputs into vectors (B, T, E) and encodes these, each step from earlier ones."""

    embedding: Callable[[Tensor], Tensor]
    encoder: Callable[[Tensor], Encoded]


class MemoryCurves(NamedTuple):
    """The two curves over the same lags.

    steps_back: (K,), lags in steps: 0 is the last input. gradient: (K,), the norm of the derivative of the
    last output by the input vector of that lag, averaged over rows. forgetting: (K,), how far the last output
    moves if the input of that lag is another row's: 0 for not at all, 1 for as far as the other row's own.
    """

    steps_back: list[int]
    gradient: list[float]
    forgetting: list[float]


def memory_curves(network: Encodes, inputs: Tensor, generator: torch.Generator | None = None) -> MemoryCurves:
    """Measure how the encoder's last output depends on its inputs.

    Args:
        network: causal, in eval mode.
        inputs: (B, T) ids or (B, T, F) values of at least two rows, all of T steps.
        generator: of the random projections of the gradient.

    Raises:
        ValueError: fewer than two rows.
    """
    if len(inputs) < 2:
        raise ValueError(f"inputs={tuple(inputs.shape)} must have at least 2 rows, one to replace another's")
    lags = lags_of(inputs.shape[1])
    gradient = gradient_norms(network, inputs, generator)  # (T,)
    moved = forgetting(network, inputs, lags)
    return MemoryCurves(lags, gradient[lags].tolist(), moved.tolist())


def gradient_norms(
    network: Encodes, inputs: Tensor, generator: torch.Generator | None = None, draws: int = DRAWS
) -> Tensor:
    """Return (T,), the norm of d h_T / d x_(T-k) for k = 0 to T - 1, averaged over rows.

    h_T is the encoder's last output, x_t the vector of input t. One backward pass of a random projection
    u . h_T gives u . J for every lag at once, and for normal u the mean of |u . J|^2 is the squared Frobenius
    norm of the Jacobian J (Hutchinson 1990): a row's norm is the root of its mean over the draws.
    """
    with torch.no_grad():
        vectors = network.embedding(inputs)  # (B, T, E)
    vectors = vectors.detach().requires_grad_()
    squares = torch.zeros(vectors.shape[:2], dtype=torch.float64)
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):  # no backward in eval mode there
        last = network.encoder(vectors).outputs[:, -1]  # (B, O)
        for draw in range(draws):
            towards = torch.randn(last.shape, generator=generator).to(last)
            found = torch.autograd.grad(last, vectors, towards, retain_graph=draw < draws - 1)[0]
            squares += found.double().square().sum(2).cpu() / draws  # (B, T)
    return squares.sqrt().mean(0).flip(0)


@torch.no_grad()
def forgetting(network: Encodes, inputs: Tensor, lags: list[int]) -> Tensor:
    """Return (K,), the mean distance by which the last output moves if one input is the next row's.

    It is divided by the mean distance of the last outputs of a row and the next, so that cells of any scale
    compare. Where all rows end alike there is nothing to remember: 0.

    Args:
        lags: steps back from the last input.
    """
    rows, steps = inputs.shape[:2]
    own = last_output(network, inputs)  # (B, O)
    apart = (own.roll(-1, 0) - own).norm(dim=1).mean()
    other, moved = inputs.roll(-1, 0), []
    for part in torch.tensor(lags).split(max(MOST_STEPS // (rows * steps), 1)):
        changed = inputs.repeat(len(part), *[1] * (inputs.dim() - 1)).unflatten(0, (len(part), rows))
        for place, lag in enumerate(part.tolist()):
            changed[place, :, steps - 1 - lag] = other[:, steps - 1 - lag]
        outputs = last_output(network, changed.flatten(0, 1)).unflatten(0, (len(part), rows))
        moved.append((outputs - own).norm(dim=2).mean(1))  # (part of K,)
    found = torch.cat(moved).double().cpu()
    return found / apart.double().cpu() if apart > 0 else torch.zeros_like(found)


def last_output(network: Encodes, inputs: Tensor) -> Tensor:
    return network.encoder(network.embedding(inputs)).outputs[:, -1]


def lags_of(steps: int, most: int = MOST_LAGS) -> list[int]:
    """Return all lags below `steps`, or at most `most` of them that lie closer near 0."""
    if steps <= most:
        return list(range(steps))
    spaced = torch.logspace(0, torch.log10(torch.tensor(float(steps))).item(), most) - 1
    return sorted({round(lag) for lag in spaced.clamp(max=steps - 1).tolist()})

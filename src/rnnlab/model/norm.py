"""Normalisation of padded sequences. Shapes: B rows, T steps, F features; steps are time-major (T, B, F)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked


class MaskedBatchNorm(nn.Module):
    """Batch normalisation over the real steps of all rows (Ioffe & Szegedy 2015; Laurent et al. 2016).

        y = g (x - mean) / sqrt(variance + 1e-5) + b

    In training the mean and the variance of each feature are those of the batch's real steps: padding is
    ignored. Evaluation uses running means of them.

    Args:
        size: features of a step.
        momentum: weight in (0, 1] of the newest batch in the running means.
    """

    running_mean: Tensor
    running_variance: Tensor

    def __init__(self, size: int, momentum: float = 0.1) -> None:
        super().__init__()
        checked("size", size)
        self.momentum, self.eps = momentum, 1e-5
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))
        self.register_buffer("running_mean", torch.zeros(size))
        self.register_buffer("running_variance", torch.ones(size))

    def forward(self, steps: Tensor, lengths: Tensor | None) -> Tensor:
        """Map (T, B, F) to the same shape; padding stays finite.

        Raises:
            ValueError: a training batch with a single real step, which has no variance.
        """
        if self.training:
            real = steps.flatten(0, 1) if lengths is None else steps[padding_mask(lengths, len(steps)).t()]
            if len(real) < 2:
                raise ValueError(
                    "input_norm=batch needs two real steps in a training batch, and this has one"
                )
            variance, mean = torch.var_mean(real, dim=0, correction=0)  # (F,)
            self._remember(mean.detach(), variance.detach() * len(real) / (len(real) - 1))
        else:
            mean, variance = self.running_mean, self.running_variance
        scale = self.weight * torch.rsqrt(variance + self.eps)  # (F,)
        return torch.addcmul(self.bias - mean * scale, steps, scale)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        self.running_mean.lerp_(mean, self.momentum)
        self.running_variance.lerp_(variance, self.momentum)

    def extra_repr(self) -> str:
        return f"size={len(self.weight)}, momentum={self.momentum}"

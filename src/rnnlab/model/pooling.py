"""One vector for a sequence."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model import check
from rnnlab.model.attention import AdditiveAttention
from rnnlab.model.encoder import Encoded

POOLINGS = ("last", "mean", "max", "attention", "last_mean_max", "max_mean")


class Pooling(nn.Module):
    """Summarises the real steps of each row; a name of several parts joins them in its order.

    Args:
        name: last (the encoder's final), mean, max, attention, last_mean_max (Howard & Ruder 2018), max_mean.
        size: features of a step.

    Raises:
        ValueError: an unknown name, which lists those there are.
    """

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.parts = check.one_of("pooling", name, POOLINGS).split("_")
        self.output_size = len(self.parts) * check.positive("size", size)
        self.attention = AdditiveAttention(size) if "attention" in self.parts else None

    def forward(self, encoded: Encoded, mask: Tensor) -> Tensor:
        """`encoded` and a mask (B, T), True where real, to (B, output_size)."""
        return torch.cat([self._pool(part, encoded, mask) for part in self.parts], dim=-1)

    def weights(self, encoded: Encoded, mask: Tensor) -> Tensor:
        """The attention's weights (B, T). Raises ValueError for a pooling without attention."""
        if self.attention is None:
            raise ValueError(f"pooling={'_'.join(self.parts)} has no attention to look at")
        return self.attention(encoded.outputs, mask)[1]

    def _pool(self, part: str, encoded: Encoded, mask: Tensor) -> Tensor:
        outputs = encoded.outputs  # (B, T, F)
        if part == "mean":
            share = mask.to(outputs.dtype) / mask.sum(dim=1, keepdim=True)  # (B, T)
            return (share.unsqueeze(1) @ outputs).squeeze(1)
        if part == "max":
            below = outputs.new_zeros(mask.shape).masked_fill(
                ~mask, -torch.inf
            )  # added: no copy in the backward
            return (outputs + below.unsqueeze(-1)).max(dim=1).values
        return encoded.final if self.attention is None else self.attention(outputs, mask)[0]

    def extra_repr(self) -> str:
        return f"name={'_'.join(self.parts)}"

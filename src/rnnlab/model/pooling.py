"""Pooling of a sequence into one vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.attention import AdditiveAttention, DotAttention
from rnnlab.model.encoder import Encoded
from rnnlab.model.settings import POOLINGS, checked

ATTENTIONS = {"attention": AdditiveAttention, "dot_attention": DotAttention}


class Pooling(nn.Module):
    """A summary of the real steps of each row; a name of several parts concatenates them in its order.

    Args:
        name: last (the encoder's final), mean, max, attention (`AdditiveAttention`), dot_attention
            (`DotAttention`), last_mean_max (Howard & Ruder 2018), max_mean, max_mean_attention.
        size: features of a step.

    Raises:
        ValueError: an unknown name, with a list of the known ones.
    """

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.name = checked("pooling", name)
        self.parts = POOLINGS[name]
        self.output_size = len(self.parts) * checked("size", size)
        attentive = [part for part in self.parts if part in ATTENTIONS]
        self.attention = ATTENTIONS[attentive[0]](size) if attentive else None

    def forward(self, encoded: Encoded, mask: Tensor) -> Tensor:
        """Map `encoded` and a mask (B, T), True where real, to (B, output_size)."""
        return torch.cat([self._pool(part, encoded, mask) for part in self.parts], dim=-1)

    def weights(self, encoded: Encoded, mask: Tensor) -> Tensor:
        """Return the attention's weights (B, T). Raises ValueError for a pooling without attention."""
        return self._weighed(encoded.outputs, mask)[1]

    def _pool(self, part: str, encoded: Encoded, mask: Tensor) -> Tensor:
        outputs = encoded.outputs  # (B, T, F)
        if part == "mean":
            share = mask.to(outputs.dtype) / mask.sum(dim=1, keepdim=True)  # (B, T)
            return (share.unsqueeze(1) @ outputs).squeeze(1)
        if part == "max":
            # added, since filling would copy in the backward pass
            below = outputs.new_zeros(mask.shape).masked_fill(~mask, -torch.inf)
            summed = (outputs + below.unsqueeze(-1)).transpose(0, 1)  # (T, B, F), as an encoder lays it
            return summed.max(dim=0).values
        return encoded.final if part == "last" else self._weighed(outputs, mask)[0]

    def _weighed(self, outputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        if self.attention is None:
            raise ValueError(f"pooling={self.name} has no attention to look at")
        context, weights = self.attention(outputs, mask)
        return context, weights

    def extra_repr(self) -> str:
        return f"name={self.name}"

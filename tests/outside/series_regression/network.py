"""Series to number: encoder, pooling, one linear layer."""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.pooling import Pooling
from rnnlab.model.sequence import padding_mask


class SeriesRegressor(nn.Module):
    def __init__(self, encoder: nn.Module, pooling: str) -> None:
        super().__init__()
        self.encoder = encoder
        self.pooling = Pooling(pooling, encoder.output_size)
        self.head = nn.Linear(self.pooling.output_size, 1)

    def forward(self, values: Tensor, lengths: Tensor) -> Tensor:
        """(B, T, F) and (B,) to (B, 1)."""
        mask = padding_mask(lengths, values.shape[1])
        return self.head(self.pooling(self.encoder(values, lengths), mask))

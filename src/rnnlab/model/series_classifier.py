"""The classifier of real-valued series: encoder, pooling, one linear layer.

Shapes: B rows, T steps, F features of a step, C classes.
"""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.pooling import Pooling
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked


class SeriesClassifier(nn.Module):
    """A network from padded values to a score for each class.

    Args:
        encoder: reads steps of F values.
        pooling: name of a `Pooling`.
        num_classes: at least 1.
        dropout: probability in [0, 1) to drop a feature of the pooled vector.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(
        self, encoder: RecurrentEncoder, pooling: str, num_classes: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        checked("num_classes", num_classes)
        self.encoder = encoder
        self.pooling = Pooling(pooling, encoder.output_size)
        self.dropout = nn.Dropout(checked("dropout", dropout))
        self.head = nn.Linear(self.pooling.output_size, num_classes)

    def forward(self, values: Tensor, lengths: Tensor) -> Tensor:
        """Map right-padded (B, T, F) and (B,) to logits (B, C)."""
        mask = padding_mask(lengths, values.shape[1])
        pooled = self.pooling(self.encoder(values, lengths), mask)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits

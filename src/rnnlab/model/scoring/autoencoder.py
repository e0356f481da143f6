"""A sequence autoencoder: a window that it cannot reconstruct is unusual.

Shapes: B rows, T times of a window, F features of a time, C channels, E features of the code.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import State
from rnnlab.model.scoring.base import ScoringNetwork
from rnnlab.model.scoring.settings import checked


class SequenceAutoencoder(ScoringNetwork):
    """Reads a window into a small code, and writes its values from the code, the last one first.

    Malhotra et al. (2016), but that the decoder reads the code at every step instead of its own outputs, so
    that it writes a whole window in one pass. The loss is Huber's of scaled values.

    Args:
        encoder: `input_size` F; it may read in both directions, since a window has only past times.
        channels: C, the first C features of a step are their values.
        window: times of a window; every: windows end at each time whose number is a multiple of it.
        code_size: E, much less than a window has values.
        dropout: probability in [0, 1) to drop a feature of the code.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(
        self,
        encoder: RecurrentEncoder,
        channels: int,
        window: int = 64,
        every: int = 1,
        code_size: int = 8,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.encoder, self.channels = encoder, channels
        self.window, self.every = checked("window", window), checked("every", every)
        self.code = nn.Linear(encoder.output_size, checked("code_size", code_size))
        self.dropout = nn.Dropout(dropout)
        self.decoder = RecurrentEncoder("gru", code_size, encoder.hidden_size)
        self.head = nn.Linear(encoder.hidden_size, channels)

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State | None]:
        """Map windows (B, T, F) to reconstructions (B, T, 1, C, 1); there is no state."""
        code = self.dropout(self.code(self.encode(inputs).final))  # (B, E)
        steps = code.unsqueeze(1).expand(-1, inputs.shape[1], -1)
        values = self.head(self.decoder(steps).outputs).flip(1)  # (B, T, C)
        return values[:, :, None, :, None], None

    def losses(self, expected: Tensor, values: Tensor) -> Tensor:
        return F.huber_loss(expected.squeeze(-1), values, reduction="none")

"""Loss of predicting the words around each place from the encoder's states.

Shapes: B rows, T steps, O encoder features, P places, K tokens of a region, C predicted words.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.kinds.classification.pretraining.targets import Targets, regions

TINY = 1e-6  # a batch in which nothing counts has the loss 0


class RegionLoss(nn.Module):
    """Cross-entropy of the words of a region, predicted at once and in no order from one state.

    The forward half of the states predicts the words after a place and the backward half those before it,
    which they have not read (Johnson & Zhang 2016, section 3: LSTM tv-embeddings). A direction begins as the
    words' frequencies.

    Args:
        output_size: features of the encoder, both directions'.
        directions: 1, or 2 where the second half of the features is the backward direction's.
        region: tokens of a region.
        dropout: probability in [0, 1) of a feature to be dropped.
    """

    def __init__(
        self, output_size: int, directions: int, targets: Targets, region: int, dropout: float
    ) -> None:
        super().__init__()
        self.region, self.dropout = region, nn.Dropout(dropout)
        self.register_buffer("classes", targets.classes)
        self.register_buffer("weights", targets.weights)
        heads = [nn.Linear(output_size // directions, len(targets.prior)) for _ in range(directions)]
        for head in heads:
            nn.init.zeros_(head.weight)
            head.bias.data.copy_(targets.prior)
        self.heads = nn.ModuleList(heads)

    def forward(self, outputs: Tensor, text: Tensor, lengths: Tensor, places: Tensor) -> Tensor:
        """Return the mean loss of each direction in nats a word, (directions,).

        Args:
            outputs: (B, T, O) states.
            text: (B, T or more) ids, 0 beyond a row's end.
            lengths: (B,) real steps. places: (S,) steps to predict from.
        """
        real = places < lengths.unsqueeze(1)  # (B, S)
        states = self.dropout(outputs[:, places][real]).chunk(len(self.heads), dim=-1)  # (P, H) each
        told = regions(text, places, self.region)
        both = zip(self.heads, states, told, strict=False)  # one direction predicts only the words after
        return torch.stack([self._mean(head, state, ids[real]) for head, state, ids in both])

    def _mean(self, head: nn.Module, states: Tensor, ids: Tensor) -> Tensor:
        """Return the mean loss of states (P, H) and the ids (P, K) of their regions."""
        weights: Tensor = self.weights[ids]  # type: ignore[index]
        logits = head(states).float()  # (P, C)
        chosen = logits.gather(1, self.classes[ids])  # type: ignore[index]
        nats = logits.logsumexp(dim=1) * weights.sum(dim=1) - (chosen * weights).sum(dim=1)
        return nats.sum() / weights.sum().clamp(min=TINY)

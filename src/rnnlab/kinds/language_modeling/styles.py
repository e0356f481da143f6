"""Styles of a batch's rows: the network's style weights, and the loss of each style.

Shapes: B rows, T tokens, S styles, V ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.kinds.language_modeling.token_loss import TokenLoss, total


def style_weights(network: nn.Module, styles: Tensor | None) -> Tensor | None:
    """Return one-hot weights (B, S) of styles (B,); None for a network or a batch without styles."""
    count = 0 if styles is None else int(getattr(network, "styles", 0))
    return F.one_hot(styles, count).float() if styles is not None and count else None


class OfStyles:
    """`Nats` of each style separately.

    Attributes:
        names: of the styles, in the order of their numbers.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.nats = [TokenLoss() for _ in self.names]

    def add(self, logits: Tensor, targets: Tensor, styles: Tensor | None) -> None:
        """Add logits (B, T, V) and targets (B, T) that `real_targets` has masked, each row to its style."""
        if styles is None or not self.names:
            return
        for number, nats in enumerate(self.nats):
            rows = styles == number  # (B,)
            if rows.any():
                nats.add(logits[rows], targets[rows])

    def metrics(self, protocol: str) -> dict[str, float]:
        """Return nats a token of each style that has any, as `nats_PROTOCOL_NAME`."""
        found = zip(self.names, self.nats, strict=True)
        return {f"nats_{protocol}_{name}": nats.nats / nats.tokens for name, nats in found if nats.tokens}


def summed(parts: Sequence[OfStyles]) -> OfStyles:
    """Return the sums over all processes."""
    whole = OfStyles(parts[0].names)
    whole.nats = [total(list(same)) for same in zip(*(part.nats for part in parts), strict=True)]
    return whole

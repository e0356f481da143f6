"""Surprisal of each token under a language model. Shapes: T tokens, V ids."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.explain.outcome import row_of

CHUNK = 2048  # tokens of one pass: the state is carried on, the logits (T, V) are dropped


@torch.no_grad()
def surprisal(network: nn.Module, ids: list[int]) -> Tensor:
    """Return (T,) -log p in nats of each token given those before it, read from an empty state.

    The first token has none and is 0.
    """
    tokens, _ = row_of(network, ids)
    state, parts = None, [torch.zeros(1, device=tokens.device)]
    for start in range(0, len(ids) - 1, CHUNK):
        following = tokens[0, start + 1 : start + CHUNK + 1]
        logits, state = network(tokens[:, start : start + len(following)], state)
        logs = logits[0].log_softmax(dim=-1)  # (T, V)
        parts.append(-logs.gather(1, following.unsqueeze(1)).squeeze(1))
    return torch.cat(parts)

"""Occlusion: the drop in the output when one token is hidden.

Sources: Zeiler & Fergus 2014; Li, Monroe & Jurafsky 2016.

Shapes: T tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.explain.outcome import Aim, NumberAim, lengths_of, row_of

MOST_TOKENS = 16384  # tokens of one pass


@torch.no_grad()
def occlusion(
    network: nn.Module, ids: list[int], aim: Aim | NumberAim, hidden_id: int
) -> tuple[Tensor, float]:
    """Return (T,) the drop in the log-odds of the class that `aim` names, or in its number, when `hidden_id`
    replaces each token in turn, and the value for the whole text.

    A token that is already `hidden_id` has 0.
    """
    whole, _ = row_of(network, ids)
    rows = whole.repeat(len(ids) + 1, 1)  # the first one is unchanged
    rows[1:].fill_diagonal_(hidden_id)
    outcomes = []
    for part in rows.split(max(MOST_TOKENS // len(ids), 1)):
        outcomes.append(aim.outcome(network(part, lengths_of(part))))
    outcome = torch.cat(outcomes)
    return outcome[0] - outcome[1:], float(outcome[0])

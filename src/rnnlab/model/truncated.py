"""Backpropagation through the last part of a long text alone.

Shapes: B rows, T steps, E input features, O output size.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.sequence import last_step, padding_mask


def encode_tail(encoder: RecurrentEncoder, vectors: Tensor, lengths: Tensor, bptt: int) -> Encoded:
    """What `encoder(vectors, lengths)` says, with a gradient through the last steps alone (as the truncated
    classifiers of Dai & Le 2015 and of Howard & Ruder 2018).

    The rows of a batch are cut at one step, `bptt` before the end of the shortest: from there on its last
    `bptt` words are read, and of a longer row as many more as it is longer. The words before go through
    without a graph, which costs a third and no memory; their outputs still count in the pooling. Dropouts
    inside the encoder draw a mask for each of the two parts.

    Args:
        encoder: a causal one.
        vectors: (B, T, E), right-padded. lengths: (B,).
    """
    cut = int(lengths.min()) - bptt
    if cut <= 0:
        return encoder(vectors, lengths)  # type: ignore[no-any-return]
    with torch.no_grad():
        head = encoder(vectors[:, :cut])
    tail = encoder(vectors[:, cut:], state=head.state)  # runs on into the padding, which no real step sees
    rest = lengths - cut
    real = padding_mask(rest, vectors.shape[1] - cut).unsqueeze(-1)  # (B, T - cut, 1)
    ends = tail.outputs.masked_fill(~real, 0).transpose(0, 1)  # (T - cut, B, O)
    steps = torch.cat((head.outputs.transpose(0, 1), ends))  # (T, B, O)
    return Encoded(steps.transpose(0, 1), last_step(steps, lengths), None)

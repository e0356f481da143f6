"""Truncated backpropagation through the last part of a long text.

Shapes: B rows, T steps, E input features, O output size.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.sequence import last_step, padding_mask


def encode_tail(encoder: RecurrentEncoder, vectors: Tensor, lengths: Tensor, bptt: int) -> Encoded:
    """Return `encoder(vectors, lengths)` with gradients through the last steps only (as in the truncated
    classifiers of Dai & Le 2015 and of Howard & Ruder 2018).

    All rows of a batch are split at the same step, `bptt` before the end of the shortest: gradients flow
    through its last `bptt` words, and in a longer row through as many more as it is longer. The words before
    are read without a graph, at a third of the time and without its memory; their outputs still count in the
    pooling. Dropouts inside the encoder draw a mask for each of the two parts.

    Args:
        encoder: a causal one.
        vectors: (B, T, E), right-padded. lengths: (B,).
    """
    cut = int(lengths.min()) - bptt
    if cut <= 0:
        return encoder(vectors, lengths)  # type: ignore[no-any-return]
    with torch.no_grad():
        head = encoder(vectors[:, :cut])
    tail = encoder(vectors[:, cut:], state=head.state)  # runs on into the padding, which real steps ignore
    rest = lengths - cut
    real = padding_mask(rest, vectors.shape[1] - cut).unsqueeze(-1)  # (B, T - cut, 1)
    ends = tail.outputs.masked_fill(~real, 0).transpose(0, 1)  # (T - cut, B, O)
    steps = torch.cat((head.outputs.transpose(0, 1), ends))  # (T, B, O)
    return Encoded(steps.transpose(0, 1), last_step(steps, lengths), None)

"""A decoder that copies words of its source (See et al. 2017).

Shapes: V target ids, S source steps; "..." is (B, T) steps, (B,) rows or (N,) tokens.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.memory import Memory, Read


class PointerDecoder(LuongDecoder):
    """Attention as in `LuongDecoder`, whose weights are also the probabilities of copying each source word.

        p = sigmoid(w [h; c; x] + b)
        P(word) = p softmax(scores)(word) + (1 - p) sum of a_s over the source steps s that are the word

    Arguments and errors are those of `LuongDecoder`; the paper's score is additive, and its coverage 1.0 in
    the last steps of training.
    """

    copies = True

    def make_gate(self) -> nn.Linear:
        gate = nn.Linear(self.layers.output_size + self.memory_size + self.input_size, 1)
        nn.init.xavier_uniform_(gate.weight)
        nn.init.zeros_(gate.bias)
        return gate


def copied_scores(logits: Tensor, read: Read, memory: Memory, chosen: Tensor | None = None) -> Tensor:
    """Return the log probabilities of a vocabulary's logits and of copies; see `with_copies`.

    Args:
        logits: (B, T, V), or (N, V) of the steps chosen.
        chosen: mask (B, T) of the steps that have logits; None for all.
    """
    assert memory.copies is not None
    assert read.attention is not None
    assert read.generate is not None
    attention, generate = read.attention, read.generate
    copies = memory.copies.unsqueeze(1).expand(attention.shape)  # (B, T, S)
    if chosen is not None:
        attention, generate, copies = attention[chosen], generate[chosen], copies[chosen]
    return with_copies(logits, attention, generate, copies, memory.extra)


def with_copies(logits: Tensor, attention: Tensor, generate: Tensor, copies: Tensor, extra: int) -> Tensor:
    """Return log probabilities (..., V + extra), finite everywhere.

    Args:
        logits: (..., V) of the vocabulary.
        attention: (..., S), whose rows sum to 1.
        generate: (..., 1), the logit of the vocabulary against the copy.
        copies: (..., S), the id of each source word, below V + extra where the attention is not 0.
        extra: number of ids from V on.
    """
    generate = generate.to(logits.dtype)
    written = torch.softmax(logits, dim=-1) * torch.sigmoid(generate)  # (..., V)
    total = F.pad(written, (0, extra))  # (..., V + extra)
    copied = attention.to(logits.dtype) * torch.sigmoid(-generate)  # (..., S)
    total = total.scatter_add(-1, copies, copied)
    return total.clamp_min(torch.finfo(total.dtype).tiny).log()

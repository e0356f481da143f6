"""What a decoder reads of its source and what it returns.

Shapes: B rows, S source steps, T target steps, V target ids, F features, A features of a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnnlab.model.layer import State


class Memory(NamedTuple):
    """The encoded sources, which no step changes.

    keys: (B, S, A), what a query is compared with; the same tensor as values for score=dot, None without
        attention.
    values: (B, S, F), what attention averages; None without attention.
    mask: (B, S), True where a source token is real.
    copies: (B, S), the target id of each source token, V and more for words that the vocabulary lacks; None
        for a decoder that does not copy.
    extra: number of ids from V that the scores have a column for.
    """

    keys: Tensor | None
    values: Tensor | None
    mask: Tensor
    copies: Tensor | None = None
    extra: int = 0

    def select(self, rows: Sequence[int] | Any) -> Memory:
        """Return the memory of some rows, in that order; a row may appear several times."""
        index = torch.as_tensor(rows, dtype=torch.long, device=self.mask.device)
        keys, values, mask, copies = (
            None if part is None else part.index_select(0, index)
            for part in (self.keys, self.values, self.mask, self.copies)
        )
        assert mask is not None
        return Memory(values if self.keys is self.values else keys, values, mask, copies, self.extra)


class Read(NamedTuple):
    """A decoder's result for several steps, before the output layer.

    features: (B, T, F), the input of the output layer.
    attention: (B, T, S) in float32 at least, rows sum to 1; None without attention.
    generate: (B, T, 1), the logit of writing a word of the vocabulary instead of a copied one, or None.
    overlap: (B, T), the sum over source steps of min(attention, coverage); None without coverage.
    state: after the last step; None of a pass over a whole target.
    """

    features: Tensor
    attention: Tensor | None = None
    generate: Tensor | None = None
    overlap: Tensor | None = None
    state: State | None = None

    def coverage_loss(self, mask: Tensor) -> Tensor | None:
        """Return the mean overlap of the real target tokens, by a mask (B, T); None without coverage."""
        return None if self.overlap is None else (self.overlap * mask).sum() / mask.sum()


class Step(NamedTuple):
    """scores: (B, V + extra), whose log softmax is the log probability of the next token; attention: (B, S),
    or None; state: after the step.
    """

    scores: Tensor
    attention: Tensor | None
    state: State


class Decoded(NamedTuple):
    """scores: (B, T, V + extra), or (N, V + extra) of the N real target tokens alone, float32 at least;
    attention: (B, T, S), or None; coverage_loss: (), the mean over real target tokens of the attention that
    falls on source steps attended to before, unweighted; None without coverage.
    """

    scores: Tensor
    attention: Tensor | None
    coverage_loss: Tensor | None

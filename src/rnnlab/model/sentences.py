"""Positions of the sentences of a flat batch, and conversion to and from sentences, without a Python loop.

Shapes: B rows, T steps, S sentences of the whole batch, W words of its longest sentence, M sentences of its
longest row, F features. Sentences are in the order of the rows, and within a row in the order of the text.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from rnnlab.model.sequence import padding_mask

SENTENCE_ID = 2
"""The token that closes a sentence: a mark between sentences, not one of the words."""


class Sentences(NamedTuple):
    """The sentences of a batch.

    words: (B, T), True where a token is a word of a sentence.
    rows, starts: (S,), the row of each sentence and the step of its first word; lengths: (S,), its words.
    counts: (B,), sentences of each row, at least 1.
    """

    words: Tensor
    rows: Tensor
    starts: Tensor
    lengths: Tensor
    counts: Tensor


def find(tokens: Tensor, lengths: Tensor) -> Sentences:
    """Find the sentences of right-padded tokens (B, T) with lengths (B,), each at least 1.

    A sentence is a run of words between two separators or ends of the row, so that a row may begin or end in
    mid-sentence, and separators without words between them are ignored. In a row of separators alone the
    first is kept as its only word.
    """
    words = padding_mask(lengths, tokens.shape[1]) & (tokens != SENTENCE_ID)  # (B, T)
    words[:, 0] |= ~words.any(dim=1)
    edge = words.new_zeros(len(words), 1)
    opening = words & ~torch.cat((edge, words[:, :-1]), dim=1)
    closing = words & ~torch.cat((words[:, 1:], edge), dim=1)
    rows, starts = opening.nonzero(as_tuple=True)
    ends = closing.nonzero(as_tuple=True)[1]
    return Sentences(words, rows, starts, ends - starts + 1, opening.sum(dim=1))


def split(tokens: Tensor, sentences: Sentences) -> Tensor:
    """Map (B, T) to the sentences (S, W), right-padded by 0."""
    longest = int(sentences.lengths.max())
    inside = padding_mask(sentences.lengths, longest)  # (S, W)
    return tokens.new_zeros(inside.shape).masked_scatter(inside, tokens[sentences.words])


def join(values: Tensor, sentences: Sentences) -> Tensor:
    """Map a value for each word of the sentences (S, W) to (B, T), 0 at separators and padding."""
    inside = padding_mask(sentences.lengths, values.shape[1])
    return values.new_zeros(sentences.words.shape).masked_scatter(sentences.words, values[inside])


def word_index(sentences: Sentences, chosen: Tensor, longest: int, num_steps: int) -> Tensor:
    """Return the positions of some sentences' words in the batch: row numbers of time-major (T * B, F).

    `chosen` (N,) are indices of sentences of at most `longest` words. The result is (longest, N), arbitrary
    past a sentence's end.
    """
    step = torch.arange(longest, device=chosen.device).unsqueeze(1) + sentences.starts[chosen]
    return step.clamp(max=num_steps - 1) * len(sentences.counts) + sentences.rows[chosen]


def by_row(vectors: Tensor, counts: Tensor) -> Tensor:
    """Map a vector for each sentence (S, F) to those of each row (B, M, F), right-padded by 0."""
    real = padding_mask(counts, int(counts.max())).unsqueeze(-1)  # (B, M, 1)
    return vectors.new_zeros(*real.shape[:2], vectors.shape[1]).masked_scatter(real, vectors)


def like_lengths(lengths: Tensor, number: int) -> list[Tensor]:
    """Split the indices of the sentences (S,), by length, into at most `number` parts of about equal words.

    Each part is equal work: a few long sentences are padded to their longest, many short ones to theirs.
    """
    order = lengths.argsort(stable=True)
    total = lengths[order].cumsum(0)
    part = (total - 1) * number // total[-1]  # (S,)
    sizes = torch.bincount(part, minlength=number).tolist()
    return [chosen for chosen in order.split(sizes) if len(chosen)]

"""Batches of a data loader. B rows or lanes, T steps, padded with id 0.

Padding is on the right, or on the left of labelled texts with `data.padding=pre`.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Batch(NamedTuple):
    """Labelled texts and, if training uses them, U unlabelled texts.

    Attributes:
        tokens: (B, T) int64; the real ones are `tokens[b, :lengths[b]]`, or `tokens[b, -lengths[b]:]` where
            they are padded on the left.
        lengths: (B,) int64, real tokens of each row, at least 1.
        labels: (B,) int64 class ids, or numbers float32, or flags (B, C) uint8 of each label.
        rows: (B,) int64, number of each row in its split.
        unlabelled_tokens: (U, T) int64, of a T of their own; None where there are none.
        unlabelled_lengths: (U,) int64.
        unlabelled_targets: (U, C) probabilities predicted by a teacher; None without a teacher.
    """

    tokens: Tensor
    lengths: Tensor
    labels: Tensor
    rows: Tensor
    unlabelled_tokens: Tensor | None = None
    unlabelled_lengths: Tensor | None = None
    unlabelled_targets: Tensor | None = None


class Window(NamedTuple):
    """A window of running text and its targets, one step ahead.

    Attributes:
        tokens: (B, T) int64.
        targets: (B, T) int64.
        lengths: (B,) int64, real steps of each lane.
        fresh: the state must be zeroed before this batch; otherwise each lane continues with its state.
        scale: factor of the learning rate for this batch's step.
        styles: (B,) int64, the number of each lane's style; None where the text has none.
    """

    tokens: Tensor
    targets: Tensor
    lengths: Tensor
    fresh: bool
    scale: float = 1.0
    styles: Tensor | None = None

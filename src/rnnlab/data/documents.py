"""Documents as rows for a language model, which predicts each token but the first of a document once.

Shapes: B rows, T steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch.utils.data import Dataset

from rnnlab.data.batch import Window
from rnnlab.data.cache import Split


class Documents(Dataset):
    """Pieces of documents, each read from a zero state; `documents[[0, 1]]` is a batch of two.

    A document of up to `window` + 1 tokens is one piece, a longer one several of nearly equal length. A
    document of a single token has nothing to predict and no piece. No row continues the state of another, so
    that a classifier with these weights starts its texts in the same way.

    Args:
        split: the documents.
        window: most steps of a piece.
        reversed: from a document's last token to its first.
    """

    def __init__(self, split: Split, window: int, reversed: bool = False) -> None:
        steps = np.maximum(split.lengths - 1, 0)  # to predict
        pieces = -(-steps // window)
        document = np.repeat(np.arange(len(steps)), pieces)
        number = np.arange(len(document)) - np.repeat(np.cumsum(pieces) - pieces, pieces)  # in its document
        cuts = [(number + side) * steps[document] // pieces[document] for side in (0, 1)]
        self.ids, self.lengths = split.ids, cuts[1] - cuts[0]
        last = split.offsets[1:][document] - 1
        self.starts = last - cuts[0] if reversed else split.offsets[:-1][document] + cuts[0]
        self.direction = -1 if reversed else 1

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, rows: Sequence[int]) -> Window:
        index = np.asarray(rows)
        lengths = self.lengths[index]
        steps = np.arange(lengths.max() + 1)
        real = steps <= lengths[:, None]  # (B, T + 1): one token more than steps
        places = np.where(real, self.starts[index][:, None] + self.direction * steps, 0)
        text = torch.from_numpy(np.where(real, self.ids[places], 0).astype(np.int64))
        counted = torch.from_numpy(lengths)
        padded = torch.arange(text.size(1) - 1) >= counted.unsqueeze(1)  # (B, T)
        tokens, targets = (part.masked_fill(padded, 0) for part in (text[:, :-1], text[:, 1:]))
        return Window(tokens, targets, counted, fresh=True)


def merged(first: Split, second: Split | None) -> Split:
    """Concatenate the rows of both."""
    if second is None:
        return first
    offsets = np.concatenate([first.offsets, second.offsets[1:] + len(first.ids)])
    arrays = [
        np.concatenate([getattr(part, name) for part in (first, second)])
        for name in ("ids", "labels", "rows")
    ]
    return Split(arrays[0], offsets, arrays[1], arrays[2], first.file, first.empty + second.empty)


def without(split: Split, others: Sequence[Split]) -> Split:
    """Return the rows whose tokens differ from those of every row of `others`."""
    known = {text for other in others for text in _texts(other)}
    return _kept(split, np.array([text not in known for text in _texts(split)], dtype=bool))


def spread(split: Split, most: int | None) -> Split:
    """Return at most so many rows, evenly spaced from first to last; None takes all."""
    count = len(split.lengths)
    if most is None or most >= count:
        return split
    keep = np.zeros(count, dtype=bool)
    keep[np.arange(most) * count // most] = True
    return _kept(split, keep)


def _kept(split: Split, keep: np.ndarray) -> Split:
    lengths = split.lengths
    offsets = np.concatenate([[0], np.cumsum(lengths[keep])])
    ids = split.ids[np.repeat(keep, lengths)]
    return Split(ids, offsets, split.labels[keep], split.rows[keep], split.file, split.empty)


def _texts(split: Split) -> list[bytes]:
    """Return the tokens of each row in a form that can be compared."""
    ids, ends = np.ascontiguousarray(split.ids, dtype=np.int32), split.offsets.tolist()
    return [ids[start:end].tobytes() for start, end in pairwise(ends)]

"""Target words of a region, and their weights.

Shapes: V ids, C predicted words, B rows, T steps, S places, K tokens of a region.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID


class Targets(NamedTuple):
    """The role of each id as a target.

    Attributes:
        classes: (V,) number of a predicted word; 0 for ids that are not predicted.
        weights: (V,) how much one occurrence counts; 0 for ids that are not predicted.
        prior: (C,) log of each word's fraction of all that counts.
    """

    classes: Tensor
    weights: Tensor
    prior: Tensor


def targets_of(counts: np.ndarray, words: int, sample: float) -> Targets:
    """Return targets for the `words` most frequent ids except padding and unknown.

    A word that makes up the fraction f of the text counts min(1, sqrt(sample / f)): what word2vec keeps of it
    on average (Mikolov et al. 2013), without the draw.

    Args:
        counts: (V,) occurrences.
        sample: 0 lets every occurrence count 1.
    """
    shares = counts / max(counts.sum(), 1)
    shares[[PAD_ID, UNKNOWN_ID]] = 0
    predicted = np.argsort(-shares, kind="stable")[:words]
    predicted = predicted[shares[predicted] > 0]
    classes, weights = np.zeros(len(counts), dtype=np.int64), np.zeros(len(counts))
    classes[predicted] = np.arange(len(predicted))
    weights[predicted] = np.minimum(1, np.sqrt(sample / shares[predicted])) if sample else 1.0
    mass = shares[predicted] * weights[predicted]
    tensors = torch.from_numpy(classes), torch.from_numpy(weights).float()
    return Targets(*tensors, torch.from_numpy(np.log(mass / mass.sum())).float())


def regions(text: Tensor, places: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Return the `size` tokens after each place and those before it, (B, S, K) each; 0 where there are none.

    Args:
        text: (B, T) ids, 0 beyond a row's end.
        places: (S,) steps in [0, T).
    """
    windows = F.pad(text, (size, size), value=PAD_ID).unfold(1, size, 1)  # number p begins at text[p - size]
    return windows[:, places + size + 1], windows[:, places]

"""A tagger's network as functions of arrays. B rows, T words, K tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rnnlab.data.tagged_words import PaddedWords
from rnnlab.kinds.tagging.chain import Chain

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


def inputs_of(words: PaddedWords, device: Any = "cpu") -> list[Any]:
    """Return the arguments of a network: tokens, lengths, letters and pieces, the last two or None."""
    return [None if array is None else torch.from_numpy(array).to(device) for array in words]


def network_of(run: FinishedRun) -> Callable[[PaddedWords], np.ndarray]:
    """Return a run's network, which maps padded words to emissions (B, T, K)."""

    def compute(words: PaddedWords) -> np.ndarray:
        with torch.inference_mode():
            return np.asarray(run.network(*inputs_of(words, run.device)).float().cpu().numpy())

    return compute


def chain_of(network: Any) -> Chain:
    """Return the scores of transitions between a network's tags."""
    with torch.inference_mode():
        return Chain(*(part.detach().float().cpu().numpy() for part in network.transitions()))

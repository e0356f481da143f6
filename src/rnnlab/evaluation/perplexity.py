"""A language model's loss as perplexity, bits per token and bits per character."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Surprise(NamedTuple):
    """Nats, bits and perplexity per token; `bits_per_character` is None if characters are unknown."""

    nats: float
    bits: float
    perplexity: float
    bits_per_character: float | None


def surprise(nats: float | Sequence[float], tokens: int | Sequence[int], characters: int = 0) -> Surprise:
    """Compute the mean from nats summed over texts or batches and their numbers of tokens.

    The mean is over tokens: a batch is weighted by its tokens, and the perplexity is that of the mean, not a
    mean of perplexities.

    Args:
        nats: summed over the tokens of each text, not their mean.
        tokens: number of tokens of each text, above 0 in total.
        characters: number of characters in the texts; 0 if unknown.

    Raises:
        ValueError: there are no tokens.
    """
    total, number = float(np.sum(nats)), int(np.sum(tokens))
    if number < 1:
        raise ValueError(f"tokens={number} must be above 0")
    mean = total / number
    per_character = total / math.log(2) / characters if characters else None
    return Surprise(mean, mean / math.log(2), math.exp(mean) if mean < 700 else math.inf, per_character)

"""A language model's loss in other words: perplexity, bits a token, bits a character."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Surprise(NamedTuple):
    """Per token: nats, bits and perplexity; `bits_per_character` is None where characters are unknown."""

    nats: float
    bits: float
    perplexity: float
    bits_per_character: float | None


def surprise(nats: float | Sequence[float], tokens: int | Sequence[int], characters: int = 0) -> Surprise:
    """Of sums of nats over texts or batches and their numbers of tokens.

    The mean is over tokens: a batch counts by its tokens, and the perplexity is that of the mean, never a
    mean of perplexities.

    Args:
        nats: summed over the tokens of each text, not their mean.
        tokens: how many each text has, above 0 in all.
        characters: of the texts that the tokens stand for; 0 where that is not known.

    Raises:
        ValueError: there is no token.
    """
    total, number = float(np.sum(nats)), int(np.sum(tokens))
    if number < 1:
        raise ValueError(f"tokens={number} must be above 0")
    mean = total / number
    per_character = total / math.log(2) / characters if characters else None
    return Surprise(mean, mean / math.log(2), math.exp(mean) if mean < 700 else math.inf, per_character)

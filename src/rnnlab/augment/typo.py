"""Slips of the finger in one word."""

from __future__ import annotations

import numpy as np

from rnnlab.augment.keyboard import NEAR


def typo(word: str, rng: np.random.Generator) -> str:
    """`word` (of two or more letters) with one slip (Belinkov & Bisk 2018; Pruthi et al. 2019).

    Equally likely: the key beside the right one, a letter left out, a letter doubled, two letters in the
    wrong order. A letter that is not on the keyboard is doubled instead of missed.
    """
    kind, draw = rng.integers(4), rng.random(2)
    place = int(draw[0] * (len(word) - (kind == 3)))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == 0 and (keys := NEAR.get(letter.lower())):
        key = keys[int(draw[1] * len(keys))]
        return before + (key.upper() if letter.isupper() else key) + after
    if kind == 2 or kind == 0:
        return before + letter + letter + after
    if kind == 1:
        return before + after
    return before + after[0] + letter + after[1:]

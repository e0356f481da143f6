"""Slips of the finger in one word."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.keyboard import NEAR


def typo(word: str, rng: np.random.Generator) -> str:
    """`word` (of two or more letters) with one slip (Belinkov & Bisk 2018; Pruthi et al. 2019).

    Equally likely: the key beside the right one, a letter left out, a letter doubled, two letters in the
    wrong order. A letter that is not on the keyboard is doubled instead of missed.
    """
    draws = rng.random(3).tolist()
    kind = int(4 * draws[0])
    place = int(draws[1] * (len(word) - (kind == 3)))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == 0 and (keys := NEAR.get(letter.lower())):
        key = keys[int(draws[2] * len(keys))]
        return before + (key.upper() if letter.isupper() else key) + after
    if kind in (0, 2):
        return before + letter + letter + after
    if kind == 1:
        return before + after
    return before + after[0] + letter + after[1:]

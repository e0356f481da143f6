"""Typing errors in one word."""

from __future__ import annotations

from math import dist

import numpy as np

_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))  # a row and how far it is moved right
_NEAR = 1.3  # key widths between the middles of two keys: the diagonals count, two keys along do not

PLACES: dict[str, tuple[float, float]] = {
    key: (shift + column, float(row))
    for row, (keys, shift) in enumerate(_ROWS)
    for column, key in enumerate(keys)
}
"""Middle of each key, (x, y) in key widths."""

NEAR: dict[str, str] = {
    key: "".join(other for other in PLACES if other != key and dist(place, PLACES[other]) < _NEAR)
    for key, place in PLACES.items()
}
"""The keys beside each key."""


def typo(word: str, rng: np.random.Generator) -> str:
    """Return `word` (of two or more letters) with one typo (Belinkov & Bisk 2018; Pruthi et al. 2019).

    Four kinds are equally likely: a neighbouring key, a letter left out, a letter doubled, two letters in
    the wrong order. A letter that is not on the keyboard is doubled instead of replaced by a neighbour.
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

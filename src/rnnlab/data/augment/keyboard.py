"""Which keys lie side by side on a QWERTY keyboard."""

from __future__ import annotations

from math import dist

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

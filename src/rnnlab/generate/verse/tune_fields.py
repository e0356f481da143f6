"""The fields of a tune in ABC notation 2.1: meter, unit of length, key."""

from __future__ import annotations

import re
from fractions import Fraction

NEEDED = "XTMLK"  # required fields: X first, T second and K last
KNOWN = "ABCDFGHIKLMmNOPQRrSsTUVWwXZ"
FIELD = re.compile(r"([A-Za-z]):\s*(.*)")
_KEY = re.compile(
    r"(?:[A-G][#b]?\s*(?:maj|major|m|min|minor|mix|mixolydian|dor|dorian|phr|phrygian|lyd|lydian|loc|locrian"
    r"|ion|ionian|aeo|aeolian)?|none|HP|Hp)(?:\s+\S.*)?",
    re.IGNORECASE,
)
_NAMED = {"C": Fraction(1), "C|": Fraction(1), "none": None}


class FieldError(ValueError):
    """An invalid value of an ABC field."""


def meter(value: str) -> Fraction | None:
    """Return the length of a bar in whole notes; None for a free meter. Raises FieldError."""
    value = value.strip()
    if value in _NAMED:
        return _NAMED[value]
    found = re.fullmatch(r"\(?(\d+(?:\+\d+)*)\)?/(\d+)", value)
    if not found or int(found[2]) not in {1, 2, 4, 8, 16, 32, 64} or not sum(map(int, found[1].split("+"))):
        raise FieldError(f"M:{value} is no meter, such as 4/4, 6/8 or C|")
    return Fraction(sum(map(int, found[1].split("+"))), int(found[2]))


def compound(value: str) -> bool:
    """Return whether a meter is compound (beats of three parts), as 6/8, 9/8 and 12/8 are."""
    return value.strip().partition("/")[0] in {"6", "9", "12"}


def unit(value: str) -> Fraction:
    """Return the length of a note without a number, in whole notes. Raises FieldError."""
    found = re.fullmatch(r"1/(1|2|4|8|16|32|64|128|256|512)|1", value.strip())
    if not found:
        raise FieldError(f"L:{value.strip()} is no unit of length, such as 1/8")
    return Fraction(value.strip())


def key(value: str) -> str:
    """Check the key and return it unchanged. Raises FieldError."""
    value = value.strip()
    if not _KEY.fullmatch(value):
        raise FieldError(f"K:{value} is no key, such as G, Dmix or Am")
    return value

"""What a string of sounds tells: its syllables, and what of it rhymes."""

from __future__ import annotations

from itertools import takewhile


def syllable_count(sounds: str) -> int:
    """One for each vowel, which is what has a stress."""
    return sum(sounds.count(stress) for stress in "012")


def rhyme_part(sounds: str) -> str:
    """The last stressed vowel and all that follows, its own stress left out; empty where no vowel is stressed."""
    place = max(sounds.rfind("1"), sounds.rfind("2"))
    return sounds[place - 2 : place] + sounds[place + 1 :] if place > 0 else ""


def onset(sounds: str) -> str:
    """The consonants between the last stressed vowel and the vowel before it: `S T R` of `AH0 S T R EY1`."""
    place = max(sounds.rfind("1"), sounds.rfind("2"))
    before = reversed(sounds[: max(place - 2, 0)].split())
    return " ".join(reversed(list(takewhile(lambda sound: not sound[-1].isdigit(), before))))


def perfect(one: str, other: str) -> bool:
    """Whether two strings of sounds rhyme: alike from the last stressed vowel on, and not before it.

    `light` and `night` do, `light` and `delight` do not: what is the same is no rhyme.
    """
    part = rhyme_part(one)
    return bool(part) and part == rhyme_part(other) and onset(one) != onset(other)

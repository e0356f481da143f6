"""Syllables and rhymes of a string of sounds."""

from __future__ import annotations

# Consonants that begin words together.
_PAIRS = """
    P L/P R/P Y/B L/B R/B Y/T R/T W/D R/D W/K L/K R/K W/K Y/G L/G R/G W/F L/F R/F Y/V Y/TH R/TH W/SH R/S P/S T
    S K/S F/S M/S N/S L/S W/M Y/HH W/HH Y/N Y/S P L/S P R/S P Y/S T R/S K R/S K W/S K L/S K Y
"""
_ONSETS = frozenset(pair.strip() for line in _PAIRS.splitlines() for pair in line.split("/") if pair.strip())


def syllable_count(sounds: str) -> int:
    """Count the syllables: one for each vowel, since only vowels carry a stress."""
    return sum(sounds.count(stress) for stress in "012")


def rhyme_part(sounds: str) -> str:
    """Return the last stressed vowel, without its stress, and all that follows; empty if none is stressed."""
    place = max(sounds.rfind("1"), sounds.rfind("2"))
    return sounds[place - 2 : place] + sounds[place + 1 :] if place > 0 else ""


def onset(sounds: str) -> str:
    """Return the consonants that begin the last stressed syllable: `S T R` of `D IH0 S T R EH1 S`.

    The onset is the longest run of consonants before the vowel that can begin an English word.
    """
    place = max(sounds.rfind("1"), sounds.rfind("2"))
    before: list[str] = []
    for sound in reversed(sounds[: max(place - 2, 0)].split()):
        longer = [sound, *before]
        if sound[-1].isdigit() or not (len(longer) == 1 or " ".join(longer) in _ONSETS):
            break
        before = longer
    return " ".join(before)


def perfect(one: str, other: str) -> bool:
    """Return whether two strings of sounds rhyme: equal from the last stressed vowel on, but not before it.

    `light` and `night` do, `light` and `delight` do not: identical syllables are no rhyme.
    """
    part = rhyme_part(one)
    return bool(part) and part == rhyme_part(other) and onset(one) != onset(other)

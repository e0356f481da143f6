"""Pronunciations of words: from the dictionary, or by rule from a word of the dictionary."""

from __future__ import annotations

from functools import cache

from rnnlab.generate.verse.dictionary import dictionary
from rnnlab.generate.verse.endings import elided, join, parts_of, without_vowel
from rnnlab.generate.verse.estimate import estimate_syllables, spelled_rhyme
from rnnlab.generate.verse.sounds import perfect, syllable_count

_DEEPEST = 2  # prefixes and suffixes removed from one word


def say(word: str) -> list[str]:
    """Return all pronunciations of a word (`FEED'ST` is `feed` and `st`); empty if it is not known.

    Raises:
        UserError: there is no pronouncing dictionary.
    """
    return list(_say(word.lower().replace("’", "'"), _DEEPEST))


def known(word: str) -> bool:
    """Return whether the dictionary has the word, or a word that it is derived from."""
    return bool(say(word))


@cache
def syllables(word: str) -> int:
    """Count the syllables of the first pronunciation, or estimate them from the spelling of an unknown
    word."""
    ways = say(word)
    return syllable_count(ways[0]) if ways else estimate_syllables(word)


def rhymes(one: str, other: str) -> bool:
    """Return whether two known words rhyme in some pronunciation; a word does not rhyme with itself."""
    if one.lower() == other.lower():
        return False
    return any(perfect(a, b) for a in say(one) for b in say(other))


def rhymes_by_spelling(one: str, other: str) -> bool:
    """Return whether two words are spelled as if they rhymed, and one of them is not known."""
    return not (known(one) and known(other)) and spelled_rhyme(one, other)


@cache
def _say(word: str, deepest: int) -> tuple[str, ...]:
    found = dictionary().sounds(word)
    if not found and word.strip("'") != word:  # of quotation marks
        found = list(_say(word.strip("'"), deepest))
    if not found and deepest and word.isascii() and len(word) > 3:
        found = _by_rule(word, deepest - 1)
    return tuple(found)


def _by_rule(word: str, deepest: int) -> list[str]:
    for depth in (0, deepest):  # one suffix before two
        for parts in parts_of(word):
            if len(parts.base) > 1 and (ways := _say(parts.base, depth)):
                return [join(parts.before, sounds, parts.after) for sounds in ways]
    for full in elided(word):
        if full in dictionary().first:
            return [without_vowel(sounds) for sounds in dictionary().sounds(full)]
    return []

"""Syllables and rhymes of words that no dictionary has, estimated from their spelling."""

from __future__ import annotations

import re
import unicodedata

_SILENT = re.compile(r"(?<=[^aeiouy])(?<![^aeiouy]l)e$|(?<=[^aeiouytd])e(?=d$)|(?<=[^aeiouyszxcgh])e(?=s$)")
_VOWELS = re.compile(r"[aeiouy]+")
_PARTED = re.compile(r"i[aou]|[aeou]ing|eo(?!u)|[aiu]e[rt]$|[uo]a(?!r)|ism$")
_JOINED = re.compile(r"(?:[ctsx]i|gi|shi)[oa]|gue|que|[qg]ua|[^aeiouy]e(?=ly$|ness$|ment$|fore$)")


def plain(word: str) -> str:
    """Return the word in lower case, letters without their accents."""
    apart = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in apart if c.isascii() and (c.isalpha() or c == "'"))


def estimate_syllables(word: str) -> int:
    """Count the groups of voiced vowels, at least 1 in a word with a letter: 3 in `bolingbroke`."""
    letters = plain(word).replace("'", "")
    heard = _SILENT.sub("", letters)
    groups = len(_VOWELS.findall(heard)) + len(_PARTED.findall(heard)) - len(_JOINED.findall(heard))
    return max(groups, 1) if letters else 0


def spelled_rhyme(one: str, other: str) -> bool:
    """Return whether two different words are spelled alike from the last vowels on, ignoring a silent e."""
    one, other = plain(one), plain(other)
    return one != other and bool(spelled_part(one)) and spelled_part(one) == spelled_part(other)


def spelled_part(word: str) -> str:
    """Return the last group of vowels and all that follows: `ight` of `knight`, `ake` of `make`."""
    found = re.search(r"[aeiouy]+[^aeiouy']*e?$", plain(word))
    return found.group() if found else ""

"""The words of a line of verse."""

from __future__ import annotations

import re

from rnnlab.generate.verse.pronounce import known, syllables

_WORD = re.compile(r"'?[^\W\d_]+(?:'[^\W\d_]+)*'?")

# Function words that need a next word: a complete line does not end in them.
_WEAK = """
    a an the and or nor but if as than that of to in on at by for from with into unto upon my thy his her its
    our your their am are was were is been do does did hath has have had will would shall should may might
    must can could such which who whom whose what when where while though because i he she we they it's o
    th' i' o' 'tis tis very
"""
WEAK = frozenset(_WEAK.split())


def words_of(text: str) -> list[str]:
    """Return the words in order, with their apostrophes; the parts of `self-same` are two words."""
    return _WORD.findall(text.replace("’", "'"))


def line_syllables(line: str) -> int:
    """Count the syllables of all words; those of unknown words are estimated."""
    return sum(map(syllables, words_of(line)))


def last_word(line: str) -> str:
    """Return the last word; empty if there is none."""
    return (words_of(line) or [""])[-1]


def known_share(line: str) -> tuple[int, int]:
    """Return how many words are known, and how many there are."""
    found = words_of(line)
    return sum(map(known, found)), len(found)

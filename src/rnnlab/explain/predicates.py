"""Simple predicates of each character of a text, to compare hidden units with."""

from __future__ import annotations

import re

import numpy as np

QUOTED = re.compile(r'"[^"]{0,2000}?"|“[^”]{0,2000}?”|«[^»]{0,2000}?»')
BRACKETED = re.compile(r"\([^()]{0,2000}\)|\[[^\[\]]{0,2000}\]")
SPEAKER = re.compile(r"^[^\n:]{1,40}:$", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]+")
NEGATED = re.compile(
    r"(?:\b(?:not|no|never|nothing|without|hardly)|n['’]t)\b((?:\W+\w+){1,3})", re.IGNORECASE
)
LETTERS = 1.5  # a token: more, and tokens are words or pieces of them
# What a token of one letter can show; a whole word has it by itself, since its spelling is in its vector.
OF_LETTERS = {"inside a word", "upper case", "digit", "blank", "line end", "punctuation"}
OF_WORDS = {"after a negation"}


def predicates(text: str) -> dict[str, np.ndarray]:
    """Return name to values (N,) float64, one a character: 1 where it holds and 0 elsewhere, or a number.

    inside quotes, inside brackets: from the opening mark up to, but without, the closing one.
    inside a word: a letter with a letter before it. speaker's name: a short line that ends in a colon, as in
    plays. line position: characters since the line began. after a negation: the three words behind an English
    one.
    """
    characters = np.array(list(text), dtype="<U1")
    found = {
        "inside quotes": _spans(text, QUOTED, last=-1),
        "inside brackets": _spans(text, BRACKETED, last=-1),
        "speaker's name": _spans(text, SPEAKER),
        "after a negation": _spans(text, NEGATED, group=1),
        "inside a word": _spans(text, WORD, first=1),
        "upper case": np.char.isupper(characters),
        "digit": np.char.isdigit(characters),
        "blank": np.char.isspace(characters),
        "line end": characters == "\n",
    }
    letters = np.char.isalnum(characters)
    found["punctuation"] = ~letters & ~found["blank"]
    found["line position"] = line_position(characters)
    return {name: values.astype(np.float64) for name, values in found.items()}


def senseless(letters: float) -> frozenset[str]:
    """Return the names of the predicates to leave out for tokens of so many letters on average.

    Of a word, its case, its digits and its ends are facts of the word and not of its place, and a unit that
    follows them says nothing; of a letter, what holds for words is out of reach.
    """
    return frozenset(OF_LETTERS if letters > LETTERS else OF_WORDS)


def line_position(characters: np.ndarray) -> np.ndarray:
    """Return how many characters (N,) precede each in its line; a line's end belongs to the line."""
    places = np.arange(len(characters))
    begins = np.zeros(len(characters), dtype=np.int64)
    begins[1:] = np.where(characters[:-1] == "\n", places[1:], 0)
    return places - np.maximum.accumulate(begins) if len(characters) else places


def _spans(text: str, pattern: re.Pattern[str], first: int = 0, last: int = 0, group: int = 0) -> np.ndarray:
    """Return (N,) bool, True inside a group of a match, whose ends are shifted by `first` and `last`."""
    inside = np.zeros(len(text), dtype=bool)
    for match in pattern.finditer(text):
        inside[match.start(group) + first : match.end(group) + last] = True
    return inside

"""Normalisation of elongated words, laughter and repeated punctuation."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from rnnlab.text.marks import LONG, tidy
from rnnlab.text.words import WORD, count, plain_english

_HINT = re.compile(r"([^\W\d_])\1\1|([^\W\d_]{2,4}?)\2\2|[!?]{2}|\.{4}", re.IGNORECASE)
_THRICE = re.compile(r"(.)\1\1", re.IGNORECASE)
_RUN = re.compile(r"([^\W\d_])\1\1+", re.IGNORECASE)
_LAUGH = re.compile(r"((?:mu|mw|b|w)?a?)((?:h+([aei])\3*){2,})h*", re.IGNORECASE)
_SYLLABLES = re.compile(r"([^\W\d_]{2,4}?)\1\1+", re.IGNORECASE)
_LOL = re.compile(r"(?:l+o+){2,}l+", re.IGNORECASE)
_ROMAN = re.compile(r"[ivx]+|www", re.IGNORECASE)
_SIGNS = re.compile(r"[!?]{2,}")
_DOTS = re.compile(r"\.{4,}")
_PREFERRED = {"to": "too", "of": "off", "wel": "well"}  # where the commoner word is not the elongated one
_MOST_RUNS = 4


def elongations(text: str) -> str:
    """Shorten `sooo` to `so <long>`, `gooood` to `good <long>`, `!!!` to `! <long>`.

    Three or more equal letters become one or two, whichever makes the commoner word; a syllable repeated
    three times or more is kept twice (`hahahaha` to `haha <long>`). `?!?!` becomes `?! <long>`; four dots and
    more become three.
    """
    if not _HINT.search(text):
        return text
    written = WORD.sub(_word, text)
    if "!" in written or "?" in written:
        written = _SIGNS.sub(_signs, written)
    if "...." in written:
        written = _DOTS.sub("...", written)
    return tidy(written) if written != text else text


def _word(match: re.Match[str]) -> str:
    short = shorten(match[0])
    return match[0] if short == match[0] else f"{short} {LONG} "


def _signs(match: re.Match[str]) -> str:
    signs = match[0]
    kinds = "".join([sign for sign in "?!" if sign in signs])
    return signs if signs == "?!" else f"{kinds} {LONG} "


@lru_cache(maxsize=50_000)
def shorten(word: str) -> str:
    """Return a word without its elongation, its case kept; a word without one is unchanged."""
    short = _shorter(word)
    while short != word:  # shortened letters can leave a syllable three times
        word, short = short, _shorter(short)
    return short


def _shorter(word: str) -> str:
    if not word.replace("'", "").isalpha() or _ROMAN.fullmatch(word):
        return word
    laugh = _LAUGH.fullmatch(word)
    if laugh and laugh[1].lower() in {"", "a"} and len(word) > 5:
        return ("h" + laugh[3].lower()) * 2
    short = "lol" if _LOL.fullmatch(word) else _best(word) if _RUN.search(word) else word
    return _SYLLABLES.sub(lambda m: m[1] * 2, short) if len(short) > 5 else short


def _best(word: str) -> str:
    """Return the commonest plain word with one or two letters for each run."""
    pieces = [match[1] for match in _RUN.finditer(word)]
    between = _RUN.split(word)[::2]
    choices = product(
        *([letter, letter * 2] if i < _MOST_RUNS else [letter] for i, letter in enumerate(pieces))
    )
    known = plain_english()
    candidates = ["".join([a + b for a, b in zip(between, [*chosen, ""], strict=True)]) for chosen in choices]
    best = max(
        candidates, key=lambda c: (c.lower() in known or c.lower() in {"i", "a"}, count(c.lower()), -len(c))
    )
    if best.lower() in {"http", "https"}:  # a bare `http` is a link
        return word
    return _PREFERRED.get(best.lower(), best)


def drawn_out(piece: str) -> bool:
    """Return whether a piece of a text holds a repetition."""
    if piece.count("!") + piece.count("?") < 2:
        lowered = piece.lower()
        letters = set(lowered)
        again = len(lowered) - len(letters)  # at least 2 for a letter repeated three times, 4 for a syllable
        if again < 2 or (again < 4 and _THRICE.search(piece) is None):
            return False
        if max(map(lowered.count, letters)) < 3:
            return False
    return _HINT.search(piece) is not None

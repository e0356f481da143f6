"""Normalisation of words in capitals to lower case, with a mark."""

from __future__ import annotations

import re
from functools import lru_cache

from rnnlab.text.elongations import shorten
from rnnlab.text.marks import MARK_PATTERN, SHOUT, tidy
from rnnlab.text.words import WORD, plain_english

_CAPITALS = re.compile(r"(?<!\w)[A-Z]['A-Z]+(?!\w)")
_PASSED_BY = re.compile(rf"{MARK_PATTERN}|[#＃]\w+")
_ENDINGS = {"T", "S", "LL", "RE", "VE", "D", "M"}


def shouting(text: str) -> str:
    """Convert `I am SO HAPPY` to `I am SO happy <shout>`; mark a text all in capitals once.

    A word counts as shouted if it has at least three capitals and is in a plain dictionary (after `SOOO` is
    shortened), so that names and abbreviations (USA, NBA, LOL) do not. A text is all in capitals if it has
    two shouted words or more and small letters only in marks and hashtags; it becomes lower case, except for
    hashtags, which keep their capitals for their own step.
    """
    if not _CAPITALS.search(text):
        return text
    shouted = [word for word in _CAPITALS.findall(text) if is_shouted(word)]
    if not shouted:
        return text
    if len(shouted) > 1 and _PASSED_BY.sub("", text).isupper():
        return tidy(f"{_lower_but_hashtags(text)} {SHOUT}")
    return tidy(WORD.sub(lambda m: f"{m[0].lower()} {SHOUT} " if _is_tagless(m) else m[0], text))


@lru_cache(maxsize=20_000)
def is_shouted(word: str) -> bool:
    """Return whether a word is in capitals, of at least three letters, and plain English in lower case."""
    if len(word) < 3 or not _CAPITALS.fullmatch(word):
        return False
    stem, _, ending = word.partition("'")
    if ending and ending not in _ENDINGS:
        return False
    known = plain_english()
    return any(
        form in known for form in (stem.lower(), stem.lower().removesuffix("n"), shorten(stem.lower()))
    )


def _is_tagless(match: re.Match[str]) -> bool:
    return match.string[match.start() - 1 : match.start()] not in {"#", "＃"} and is_shouted(match[0])


def _lower_but_hashtags(text: str) -> str:
    end, pieces = 0, []
    for match in re.finditer(r"[#＃]\w+", text):
        pieces += [text[end : match.start()].lower(), match[0]]
        end = match.end()
    return "".join([*pieces, text[end:].lower()])


def shouts(piece: str) -> bool:
    """Return whether a piece of a text holds a shouted word."""
    if piece.islower() or piece[1:].islower():
        return False
    return any(map(is_shouted, _CAPITALS.findall(piece)))

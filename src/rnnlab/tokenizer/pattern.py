"""Regular expressions for words, numbers and emoticons."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from rnnlab.text.marks import MARK_PATTERN

PIECES = ("words", "blanks")
LINE_END = "<eos>"
PATTERN = 2  # increased when the expressions below change, so that older caches are ignored

# The commonest kind comes first, because the alternatives are tried in this order at every position.
_NUMBER = r"(?<=\d)[.,:]\d+"  # the rest of 1,000 and 10:30
_FACE = (
    r"[:;=]['^-]?(?:[()\[\]{}|\\*]|[3DPOdpo@/](?![\w/]))"  # :) :-( ;-P :'( =D :/ but not the :/ of http://
)
_HEART = r"</?3(?!\d)"


@cache
def tokens_pattern() -> re.Pattern[str]:
    """Return a pattern that finds the tokens of a text in order, with only blanks between them.

    Vowel signs, accents and joiners (category M, U+200C, U+200D), which `\\w` lacks, belong to what they
    follow.
    """
    joined = f"[{_marks()}\u200c\u200d]"
    word = rf"[^\W_]+(?:{joined}+[^\W_]*)*"
    words = rf"{word}(?:'{word}|{_NUMBER})*"  # contractions (don't) and numbers are one token
    name = rf"[@#]\w+(?:{joined}+\w*)*"
    return re.compile(rf"{words}|{name}|{_FACE}|{_HEART}|{MARK_PATTERN}|\S{joined}*")


@cache
def pattern_of(pieces: str, line_ends: bool = False) -> re.Pattern[str]:
    """Compile the pattern of tokens: `words` as of `tokens_pattern`, or any text between `blanks`.

    With `line_ends` it also matches newlines.
    """
    found = tokens_pattern().pattern if pieces == "words" else r"\S+"
    return re.compile(rf"\n|{found}" if line_ends else found)


def _marks() -> str:
    """Return Unicode's combining marks as the inside of a character class."""
    marks = [code for start, end in _PLANES for code in range(start, end) if _is_mark(code)]
    starts = [code for code in marks if not _is_mark(code - 1)]
    ends = [code for code in marks if not _is_mark(code + 1)]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


_PLANES = ((0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0xFF00), (0x10000, 0x1F000), (0xE0100, 0xE01F0))


def _is_mark(code: int) -> bool:
    return unicodedata.category(chr(code)).startswith("M")

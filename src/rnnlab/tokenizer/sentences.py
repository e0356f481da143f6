"""Sentence splitting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rnnlab.tokenizer.abbreviations import LEADING, OPENERS, TRAILING

_LEADING, _TRAILING, _OPENERS = (frozenset(words.split()) for words in (LEADING, TRAILING, OPENERS))
_CLOSERS = r"[\"'”’»)\]}]*+"
_MARKS = r"(?:[ \t]++<(?:long|shout)>)*+"  # cleaning marks that refer to the word before them
# A stop with closing quotes or brackets and a blank, a stop of a script without blanks, or a line end.
# Nothing here backtracks, and a run of stops is tried from its start alone: linear in any text.
_STOP = re.compile(
    rf"(?<![.!?…])(?P<stop>[.!?…]++)(?P<closers>{_CLOSERS}){_MARKS}(?=\s)|[。！？]++[」』”’)]*+|[\n\r\u2028\u2029]++"
)
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘«—–/]*$")
_NEXT_WORD = re.compile(r"[ \t]*[\"'“‘«(\[{*-]*(?P<word>[^\W_]+(?:['’][^\W_]+)*)?")
_LONGEST = 20  # characters; no abbreviation is longer


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, which together cover all but blanks.

    The end of a line always ends one. Abbreviations (Mr., e.g., U.S.), initials (J. R. R.), decimals, and an
    ellipsis before a lower-case letter do not.
    """
    spans = []
    start = 0
    for end in [*_ends(text), len(text)]:
        piece = text[start:end]
        if not piece.isspace() and piece:
            left = len(piece) - len(piece.lstrip())
            spans.append((start + left, start + len(piece.rstrip())))
        start = end
    return spans


def _ends(text: str) -> Iterator[int]:
    for found in _STOP.finditer(text):
        stop = found["stop"]
        if stop is None or not _goes_on(text, found.start(), stop, bool(found["closers"]), found.end()):
            yield found.end()


def _goes_on(text: str, place: int, stop: str, closed: bool, end: int) -> bool:
    """Return whether the sentence continues after the stop from `place` to `end`, its closers included."""
    following = _NEXT_WORD.match(text, end)
    word = (following["word"] or "") if following else ""
    small = word[:1].islower()
    if "…" in stop or stop.startswith(".."):
        return small
    if stop != ".":
        return small and closed  # "Why?" he asked.
    if small and closed:
        return True
    return _is_short(text[max(0, place - _LONGEST) : place], word)


def _is_short(before: str, following: str) -> bool:
    """Return whether the last word of `before` is an abbreviation that does not end its sentence."""
    found = _WORD_BEFORE.search(before)
    last = found[0] if found else ""
    short, opens = last.lower(), following.lower() in _OPENERS and following[:1].isupper()
    if not following:
        return False
    if short in _LEADING:
        return short not in {"no", "v", "ed"} or following[:1].isdigit() or (last[:1].isupper() and not opens)
    initial = len(last) == 1 and last.isupper() and last != "I"
    dotted = "." in last and all(len(part) == 1 and part.isalpha() for part in last.split("."))
    if short in _TRAILING or initial or dotted:
        return not opens
    return False

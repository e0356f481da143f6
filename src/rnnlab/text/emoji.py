"""Conversion of emoji to the words of their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rnnlab.text.marks import LONG, tidy

_SKIN = re.compile(r"_?(?:medium-light|medium-dark|light|medium|dark)_skin_tone")
_NO_WORD = re.compile(r"[^a-z0-9]+")
# Every emoji is in such a run: searching the runs alone saves most of the time.
_SIGNS = (
    r"\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
    r"\u200d\ufe0e\ufe0f\U000e0020-\U000e007f"  # joiners and variation selectors
)
_RUN = re.compile(f"(?:[#*0-9]?[{_SIGNS}])+")


def emoji(text: str, mode: str = "words") -> str:
    """Replace emoji by plain words (`face with tears of joy`) or nothing (`drop`); skin tones are dropped.

    One that is repeated gives its words once, and `<long>`.
    """
    if text.isascii():
        return text
    pieces: list[str] = []
    last, repeated, end = "", False, 0
    for start, found in _found(text):
        name = plain_name(found) if mode == "words" else ""
        if name and name == last and start == end:
            pieces += [] if repeated else [f" {LONG} "]
            repeated = True
        else:
            pieces += [text[end:start], f" {name} "]
            repeated = False
        last, end = name, start + len(found)
    return tidy("".join([*pieces, text[end:]])) if end else text


def _found(text: str) -> Iterator[tuple[int, str]]:
    """Yield the start of each emoji and its characters."""
    for run in _RUN.finditer(text):
        from emoji import analyze

        for token in analyze(run.group()):
            yield run.start() + token.value.start, token.chars  # type: ignore[union-attr]


@lru_cache(maxsize=5_000)
def plain_name(characters: str) -> str:
    """Return the English name of an emoji in lower-case letters and digits; empty for a skin tone alone."""
    from emoji import demojize

    name = unicodedata.normalize("NFKD", _SKIN.sub("", demojize(characters, delimiters=("", ""))))
    return _NO_WORD.sub(" ", name.lower().replace("'", "").replace("’", "")).strip()


def holds_sign(piece: str) -> bool:
    """Return whether a piece of a text may hold an emoji."""
    return not piece.isascii() and _RUN.search(piece) is not None

"""Emoji to the words of their names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rnnlab.text.marks import LONG, tidy

_SKIN = re.compile(r"_?(?:medium-light|medium-dark|light|medium|dark)_skin_tone")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def emoji(text: str, mode: str = "words") -> str:
    """Emoji become plain words (`face with tears of joy`), or nothing (`drop`); skin tones are dropped.

    One that is repeated gives its words once, and `<long>`.
    """
    if text.isascii():
        return text
    from emoji import analyze

    pieces: list[str] = []
    last, repeated, end = "", False, 0
    for token in analyze(text):
        start, found = token.value.start, token.chars  # type: ignore[union-attr]
        name = plain_name(found) if mode == "words" else ""
        if name and name == last and start == end:
            pieces += [] if repeated else [f" {LONG} "]
            repeated = True
        else:
            pieces += [text[end:start], f" {name} "]
            repeated = False
        last, end = name, start + len(found)
    return tidy("".join([*pieces, text[end:]])) if end else text


@lru_cache(maxsize=5_000)
def plain_name(characters: str) -> str:
    """The English name of an emoji in lower-case letters and digits; empty for a skin tone alone."""
    from emoji import demojize

    name = unicodedata.normalize("NFKD", _SKIN.sub("", demojize(characters, delimiters=("", ""))))
    return _NO_WORD.sub(" ", name.lower().replace("'", "").replace("’", "")).strip()

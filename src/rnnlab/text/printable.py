"""Any text as something that a terminal can show: nothing in it moves the cursor or vanishes."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    r"""`text` with each character that shows nothing by itself as its escape, such as `\n` or `\u200d`.

    Among them are control characters, direction marks, the joiners inside an emoji and lone surrogates.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def shortened(text: str, most: int) -> str:
    """At most `most` characters: of a longer text its two ends, with `…` between them."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 3
    return f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"


def standing_alone(text: str) -> str:
    """`text`, printable, with a dotted circle for a first character that would join what stands before it."""
    if text and unicodedata.category(text[0]).startswith("M"):
        return "◌" + printable(text)
    return printable(text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")

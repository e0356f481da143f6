"""Escaping of text for a terminal: no character moves the cursor or is invisible."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    r"""Return `text` with each invisible character as its escape, such as `\n` or `\u200d`.

    Among them are control characters, direction marks, the joiners inside an emoji and lone surrogates.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def shortened(text: str, most: int) -> str:
    """Shorten a text to at most `most` characters: its two ends, with `…` between them."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 3
    return f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"


def standing_alone(text: str) -> str:
    """Return printable `text`, with a dotted circle before a first character that is a combining one."""
    if text and unicodedata.category(text[0]).startswith("M"):
        return "◌" + printable(text)
    return printable(text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")

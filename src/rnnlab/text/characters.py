"""What single characters are: normal forms, control characters, line ends, blanks, quotes, case."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, cast

# C0 and C1 controls and DEL, but for tab, newline and carriage return (which `newlines` deals with)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'") | dict.fromkeys("“”„‟«»", '"')
)
_DOUBLED = re.compile(r'\\*"[\\"]*')


def unicode(text: str, mode: str = "nfc") -> str:
    """Normal form NFC or NFKC, without control characters but for newline, tab and carriage return.

    A carriage return stays, so that `newlines` does the same before and after this step.
    """
    text = text if text.isprintable() else _CONTROL.sub("", text)
    if text.isascii():
        return text
    return unicodedata.normalize(cast(Literal["NFC", "NFKC"], mode.upper()), text)


def newlines(text: str) -> str:
    r"""`\r\n` and a lone `\r` become `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def quotes(text: str) -> str:
    r"""Curly quotes, and accents for them, become `'` and `"`; `""` and `\"`, left by tables, become `"`."""
    text = text if text.isascii() and "`" not in text else text.translate(_QUOTES)
    return _DOUBLED.sub('"', text) if '"' in text else text


def lowercase(text: str) -> str:
    """Every letter in lower case; text in normal form NFC stays in it, which `str.lower` does not see to."""
    lowered = text.replace("İ", "I").lower()  # the one letter whose small form would be two characters
    if text.isascii() or not unicodedata.is_normalized("NFC", text):
        return lowered
    return unicodedata.normalize("NFC", lowered)


def whitespace(text: str) -> str:
    """Runs of blanks become one space; lines, and the whole, lose the blanks at their ends; newlines stay."""
    # splitting and joining takes a third of the time that a regular expression takes
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


def holds_quote(piece: str) -> bool:
    """Whether a piece of a text may hold a quote that is not plain, or one that is doubled."""
    return '"' in piece or "`" in piece or not piece.isascii()

"""Normalisation of characters: normal forms, control characters, line ends, blanks, quotes, case."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, cast

# C0 and C1 controls and DEL, except tab and the line ends that `newlines` converts
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u2060\ufeff]")
_INVISIBLE = dict.fromkeys("\u00ad\u2060\ufeff", "")  # soft hyphen, word joiner, byte order mark
_WINDOWS = {chr(code): bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_MEANT = {meant: character for meant, character in _WINDOWS.items() if character != "\ufffd"} | _INVISIBLE
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\u2028", "\u2029")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'") | dict.fromkeys("“”„‟«»", '"')
)
_DOUBLED = re.compile(r'\\*"[\\"]*')


def unicode(text: str, mode: str = "nfc") -> str:
    """Convert to normal form NFC or NFKC and remove control characters except tabs and line ends.

    A control character becomes a space, so that the words around it stay separate. One from 0x80 to 0x9f was
    written as Windows-1252 and becomes that character: 0x85 an ellipsis, 0x97 a dash. Soft hyphens and byte
    order marks are removed; joiners stay. Line ends stay, so that `newlines` works before or after this step.
    """
    text = text if text.isprintable() else _CONTROL.sub(lambda match: _MEANT.get(match[0], " "), text)
    if text.isascii():
        return text
    return unicodedata.normalize(cast(Literal["NFC", "NFKC"], mode.upper()), text)


def newlines(text: str) -> str:
    r"""Convert `\r\n`, a lone `\r`, form feed, vertical tab, U+2028 and U+2029 to `\n`."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def lines_of(text: str) -> list[str]:
    r"""Split at `\n` alone; `str.splitlines` also splits at 0x85 and 0x1c, which end no line."""
    return text.removesuffix("\n").split("\n") if text else []


def quotes(text: str) -> str:
    r"""Replace curly quotes and accents used as quotes by `'` and `"`, and `""` and `\"` of tables by `"`."""
    text = text if text.isascii() and "`" not in text else text.translate(_QUOTES)
    return _DOUBLED.sub('"', text) if '"' in text else text


def lowercase(text: str) -> str:
    """Convert letters to lower case; NFC text stays NFC, which `str.lower` does not guarantee."""
    lowered = text.replace("İ", "I").lower()  # the one letter whose small form would be two characters
    if text.isascii() or not unicodedata.is_normalized("NFC", text):
        return lowered
    return unicodedata.normalize("NFC", lowered)


def whitespace(text: str) -> str:
    """Collapse runs of blanks to one space and strip each line and the whole text; newlines stay."""
    # splitting and joining takes a third of the time that a regular expression takes
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


def holds_quote(piece: str) -> bool:
    """Return whether a piece of a text may hold a curly or a doubled quote."""
    return '"' in piece or "`" in piece or not piece.isascii()

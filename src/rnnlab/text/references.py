"""Replacement of links, user names and numbers by marks."""

from __future__ import annotations

import re

from rnnlab.text.marks import NUMBER, URL, USER, tidy
from rnnlab.text.pieces import ENDS, is_plain

_PATH = r"[^\s<>\"]*[\w/]"
_LINK = re.compile(
    rf"(?<![\w@])(?:https?:/{{1,2}}(?:{_PATH})?|https?(?!\w)|www\.{_PATH})"
    rf"|(?<![\w@.-])(?:[\w-]+\.)+"
    rf"(?:(?:com|net|org|edu|gov|info|io|ly|fm|tv|co\.uk)(?!\w)(?:/(?:{_PATH})?)?|[a-z]{{2,3}}/{_PATH})",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w+")
# not next to a letter (8pm, b4), and not part of a longer chain with letters (1.2b)
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.,:/])\d+(?:[.,:/]\d+)*(?!\w|[.,:/]\d|@\w)")
_DIGIT = re.compile(r"\d")


def urls(text: str) -> str:
    """Replace links by `<url>`: with a scheme, with `www.`, with a common ending, and a bare `http`."""
    if "." not in text and "http" not in text.lower():
        return text
    text, found = _LINK.subn(f" {URL} ", text)
    return tidy(text) if found else text


def mentions(text: str) -> str:
    """Replace `@name` and e-mail addresses by `<user>`."""
    if "@" not in text:
        return text
    text, found = _PERSON.subn(f" {USER} ", text)
    return tidy(text) if found else text


def numbers(text: str) -> str:
    """Replace numbers, with their points, commas, colons and slashes, by `<number>`.

    Digits in words stay (b4, 8pm, 22nd).
    """
    if not _DIGIT.search(text):
        return text
    text, found = _NUMBER.subn(f" {NUMBER} ", text)
    return tidy(text) if found else text


def holds_link(piece: str) -> bool:
    """Return whether a piece of a text holds a link."""
    if "." not in piece.strip(ENDS) and "http" not in piece.lower():
        return False
    return _LINK.search(piece) is not None


def holds_name(piece: str) -> bool:
    """Return whether a piece of a text holds a name or an address."""
    return "@" in piece and _PERSON.search(piece) is not None


def holds_number(piece: str) -> bool:
    """Return whether a piece of a text holds a number."""
    return not is_plain(piece) and _DIGIT.search(piece) is not None and _NUMBER.search(piece) is not None

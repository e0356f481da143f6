"""Read texts from the command line or from standard input, one a line."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator, Sequence

from rnnlab.errors import UserError


def texts_of(words: Sequence[str]) -> Iterator[str]:
    """Return the typed texts; `-`, or no text with piped input, reads the lines of standard input.

    Bytes that are not UTF-8 become lone surrogates, as on the command line.

    Raises:
        UserError: there is no text, and standard input is a terminal.
    """
    if not words and sys.stdin.isatty():
        raise UserError("TEXT is missing: type it in quotes, or pipe texts in, one a line")
    for word in words or ["-"]:
        if word == "-":
            yield from _lines()
        else:
            yield word


def _lines() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer):
        line = line if number else line.removeprefix(codecs.BOM_UTF8)
        yield line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")

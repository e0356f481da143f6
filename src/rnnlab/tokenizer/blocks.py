"""A text that is too long for the memory, as blocks of a file that give the tokens of the whole text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, overload

BLOCK = 1 << 20  # characters of a block
ERRORS = "surrogatepass"  # an entity such as &#xD800; can leave a lone surrogate in a text
_CHUNK = 1 << 24  # bytes


class Span(NamedTuple):
    """Bytes `start` to `end` of a UTF-8 file."""

    path: Path
    start: int
    end: int

    def read(self) -> str:
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read(self.end - self.start).decode("utf-8", ERRORS)


class Blocks(Sequence[str]):
    """The blocks of one or more long texts, each read when it is asked for; small when pickled.

    Args:
        spans: the blocks. Between two of them a blank may be left out; see `cut`.
        texts: the whole texts, in order; empty in a slice.
    """

    def __init__(self, spans: Sequence[Span], texts: Sequence[Span] = ()) -> None:
        self.spans, self.texts = spans, texts

    def __len__(self) -> int:
        return len(self.spans)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Blocks: ...
    def __getitem__(self, place: int | slice) -> str | Blocks:
        return Blocks(self.spans[place]) if isinstance(place, slice) else self.spans[place].read()

    def digest(self) -> str:
        """Return `rnnlab.tokenizer.digest.digest` of the whole texts."""
        total = hashlib.sha256()
        for path, start, end in self.texts:
            total.update((end - start).to_bytes(8, "little"))
            with path.open("rb") as file:
                file.seek(start)
                for place in range(start, end, _CHUNK):
                    total.update(file.read(min(_CHUNK, end - place)))
        return total.hexdigest()


def drops_blank(settings: dict[str, Any]) -> bool:
    """Return whether a tokenizer with these settings puts a blank before every text, as an exact one does."""
    return bool(settings.get("exact"))


def cut(text: str, drop: bool) -> tuple[int, int]:
    """Return where a first block ends and where the next begins, so that both give the tokens of the text.

    That is before the last line end between two words, or before the last such blank. Where a text has
    neither, it is not cut: both are its length.

    Args:
        drop: cut at a blank and leave it out, for a tokenizer that puts one before every text.
    """
    for mark in (" ",) if drop else ("\n", " "):
        place = text.rfind(mark, 1, len(text) - 1)
        while place > 0:
            if not (text[place - 1].isspace() or text[place + 1].isspace()):
                return place, place + drop
            place = text.rfind(mark, 1, place)
    return len(text), len(text)


def pieces(text: str, size: int, drop: bool) -> Iterator[str]:
    """Yield a text in pieces of at most about `size` characters that together give its tokens."""
    start = 0
    while len(text) - start > size:
        end, following = cut(text[start : start + size], drop)
        yield text[start : start + end]
        start += following
    if start < len(text) or not text:
        yield text[start:]

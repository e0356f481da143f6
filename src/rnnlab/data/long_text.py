"""A text of any length: cleaned block by block into a file, where its splits are ranges of characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import NamedTuple

from rnnlab.bar import Bar
from rnnlab.data.files import text_blocks
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.blocks import BLOCK, ERRORS, Blocks, Span, cut
from rnnlab.tokenizer.parallel import FEW, available_cores, stream


class LongText:
    """Part of a UTF-8 file, in characters: `len(text)` of them, and `text[a:b]` is a part again.

    Args:
        places: (characters, bytes) before each block that was written to the file, and after the last.
        start, stop: the part, in characters of the file.
    """

    def __init__(self, path: Path, places: Sequence[tuple[int, int]], start: int, stop: int) -> None:
        self.path, self.places, self.start, self.stop = path, places, start, stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, part: slice) -> LongText:
        start, stop, _ = part.indices(len(self))
        return LongText(self.path, self.places, self.start + start, self.start + max(start, stop))

    @property
    def whole(self) -> Span:
        """The text's bytes in the file."""
        return Span(self.path, self._byte(self.start), self._byte(self.stop))

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.blocks()))

    def blocks(self) -> Iterator[str]:
        """Yield the text as it was written, block by block."""
        ends = [characters for characters, _ in self.places if self.start < characters < self.stop]
        borders = [self._byte(place) for place in (self.start, *ends, self.stop)]
        for start, stop in pairwise(borders):
            yield Span(self.path, start, stop).read()

    def _byte(self, place: int) -> int:
        """Return where a character of the file begins."""
        block = bisect_right(self.places, place, key=lambda pair: pair[0]) - 1
        characters, start = self.places[block]
        if place == characters:
            return start
        read = Span(self.path, start, self.places[block + 1][1]).read()
        return start + len(read[: place - characters].encode("utf-8", ERRORS))


def clean_text(path: Path, cleaner: Cleaner, workers: int | None, to: Path) -> LongText:
    """Clean a text file and write the result to `to`.

    A text of more than a million characters is cleaned in blocks that end with a line, in up to `workers`
    processes.

    Raises:
        SettingError: the file is not UTF-8, or has nothing but white space.
    """
    places, blank = [(0, 0)], True
    size = path.stat().st_size
    blocks = ended(text_blocks(path, BLOCK))
    first = list(islice(blocks, FEW + 1))
    wanted = available_cores() if workers is None else workers
    cleaned = stream(_Clean(cleaner), chain(first, blocks), wanted if len(first) > FEW else 1)
    with (
        to.open("wb") as file,
        Bar(None, "cleaning", size, "B", scaled=True, stays=len(first) > FEW) as bar,
        closing(cleaned) as found,
    ):
        for text, read, empty in found:
            blank = blank and empty
            content = text.encode("utf-8", ERRORS)
            file.write(content)
            characters, start = places[-1]
            places.append((characters + len(text), start + len(content)))
            bar.update(read)
    if blank:
        raise SettingError("data.files", path, "the file is empty")
    return LongText(to, places, 0, places[-1][0])


def ended(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield a text, whose parts may end anywhere, as blocks, each with what is between it and the next.

    That is a line end between two words, or a blank if a block has no such line end; "" if it has neither.
    """
    rest = ""
    for part in parts:
        rest += part
        while len(rest) > BLOCK:
            end, begin = line_end(rest[:BLOCK])
            yield rest[:end], rest[end:begin]
            rest = rest[begin:]
    if rest:
        yield rest, ""


def line_end(text: str) -> tuple[int, int]:
    """Return start and end of the last line end between two words, or else of such a blank."""
    place = text.rfind("\n", 1, len(text) - 1)
    while place > 0:
        start = place - (text[place - 1] == "\r")
        if start > 0 and not (text[start - 1].isspace() or text[place + 1].isspace()):
            return start, place + 1
        place = text.rfind("\n", 1, place)
    return cut(text, True)


class Cleaned(NamedTuple):
    """A cleaned block; size: bytes that were read for it; empty: whether they were white space alone."""

    text: str
    size: int
    empty: bool


class _Clean:
    """Cleans a block and what is between it and the next; a class so that it can be pickled."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner = cleaner

    def __call__(self, block: tuple[str, str]) -> Cleaned:
        text, end = block
        between = self.cleaner(f"a{end}b")[1:-1] if end else ""  # a text may lose it at its ends
        size = len((text + end).encode("utf-8", "replace"))
        return Cleaned(self.cleaner(text) + between, size, not text.strip())


def blocks_of(texts: Sequence[LongText], drop: bool) -> Blocks:
    """Return the texts as blocks for a tokenizer; `drop` as in `rnnlab.tokenizer.blocks.cut`."""
    spans = [span for text in texts for span in spans_of(text, drop)]
    return Blocks(spans, [text.whole for text in texts])


def spans_of(text: LongText, drop: bool) -> Iterator[Span]:
    """Yield the blocks of a text, at least one."""
    start, rest = text.whole.start, ""
    for part in text.blocks():
        rest += part
        while len(rest) > BLOCK:
            end, following = cut(rest[:BLOCK], drop)
            size = len(rest[:end].encode("utf-8", ERRORS))
            yield Span(text.path, start, start + size)
            start += size + following - end  # a blank has one byte
            rest = rest[following:]
    yield Span(text.path, start, start + len(rest.encode("utf-8", ERRORS)))

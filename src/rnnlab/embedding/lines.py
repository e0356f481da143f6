"""Reads the vectors of the wanted words from a file; the numbers of all other words are skipped."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from rnnlab.embedding.layout import Layout, is_number
from rnnlab.embedding.opening import BUFFER, Opened
from rnnlab.errors import SettingError

TICK = 8192  # lines between two updates of the bar
LONGEST_LINE = 1 << 20  # bytes of a word and its numbers
LONGEST_WORD = 1 << 16  # bytes without a blank; longer ones are not words


class Entry(NamedTuple):
    """A word as its bytes in the file, and its vector (E,) float32."""

    word: bytes
    vector: np.ndarray


def lines(stream: BinaryIO, longest: int, path: Path) -> Iterator[bytes]:
    """Yield the lines of a stream; raises SettingError for a line of more than `longest` bytes."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) > longest:
            rule = f"line {number:,} has more than embedding.longest_line={longest} bytes"
            raise SettingError("embedding.path", path, rule)
        yield line


def read_text(
    file: Opened, layout: Layout, wanted: Container[bytes], path: Path, longest: int = LONGEST_LINE
) -> Iterator[Entry]:
    """Yield the wanted words of a text file in its order.

    Raises:
        SettingError: a line has too few or too many numbers, or a wanted one none that are finite (with its
            number); there are fewer lines than the header says.
    """
    size, number, found = layout.size, 0, 0
    for number, line in enumerate(lines(file.stream, longest, path), start=1):
        if number == 1 and layout.total is not None:
            continue
        if not number % TICK:
            file.tick()
        blanks = line.count(b" ")
        if blanks == size or (blanks == size + 1 and line.endswith(b" \n")):
            found += 1
            word, _, rest = line.partition(b" ") if line[: line.find(b" ")] in wanted else (None, None, b"")
            if word is not None:
                yield Entry(word, vector_of(rest.split(), size, number, path))
        elif line.strip():
            found += 1
            fields = line.split()
            check_length(fields, size, number, path)
            word = b" ".join(fields[:-size])
            if word in wanted:
                yield Entry(word, vector_of(fields[-size:], size, number, path))
    if layout.total is not None and found < layout.total:
        rule = f"ends after {found:,} vectors, but its first line says {layout.total:,}: was it cut off?"
        raise SettingError("embedding.path", path, rule)


def check_length(fields: list[bytes], size: int, number: int, path: Path) -> None:
    """Check that a word, perhaps of several parts, precedes `size` numbers; raises SettingError otherwise."""
    values = len(fields) - 1
    if values < size or (values > size and is_number(fields[-size - 1])):
        raise SettingError("embedding.path", path, f"line {number} has {values} numbers instead of {size}")


def vector_of(fields: list[bytes], size: int, number: int, path: Path) -> np.ndarray:
    """Parse a vector (size,) float32. Raises SettingError for what is not a number or not finite."""
    try:
        vector = np.array(fields, dtype=np.float32)
    except ValueError:
        wrong = next(field for field in fields if not is_number(field)).decode("utf-8", "replace")
        raise SettingError("embedding.path", path, f"line {number} has {wrong!r} for a number") from None
    if len(vector) != size:
        raise SettingError(
            "embedding.path", path, f"line {number} has {len(vector)} numbers instead of {size}"
        )
    check_finite(vector, f"line {number}", path)
    return vector


def check_finite(vector: np.ndarray, place: str, path: Path) -> None:
    if not np.isfinite(vector).all():
        raise SettingError("embedding.path", path, f"{place} has a number that is not finite")


def read_binary(
    file: Opened, layout: Layout, wanted: Container[bytes], path: Path, longest: int = LONGEST_LINE
) -> Iterator[Entry]:
    """Yield the wanted words of a word2vec binary file in its order.

    Raises:
        SettingError: the file ends before the last vector; a wanted vector has a number that is not finite.
    """
    file.stream.readline(longest)
    width, buffer, start = 4 * layout.size, b"", 0
    for number in range(1, (layout.total or 0) + 1):
        if not number % TICK:
            file.tick()
        blank = buffer.find(b" ", start)
        while blank < 0 or blank + 1 + width > len(buffer):
            more = file.stream.read(BUFFER)
            if not more or (blank < 0 and len(buffer) - start > LONGEST_WORD):
                rule = f"ends or is damaged at vector {number:,} of the {layout.total:,} that line 1 says"
                raise SettingError("embedding.path", path, rule)
            buffer, start = buffer[start:] + more, 0
            blank = buffer.find(b" ")
        word = buffer[start:blank].lstrip(b"\n")
        start = blank + 1 + width
        if word in wanted:
            vector = np.frombuffer(buffer, "<f4", layout.size, blank + 1)
            check_finite(vector, f"vector {number}", path)
            yield Entry(word, vector)

"""Detection of a vector file's layout from its first bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from rnnlab.errors import SettingError

FORMATS = ("auto", "text", "binary")
HEAD = 1 << 16  # bytes that are looked at; a line of 4,000 numbers fits
FASTTEXT_MODEL = b"\xba\x16\x4f\x2f"  # what fastText's own .bin begins with
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1f"))  # bytes that never occur in text of words and numbers


class Layout(NamedTuple):
    """The layout of a vector file.

    size: numbers of a vector; total: vectors by the header, None without one; binary: whether it is binary
    and not text.
    """

    size: int
    total: int | None
    binary: bool


def layout_of(head: bytes, path: Path, format: str = "auto") -> Layout:
    """Return the layout of a file that begins with `head`.

    Text is a word and its numbers in each line (GloVe); word2vec and fastText begin it by a line with the
    number of vectors and their size. word2vec's binary files have that line too, then words and raw float32.

    Raises:
        SettingError: the bytes are none of these, or not of the `format` that is asked for.
    """
    if format not in FORMATS:
        raise SettingError("embedding.format", format, "unknown format", names=FORMATS)
    if not head.strip():
        raise SettingError("embedding.path", path, "the file is empty")
    if head.startswith(FASTTEXT_MODEL):
        raise SettingError(
            "embedding.path", path, "is a fastText model; give the .vec file that lies beside it"
        )
    lines = head.split(b"\n")
    header = header_of(lines[0])
    if header is None:
        if format == "binary":
            raise SettingError(
                "embedding.format", format, f"the first line of {path} is no header of two numbers"
            )
        return Layout(usual_size(lines, len(head) < HEAD, path), None, False)
    total, size = header
    if size < 1:
        raise SettingError("embedding.path", path, f"line 1 says that its vectors have size {size}")
    looks = bool(head[len(lines[0]) :].translate(None, CONTROL) != head[len(lines[0]) :])
    binary = looks and len(lines) > 1 and numbers(lines[1]) < size if format == "auto" else format == "binary"
    return Layout(size, total, binary)


def header_of(line: bytes) -> tuple[int, int] | None:
    """Return the number of vectors and their size, if the line is two whole numbers and nothing else."""
    fields = line.split()
    return (
        (int(fields[0]), int(fields[1]))
        if len(fields) == 2 and all(f.isdigit() and len(f) < 19 for f in fields)
        else None
    )


def usual_size(lines: list[bytes], whole: bool, path: Path) -> int:
    """Return how many numbers most of the first lines end with; a few may begin with words of several parts.

    Raises:
        SettingError: most lines have none.
    """
    complete = [line for line in (lines if whole else lines[:-1]) if line.strip()][:50]
    size = Counter(map(numbers, complete)).most_common(1)[0][0] if complete else 0
    if size == 0:
        rule = "is no vector file: a line must hold a word and its numbers, with blanks between them"
        raise SettingError("embedding.path", path, rule)
    return size


def numbers(line: bytes) -> int:
    """Count the numbers at the end of a line; its first field is a word, even if it looks like a number."""
    count = 0
    for field in reversed(line.split()[1:]):
        if not is_number(field):
            break
        count += 1
    return count


def is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True

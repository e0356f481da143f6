"""Lines of a file by blocks, each of a limited length, and the same ones again where a row was broken."""

from __future__ import annotations

import io
from typing import IO

BLOCK = 1 << 20  # characters


class TooLong(Exception):
    """A row has more characters than are allowed."""


class Lines:
    """Lines of a file with their ends, which are `\\n`, `\\r\\n` or `\\r`.

    Attributes:
        limit: most characters of a row.
        number: of the line that came last, from 1.
    """

    def __init__(self, file: IO[str], limit: int) -> None:
        self.file, self.limit, self.number = file, limit, 0
        self._taken: list[str] = []
        self._next: list[str] = []  # lines that are read but not taken, the last one first
        self._size = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if not self._next:
            self._next = self._read()[::-1]
            if not self._next:
                raise StopIteration
        line = self._next.pop()
        self.number += 1
        self._taken.append(line)
        self._size += len(line)
        if self._size > self.limit and self._size - len(line) + len(line.rstrip("\r\n")) > self.limit:
            raise TooLong
        return line

    def begin(self) -> None:
        """A row begins."""
        self._taken.clear()
        self._size = 0

    def block(self) -> list[str]:
        """Some lines at once, none at the end; they count as taken. Only where no line is left of another."""
        assert not self._next
        lines = self._read()
        self.number += len(lines)
        return lines

    def give_back(self, lines: list[str]) -> None:
        """A block's lines are read again, one by one."""
        self._next = lines[::-1]
        self.number -= len(lines)

    @property
    def taken(self) -> list[str]:
        """The lines of the row that began last."""
        return self._taken

    @property
    def waiting(self) -> bool:
        """Whether lines of a block are left."""
        return bool(self._next)

    def drop(self) -> None:
        """Of a broken row the first line is gone; those that it took after that are read again."""
        rest = self._taken[1:]
        self._next += rest[::-1]
        self.number -= len(rest)
        self.begin()

    def too_long(self) -> str:
        """What is wrong with the row that was too long; its first line is gone."""
        several = len(self._taken) > 1
        if not several and not self._taken[0].endswith(("\n", "\r")):
            while (part := self.file.readline(BLOCK)) and not part.endswith(("\n", "\r")):
                pass
        self.drop()
        quote = ", as if a quote that opens is never closed" if several else ""
        return f"has more than {self.limit:,} characters{quote}"

    def _read(self) -> list[str]:
        """Whole lines of about a block; the last one is cut where it is far too long."""
        chunk = self.file.read(BLOCK)
        if chunk.endswith("\r"):
            chunk += self.file.read(1)
        if chunk and not chunk.endswith("\n"):
            chunk += self.file.readline(self.limit + 2)
        return list(io.StringIO(chunk, newline=""))

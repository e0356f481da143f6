"""Reads the lines of a file in blocks, with a limit on a row's length; lines can be put back."""

from __future__ import annotations

import io
from typing import IO

BLOCK = 1 << 20  # characters


class TooLong(Exception):
    """A row has more characters than are allowed."""


class Lines:
    """Iterates over the lines of a file with their ends, which are `\\n`, `\\r\\n` or `\\r`.

    Attributes:
        limit: limit of characters in a row.
        number: number of the last line that was returned, from 1.
    """

    def __init__(self, file: IO[str], limit: int) -> None:
        self.file, self.limit, self.number = file, limit, 0
        self._taken: list[str] = []
        self._next: list[str] = []  # lines read from the file but not yet returned, in reverse order
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
        """Start a new row."""
        self._taken.clear()
        self._size = 0

    def block(self) -> list[str]:
        """Return a block of lines, empty at the end of the file. Call it only if none are `waiting`."""
        assert not self._next
        lines = self._read()
        self.number += len(lines)
        return lines

    def give_back(self, lines: list[str]) -> None:
        """Put the lines of a block back, to be read one by one."""
        self._next = lines[::-1]
        self.number -= len(lines)

    @property
    def taken(self) -> list[str]:
        """Return the number of lines that the current row has read."""
        return self._taken

    @property
    def waiting(self) -> bool:
        """Return whether lines of a block are still to be read."""
        return bool(self._next)

    def drop(self) -> None:
        """Discard the first line of the current row and put its other lines back."""
        rest = self._taken[1:]
        self._next += rest[::-1]
        self.number -= len(rest)
        self.begin()

    def too_long(self) -> str:
        """Discard the first line of a row that was too long and return the error as a phrase."""
        several = len(self._taken) > 1
        if not several and not self._taken[0].endswith(("\n", "\r")):
            while (part := self.file.readline(BLOCK)) and not part.endswith(("\n", "\r")):
                pass
        self.drop()
        quote = ", as if a quote that opens is never closed" if several else ""
        return f"has more than {self.limit:,} characters{quote}"

    def _read(self) -> list[str]:
        """Read about a block of whole lines; the last line is truncated if it exceeds the limit."""
        chunk = self.file.read(BLOCK)
        if chunk.endswith("\r"):
            chunk += self.file.read(1)
        if chunk and not chunk.endswith("\n"):
            chunk += self.file.readline(self.limit + 2)
        return list(io.StringIO(chunk, newline=""))

"""Exact counts of the tokens of any text in bounded memory; what exceeds it goes to sorted files."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from sys import getsizeof
from types import TracebackType
from typing import IO, Self

from rnnlab.tokenizer.blocks import ERRORS

MOST_BYTES = 256 << 20  # of counts in memory: about 1.6 million words
ENTRY = 100  # bytes of an entry besides its token: its number, and its place in the dict
MOST_RUNS = 16  # files that are open at once
Pair = tuple[str, int]


class TokenCounts:
    """Counts of tokens, which must not contain a line end; as a context it removes its files at the end.

    Args:
        most_bytes: about so many bytes of counts are in memory at once.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._counts: dict[str, int] = {}
        self._bytes = 0
        self._runs: list[IO[str]] = []  # each sorted by token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._counts.clear()
        self._close()

    def add(self, counts: Mapping[str, int]) -> None:
        """Add the counts of a part of the text.

        Raises:
            OSError: they do not fit in memory, and the folder of temporary files (TMPDIR) is full.
        """
        own, new = self._counts, 0
        for token, count in counts.items():
            known = own.get(token)
            if known is None:
                new += getsizeof(token) + ENTRY
                own[token] = count
            else:
                own[token] = known + count
        self._bytes += new
        if self._bytes > self.most_bytes:
            self._spill()

    def commonest(self, limit: int | None, min_count: int, without: Container[str] = ()) -> list[str]:
        """Return the tokens by descending count, equals in the order of their characters.

        Args:
            limit: at most so many; None: all.
            min_count: those seen at least so often.
            without: tokens to leave out.
        """
        pairs = self._merged() if self._runs else self._counts.items()
        found = ((-count, token) for token, count in pairs if count >= min_count and token not in without)
        ranked = sorted(found) if limit is None else heapq.nsmallest(limit, found)
        return [token for _, token in ranked]

    def _merged(self) -> Iterator[Pair]:
        """Yield each token of all runs and of the memory once, in order."""
        sources: list[Iterable[Pair]] = [_read(run) for run in self._runs]
        sources.append(sorted(self._counts.items()))
        for token, pairs in groupby(heapq.merge(*sources, key=itemgetter(0)), key=itemgetter(0)):
            yield token, sum(count for _, count in pairs)

    def _spill(self) -> None:
        """Move the counts in memory to a file; many files become one."""
        if len(self._runs) < MOST_RUNS:
            run = _written(sorted(self._counts.items()))
        else:
            run = _written(self._merged())
            self._close()
        self._runs.append(run)
        self._counts.clear()
        self._bytes = 0

    def _close(self) -> None:
        for run in self._runs:
            run.close()
        self._runs.clear()


def _written(pairs: Iterable[Pair]) -> IO[str]:
    """Return a temporary file with a line for each pair, which vanishes when it is closed."""
    file = tempfile.TemporaryFile("w+", encoding="utf-8", errors=ERRORS, newline="\n")  # noqa: SIM115
    try:
        file.writelines(f"{count} {token}\n" for token, count in pairs)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _read(file: IO[str]) -> Iterator[Pair]:
    file.seek(0)
    for line in file:
        count, _, token = line.partition(" ")
        yield token[:-1], int(count)

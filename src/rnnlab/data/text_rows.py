"""Texts of rows in a file that is memory-mapped, so that no process holds them all."""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, overload

import numpy as np

from rnnlab.data.array_file import ArrayFile
from rnnlab.data.encode import Encoded, clean_chunks, encode_chunks, encoded_of, smallest
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.blocks import ERRORS


class TextRows(Sequence[str]):
    """N texts of a UTF-8 file, in any order; a slice has the same file, and is small when pickled.

    Args:
        starts, ends: (N,) int64, the bytes of each text.
    """

    def __init__(self, path: Path, starts: np.ndarray, ends: np.ndarray) -> None:
        self.path, self.starts, self.ends = path, starts, ends
        self._bytes: mmap.mmap | bytes | None = None

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> TextRows: ...
    def __getitem__(self, place: int | slice) -> str | TextRows:
        if isinstance(place, slice):
            return TextRows(self.path, self.starts[place], self.ends[place])
        return self._mapped()[self.starts[place] : self.ends[place]].decode("utf-8", ERRORS)

    def __iter__(self) -> Iterator[str]:
        content = self._mapped()
        for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True):
            yield content[start:end].decode("utf-8", ERRORS)

    def take(self, rows: np.ndarray) -> TextRows:
        """Return the texts of some rows (M,), in their order."""
        return TextRows(self.path, self.starts[rows], self.ends[rows])

    def _mapped(self) -> mmap.mmap | bytes:
        if self._bytes is None:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)  # an empty file cannot be mapped
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        return self._bytes

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.starts, self.ends)


def clean_rows(texts: Sequence[str], cleaner: Cleaner, workers: int | None, to: Path) -> TextRows:
    """Clean the texts and write them to a file, in order.

    Raises:
        OSError: the file cannot be written.
    """
    ends, place = array("q", [0]), 0
    with to.open("wb") as file, closing(clean_chunks(texts, cleaner, workers)) as chunks:
        for chunk in chunks:
            for text in chunk:
                place += file.write(text.encode("utf-8", ERRORS))
                ends.append(place)
    bounds = np.frombuffer(ends, np.int64)
    return TextRows(to, bounds[:-1], bounds[1:])


def encode_rows(tokenizer: Tokenizer, texts: TextRows, workers: int | None, to: Path) -> Encoded:
    """Encode texts with a trained tokenizer, in order, into a .npy file; the ids are its memory map.

    Raises:
        OSError: the file cannot be written.
    """
    counts = []
    with (
        ArrayFile(to, smallest(tokenizer.vocab_size)) as file,
        closing(encode_chunks(tokenizer, texts, workers)) as parts,
    ):
        for ids, sizes in parts:
            file.write(ids)
            counts.append(sizes)
    return encoded_of(file.memory_map(), counts)

"""Arrays of many points or targets: worked on piece by piece, and in a file where they are too large.

N points, C columns. numpy only.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnnlab.errors import SettingError

CHUNK = 1 << 20  # numbers that are worked on at once
MOST_IN_MEMORY = 1 << 30  # bytes of an array; larger ones are in a file


def row_blocks(rows: int, columns: int) -> list[slice]:
    """Return stretches of rows that cover all of them, of at most CHUNK numbers, or one row, each."""
    step = max(CHUNK // max(columns, 1), 1)
    return [slice(start, min(start + step, rows)) for start in range(0, rows, step)]


def column_blocks(rows: int, columns: int) -> list[slice]:
    """Return stretches of columns that cover all of them, of about CHUNK numbers, or two columns, each.

    No stretch of several is a single column, whose sum numpy adds in another order.
    """
    step = max(CHUNK // max(rows, 1), 2)
    starts = list(range(0, columns, step))
    if len(starts) > 1 and columns - starts[-1] == 1:
        starts.pop()
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], columns], strict=True)]


def last_seen(values: np.ndarray) -> int:
    """Return the end of the rows (n, C) of which one has a value, 0 without any."""
    for block in reversed(row_blocks(*values.shape)):
        seen = np.flatnonzero(~np.isnan(values[block]).all(axis=1))
        if len(seen):
            return block.start + int(seen[-1]) + 1
    return 0


def pieces(starts: np.ndarray, columns: int) -> Sequence[tuple[int, int, int]]:
    """Return series, begin and end of stretches that cover all series, of at most CHUNK numbers each.

    Args:
        starts: (S + 1,) first point of each series, and the end. columns: numbers of a point.
    """
    found = []
    for series, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        blocks = row_blocks(end - start, columns)
        found += [(series, start + block.start, start + block.stop) for block in blocks]
    return found


def room_for(shape: Sequence[int], dtype: type, folder: Path | None) -> np.ndarray:
    """Return an array to be filled: in memory, or if it is large in a file that ends with the process.

    The file has no name, and its pages leave memory when others need it.

    Args:
        folder: where large arrays go; None keeps all in memory.

    Raises:
        SettingError: the folder has no room for it.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if folder is None or size <= MOST_IN_MEMORY:
        return np.empty(shape, dtype=dtype)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):  # a full disk is found now, not by a signal while it is filled
                os.posix_fallocate(file.fileno(), 0, size)
            # as a plain array: slices of np.memmap objects take several times as long
            return np.asarray(np.memmap(file, dtype, "w+", shape=tuple(shape)))
    except OSError as error:
        rule = f"has no room for {size / 2**30:.1f} GiB of scaled series: {error.strerror}"
        raise SettingError("paths.cache_dir", folder, rule) from error

"""Arrays that grow in a .npy file, and are stored again without a copy."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

_HEADER = 128  # bytes; a number of any length fits


class ArrayFile:
    """A flat array that is written to a .npy file part by part; `memory_map` opens it at the end.

    Args:
        dtype: of its values.
    """

    def __init__(self, path: Path, dtype: np.dtype) -> None:
        self.path, self.dtype, self.size = path, dtype, 0

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        self._file.write(bytes(_HEADER))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.seek(0)
        self._file.write(header(self.dtype, self.size))
        self._file.close()

    def write(self, values: np.ndarray) -> None:
        """Append values (N,)."""
        self._file.write(np.ascontiguousarray(values, self.dtype).data)
        self.size += len(values)

    def memory_map(self) -> np.memmap:
        found: np.memmap = np.load(self.path, mmap_mode="r")
        return found


def header(dtype: np.dtype, size: int) -> bytes:
    """Return the first bytes of a .npy file, version 1, with a flat array of that size."""
    described = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({size},), }}"
    start = b"\x93NUMPY\x01\x00" + (_HEADER - 10).to_bytes(2, "little")
    return start + described.encode("ascii").ljust(_HEADER - 11) + b"\n"


def save_array(path: Path, array: np.ndarray) -> None:
    """Write a .npy file; of the memory map of a whole one, a second name of that file or a copy."""
    source = getattr(array, "filename", None)
    if source is None or Path(source).stat().st_size != array.offset + array.nbytes:  # type: ignore[attr-defined]
        np.save(path, array)
        return
    try:
        os.link(source, path)
    except OSError:  # a disk without hard links
        shutil.copyfile(source, path)

"""Files of rows as bytes, plain or compressed by gzip (.gz), which is unpacked as it is read."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rnnlab.errors import SettingError

PACKED = ".gz"


def ending_of(path: Path) -> str:
    """Return the ending that names a file's format in lower case: `.tsv` of a.tsv and of a.TSV.gz."""
    name = Path(path.stem) if path.suffix.lower() == PACKED else path
    return name.suffix.lower()


@contextmanager
def open_bytes(path: Path, limit: int | None, setting: str = "data.files") -> Iterator[IO[bytes]]:
    """Open a file as bytes, unpacked if its name ends in .gz.

    Args:
        limit: most unpacked bytes of a .gz; None sets no limit.
        setting: the setting that names the file, for messages.
    """
    with path.open("rb") as raw:
        if path.suffix.lower() != PACKED:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as packed:
            yield io.BufferedReader(_Unpacked(packed, path, limit, setting))


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a .gz.

    Raises:
        SettingError: while reading: the file is damaged, or has more bytes than the limit.
    """

    def __init__(self, packed: gzip.GzipFile, path: Path, limit: int | None, setting: str) -> None:
        super().__init__()
        self.packed, self.path, self.limit, self.setting, self.count = packed, path, limit, setting, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            found = self.packed.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            rule = f"cannot be unpacked by gzip: {error}"
            raise SettingError(self.setting, self.path, rule) from error
        self.count += len(found)
        if self.limit is not None and self.count > self.limit:
            rule = f"has more than {self.limit:,} bytes unpacked, which max_file allows"
            raise SettingError(self.setting, self.path, rule)
        buffer[: len(found)] = found
        return len(found)

"""Opens plain, .gz and .zip vector files as a stream of bytes, with a progress bar over the bytes on disk."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from rnnlab.bar import Bar
from rnnlab.errors import SettingError

BUFFER = 1 << 20
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
MOST_UNPACKED = 50  # times the size on disk; vectors as text need two or three
LITTLE = 64 << 20  # bytes; any file may unpack to this much
EMPTY_ZIP = b"PK\x05\x06"


class Measured(io.RawIOBase):
    """An unpacked stream that fails when it grows out of proportion to the file on disk."""

    def __init__(self, unpacking: Any, path: Path, most: int) -> None:
        super().__init__()
        self._unpacking, self._path, self._most = unpacking, path, most
        self._left = max(most * path.stat().st_size, LITTLE)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = int(self._unpacking.readinto(buffer))
        self._left -= count
        if self._left < 0:
            rule = f"unpacks to more than embedding.most_unpacked={self._most} times its size"
            raise SettingError("embedding.path", self._path, rule)
        return count


class Opened(NamedTuple):
    """A stream, and a function to call now and then that moves the bar."""

    stream: BinaryIO
    tick: Callable[[], None]


@contextmanager
def opened(
    path: Path, size: int | None, most_unpacked: int = MOST_UNPACKED, bar: bool = True
) -> Iterator[Opened]:
    """Open a file, a .gz or a member of a .zip as unpacked bytes; detects the kind by its first bytes.

    A byte order mark at the start is skipped, as it would become part of the first word.

    Args:
        size: of several members the one whose name holds `100d`, where that is the size; else the first.
        most_unpacked: limit of the unpacked size, as a multiple of the size on disk.

    Raises:
        SettingError: no such file; a packed file that is damaged, truncated or too large; a .zip without a
            member.
    """
    check_file(path)
    total = path.stat().st_size
    with (
        path.open("rb") as raw,
        Bar(None, f"reading {path.name}", total, "B", scaled=True) if bar else nullcontext() as shown,
    ):
        try:
            with unpacked(raw, path, size, most_unpacked) as stream:
                skip_mark(stream)
                yield Opened(stream, lambda: _move(shown, raw.tell()))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise SettingError("embedding.path", path, f"cannot be read to its end: {error}") from error
        _move(shown, total)


def check_file(path: Path) -> None:
    """Check that `path` is a file; raises SettingError, with the nearest names of its folder, otherwise."""
    if path.is_dir():
        names = [entry.name for entry in path.iterdir() if entry.is_file()]
        raise SettingError("embedding.path", path, "is a folder; must be a file in it", names)
    if not path.is_file():
        folder = path.resolve().parent
        names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
        where = f"no such file in {folder}" + ("" if names else ", where there is no file")
        raise SettingError("embedding.path", path.name, where, names)
    if path.stat().st_size == 0:
        raise SettingError("embedding.path", path, "the file is empty")


@contextmanager
def unpacked(raw: BufferedReader, path: Path, size: int | None, most: int) -> Iterator[BufferedReader]:
    start = raw.read(4)
    raw.seek(0)
    if start.startswith(GZIP):
        with gzip.GzipFile(fileobj=raw) as file:
            yield BufferedReader(Measured(file, path, most), BUFFER)
    elif start in (ZIP, EMPTY_ZIP):
        with zipfile.ZipFile(raw) as archive, archive.open(member(archive, path, size)) as inside:
            yield BufferedReader(Measured(inside, path, most), BUFFER)
    else:
        yield raw


def skip_mark(stream: BufferedReader) -> None:
    """Skip a UTF-8 byte order mark."""
    if stream.peek(len(codecs.BOM_UTF8)).startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))


def member(archive: zipfile.ZipFile, path: Path, size: int | None) -> str:
    """Return the name of the member to read; see `opened`."""
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if not names:
        raise SettingError("embedding.path", path, "the .zip holds no file")
    return next((name for name in names if size is not None and f".{size}d." in name), names[0])


def _move(bar: Bar | None, position: int) -> None:
    if bar is not None:
        bar.update(max(position - bar.n, 0))

"""Atomic writes of files and folders: complete or absent, whoever reads and whatever ends this process."""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PARTIAL = ".partial-"
STALE = 86_400  # seconds after which leftovers of a killed process are removed


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary file that becomes `path` when the block succeeds and is removed when it fails.

    Safe for concurrent writers: each has its own temporary file, and the last to end wins.
    """
    _sweep_files(path)
    part = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(2)}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, text: str, errors: str = "strict") -> None:
    """Write UTF-8 text to a file atomically; `errors` as in `str.encode`."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", errors=errors)


def save_figure(figure: Figure, path: Path, dpi: float | None = None) -> None:
    """Save a figure atomically, in the format of its suffix, or PNG without one."""
    with whole_file(path) as part:
        figure.savefig(part, format=path.suffix.removeprefix(".").lower() or "png", dpi=dpi or "figure")


@contextmanager
def whole_folder(target: Path, is_whole: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield an empty folder that becomes `target` when the block succeeds and is removed when it fails.

    Safe for two processes at once: the first to end wins, the other's copy is dropped. An existing target
    that is incomplete is replaced.

    Raises:
        SettingError: the folder cannot be made.
    """
    with scratch(target.parent) as own:
        stage = own / target.name
        stage.mkdir()
        yield stage
        try:
            os.replace(stage, target)
        except OSError:
            if not is_whole(target):
                shutil.rmtree(target)
                os.replace(stage, target)


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Yield an empty folder inside the cache, which is removed afterwards; a killed process's goes in a day.

    Raises:
        SettingError: it cannot be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("paths.cache_dir", parent, f"cannot be made: {error.strerror}") from error
    _sweep(parent)
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=parent) as name:
        yield Path(name)


def _sweep_files(path: Path) -> None:
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*.part"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > STALE:
                leftover.unlink()


def _sweep(parent: Path) -> None:
    for leftover in parent.glob(f"{PARTIAL}*"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > STALE:
                shutil.rmtree(leftover, ignore_errors=True)

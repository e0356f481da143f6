"""Cause of a run's failure, in one word that a sweep can act on."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Literal

from rnnlab.errors import Diverged, UserError

Cause = Literal["memory", "diverged", "disk", "setting", "error"]
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "alloc_failed")
DISK = ("no space left on device", "disk quota exceeded", "read-only file system")
# torch's message when a DataLoader worker died
LOADER = re.compile(r"DataLoader worker \(pid(?:\(s\))? (?P<pid>[\d, ]+)\) (?:is )?(?P<how>[^.\n]+)")
KILLED = "is killed by signal: Killed"  # a DataLoader worker, by the kernel's OOM killer
WRITTEN = re.compile(r"\d+ requested and \d+ written")  # NumPy's message


def cause_of(error: BaseException) -> Cause:
    """Classify an error by itself and by the errors that caused it.

    Returns:
        `memory` (of the machine or its GPU), `diverged` (the loss is nan or infinite), `disk` (full or not
        writable), `setting`, or `error`.
    """
    chain = list(_chain(error))
    if any(_is_memory(one) for one in chain):
        return "memory"
    if any(_is_disk(one) for one in chain):
        return "disk"
    if any(isinstance(one, Diverged) for one in chain):
        return "diverged"
    return "setting" if isinstance(error, UserError) else "error"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if not isinstance(error, RuntimeError):
        return False
    return KILLED in str(error) or any(words in str(error).lower() for words in MEMORY)


def _is_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    text = str(error).lower()
    return WRITTEN.search(text) is not None or any(words in text for words in DISK)


def loader_of(error: BaseException) -> str | None:
    """Describe how a DataLoader worker died during the training; None where none did."""
    found = next((match for one in _chain(error) if (match := LOADER.search(str(one)))), None)
    if found is None:
        return None
    what = f"a process that loads batches (pid {found['pid']}) ended: {found['how'].rstrip('. ')}"
    return what + ", which the kernel does where memory runs out" * ("Killed" in found["how"])


def disk_of(error: BaseException) -> str:
    """Return the system's message of the disk error, with the file's name where it is known."""
    found = next(one for one in _chain(error) if _is_disk(one))
    said = getattr(found, "strerror", None) or str(found).strip().split("\n", 1)[0]
    name = getattr(found, "filename2", None) or getattr(found, "filename", None)
    return f"{name}: {said}" if name else said

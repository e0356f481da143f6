"""Why a run failed, in one word that a sweep can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Literal

from rnnlab.errors import Diverged, UserError

Cause = Literal["memory", "diverged", "disk", "setting", "error"]
FULL = (errno.ENOSPC, errno.EDQUOT)
MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "alloc_failed")
DISK = ("no space left on device", "disk quota exceeded")


def cause_of(error: BaseException) -> Cause:
    """`memory` (of the machine or its GPU), `diverged` (the loss is no number), `disk` (it is full),
    `setting`, or `error`; what an error was raised from counts as well.
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
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in MEMORY)


def _is_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return isinstance(error, OSError | RuntimeError) and any(words in str(error).lower() for words in DISK)

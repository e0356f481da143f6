"""Whether this machine has the shared memory through which processes hand over batches."""

from __future__ import annotations

import logging
import os
from functools import cache
from multiprocessing import get_context

log = logging.getLogger("rnnlab")
PLACE = "/dev/shm"
LEAST = 16 * 2**20  # bytes that must be free there: batches are written without a look, and a full one kills


def fitting_workers(wanted: int) -> int:
    """`wanted` processes that load batches, or 0 where they would have no shared memory, which is said."""
    return wanted if wanted and has_shared_memory() else 0


@cache
def has_shared_memory() -> bool:
    """Asked once, by making a lock of the kind that the processes need. Logs one line where it is no."""
    try:
        get_context().Lock()
        room = os.statvfs(PLACE) if os.path.isdir(PLACE) else None
        reason = "is nearly full" if room and room.f_bavail * room.f_frsize < LEAST else ""
    except OSError as error:
        reason = f"cannot be used ({error.strerror})"
    if reason:
        log.info("note: %s %s: batches are loaded in one process, as with data.num_workers=0", PLACE, reason)
    return not reason

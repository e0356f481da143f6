"""Check of the shared memory through which loader processes pass batches."""

from __future__ import annotations

import logging
import os
from functools import cache
from multiprocessing import get_context

log = logging.getLogger("rnnlab")
PLACE = "/dev/shm"
LEAST = 16 * 2**20  # bytes that must be free: writing a batch to full shared memory kills the process


def fitting_workers(wanted: int) -> int:
    """Return `wanted`, or 0 if loader processes would have no shared memory."""
    return wanted if wanted and has_shared_memory() else 0


@cache
def has_shared_memory() -> bool:
    """Return whether loader processes can use shared memory; logs one line if not.

    Checked once per process, by making a lock of the kind that they need.
    """
    try:
        get_context().Lock()
        room = os.statvfs(PLACE) if os.path.isdir(PLACE) else None
        reason = "is nearly full" if room and room.f_bavail * room.f_frsize < LEAST else ""
    except OSError as error:
        reason = f"cannot be used ({error.strerror})"
    if reason:
        log.info("note: %s %s: batches are loaded in one process, as with data.num_workers=0", PLACE, reason)
    return not reason

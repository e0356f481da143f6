"""Liveness of a process that is known from a file: its number alone may be another's by now."""

from __future__ import annotations

import os
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def started(pid: int) -> str | None:
    """Return when a process began, as text that is unique over boots and containers.

    None where no such process lives, or on a system that does not report it.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = BOOT.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else f"{boot}:{fields[18]}"


def lives(pid: int, start: str | None) -> bool:
    """Return whether the process `pid`, which began at `start`, is alive; by number alone if that is None."""
    if start is not None:
        now = started(pid)
        return now is not None and start in (now, now.rpartition(":")[2])  # older sweeps name no boot
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_the_same(pid: int, start: str | None) -> bool:
    """Return whether the process `pid`, which began at `start`, is alive and not another one of its number.

    Unlike `lives` it takes a process of unknown start for gone, unless the system reports no starts.
    """
    return (start is not None or not BOOT.exists()) and lives(pid, start)

"""A peer's process, measured from outside: seconds, peak memory of its process tree, how it ended."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5  # seconds between two looks at the memory
GRACE = 5.0  # seconds between the request to end and the kill
THREADS = (
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "RNNLAB_THREADS", "RAYON_NUM_THREADS"),
)
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "RNNLAB_DATA_DIR", "SSL_CERT_FILE")
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
LAST = 2000  # characters of a log that a result shows


@dataclass(frozen=True)
class Ran:
    """How a process went: seconds, peak memory in bytes, exit code, whether the limit ended it."""

    seconds: float
    memory: int
    code: int
    late: bool


def start_and_wait(
    command: Sequence[str], log: Path, limit: float, threads: int, variables: Mapping[str, str], folder: Path
) -> Ran:
    """Run a command to its end, on the first `threads` cores, with as many threads.

    The process and all its children are ended when `limit` seconds are over, and when the race is stopped.

    Args:
        log: file of everything that it prints.
        variables: added to a small environment that is the same for all peers.
        folder: where it runs; its caches are below it.
    """
    cores = sorted(os.sched_getaffinity(0))[:threads]
    start = time.time()
    own = {name: os.environ[name] for name in INHERITED if name in os.environ}
    own |= dict.fromkeys(THREADS, str(threads)) | {"PYTHONUNBUFFERED": "1", "RACE_STARTED": repr(start)}
    own |= variables
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, env=own, cwd=folder,
            start_new_session=True, preexec_fn=lambda: settle(cores),
        )  # fmt: skip
        try:
            peak, late = watch(process, start + limit)
        finally:
            end_all(process)
    return Ran(time.time() - start, peak, process.returncode, late)


def settle(cores: Sequence[int]) -> None:
    """In the new process: stay on these cores, and end when the race does, however it ends."""
    os.sched_setaffinity(0, cores)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def watch(process: subprocess.Popen[bytes], until: float) -> tuple[int, bool]:
    """Wait for a process; return the peak memory of its tree and whether the time was over."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, memory_of(tree(process.pid)))
        if time.time() > until:
            return peak, True
        with suppress(subprocess.TimeoutExpired):
            process.wait(EVERY)
    return peak, False


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process's session: asked first, killed later."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.time() + GRACE
        with suppress(ProcessLookupError):  # nobody is left
            os.killpg(process.pid, number)
            while time.time() < until:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.02)
    process.wait()


def tree(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        with suppress(OSError):
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                with suppress(OSError):
                    rest += map(int, (task / "children").read_text().split())
    return found


def memory_of(pids: Sequence[int]) -> int:
    """Return the bytes of a process tree: of one process the kernel's peak, of several what they hold now.

    Of several, pages that processes share count once: each counts its part of them.
    """
    name, field = ("status", "VmHWM:") if len(pids) == 1 else ("smaps_rollup", "Pss:")
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
                if line.startswith(field):
                    total += int(line.split()[1]) * 1024
    return total


def last_lines(log: Path) -> str:
    """Return the end of a log."""
    return log.read_text(encoding="utf-8", errors="replace")[-LAST:].strip() if log.is_file() else ""

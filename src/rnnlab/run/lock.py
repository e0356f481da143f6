"""One process at a time in a folder: a lock that the kernel frees when its process ends, whatever ends it.

The lock (flock) is on the file and not on its name, so it holds when the folder is moved. Who has it stands
in the file. Where a file system has no such locks, what stands there is believed instead: on this machine as
long as the process lives, from another machine as long as the file is touched every few seconds.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from rnnlab.errors import UserError
from rnnlab.run.process import lives, started
from rnnlab.untrusted import parse_json

MOST = 1 << 16  # bytes of a lock's file that are read
FILE = ".lock"
BEAT = 10.0  # seconds between two touches, where the file system has no locks
SILENT = 60.0  # seconds without one after which another machine's process is taken for dead
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
TRIES, PAUSE = 5, 0.05  # somebody may just be looking, which takes the lock for a moment
Holder = dict[str, Any]

_open: set[IO[bytes]] = set()  # of this process; a fork must not keep its parent's locks


class Held(UserError):
    """Another process has the folder."""

    def __init__(self, folder: Path, what: str, holder: Holder) -> None:
        self.holder = holder
        super().__init__(f"{folder}: {what} by {words(holder)}; wait for it, or end it first")


class FolderLock:
    """This process's hold on a folder."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = threading.Event()

    def acquire(self, folder: Path, what: str) -> None:
        """Take the folder, or raise Held.

        Args:
            what: is being done there, for the error: `is being trained`.

        Raises:
            OSError: nothing can be written there.
        """
        for attempt in range(TRIES):
            try:
                if self._take(folder / FILE, folder, what):
                    return
            except Held:
                if attempt == TRIES - 1:
                    raise
            time.sleep(PAUSE)

    def release(self) -> None:
        """Give it back; the file goes."""
        if self._file is not None:
            self._end.set()
            with suppress(OSError):
                os.unlink(self._file.name)
            _open.discard(self._file)
            self._file.close()
            self._file = None

    def _take(self, path: Path, folder: Path, what: str) -> bool:
        """False where the file was removed by one that has just left."""
        file = path.open("a+b", buffering=0)
        try:
            by_kernel = _lock(file, fcntl.LOCK_EX)
        except BlockingIOError as error:
            holder = _read(file)
            file.close()
            raise Held(folder, what, holder) from error
        if not by_kernel and _is_alive(file):
            holder = _read(file)
            file.close()
            raise Held(folder, what, holder)
        if not _is_there(path, file):
            file.close()
            return False
        self._file = file
        _open.add(file)
        with suppress(OSError):  # on a full disk the lock has no words
            file.truncate(0)
            file.write(json.dumps(_self()).encode())
        if not by_kernel:
            self._end.clear()
            threading.Thread(target=self._touch, args=(path,), daemon=True).start()
        return True

    def _touch(self, path: Path) -> None:
        while not self._end.wait(BEAT):
            with suppress(OSError):
                os.utime(path)


def holder_of(folder: Path) -> Holder | None:
    """Who has a folder, None where nobody does. Nothing is written."""
    try:
        file = (folder / FILE).open("rb", buffering=0)
    except OSError:
        return None
    with file:
        try:
            by_kernel = _lock(file, fcntl.LOCK_SH)
        except BlockingIOError:
            return _read(file)
        return _read(file) if not by_kernel and _is_alive(file) else None


def words(holder: Holder) -> str:
    """`process 12 on host since 2026-11-30 12:00:00`."""
    if not holder:
        return "another process"
    since = datetime.fromtimestamp(float(holder["since"]))
    return f"process {holder['pid']} on {holder['host']} since {since:%Y-%m-%d %H:%M:%S}"


def _self() -> Holder:
    pid = os.getpid()
    return {"pid": pid, "host": platform.node(), "started": started(pid), "since": time.time()}


def _lock(file: IO[bytes], kind: int) -> bool:
    """Whether the kernel has locked it; False on a file system without locks.

    Raises:
        BlockingIOError: somebody else has it.
    """
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno == errno.EACCES:  # as some network file systems say it
            raise BlockingIOError(error.errno, error.strerror) from error
        if error.errno in NO_LOCKS:
            return False
        raise
    return True


def _read(file: IO[bytes]) -> Holder:
    file.seek(0)
    try:
        found = dict(parse_json(file.read(MOST)))
        return {name: found[name] for name in ("pid", "host", "started", "since")}
    except (ValueError, TypeError, KeyError):
        return {}


def _is_alive(file: IO[bytes]) -> bool:
    """Whether what the file says is to be believed: its process lives, as far as can be seen."""
    holder = _read(file)
    if not holder:
        return False
    if holder["host"] == platform.node():
        return holder["pid"] != os.getpid() and lives(int(holder["pid"]), holder["started"])
    return time.time() - os.fstat(file.fileno()).st_mtime <= SILENT


def _is_there(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _leave_to_parent() -> None:
    for file in _open:
        file.close()
    _open.clear()


os.register_at_fork(after_in_child=_leave_to_parent)

"""Lock a folder for one process; the kernel frees the lock when the process ends, however it ends.

The lock (flock) is on the file and not on its name, so it survives moving the folder. The file names its
holder. On a file system without locks the file's content counts instead: for a process of this machine as
long as it is alive, for one of another machine as long as it touches the file every few seconds.
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
from rnnlab.run.folder.process import lives, started
from rnnlab.untrusted import parse_json

MOST = 1 << 16  # bytes of a lock file that are read
FILE = ".lock"
BEAT = 10.0  # seconds between two touches, where the file system has no locks
SILENT = 60.0  # seconds without a touch after which a process of another machine counts as dead
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
TRIES, PAUSE = 5, 0.05  # `holder_of` in another process takes the lock for a moment
Holder = dict[str, Any]

_open: set[IO[bytes]] = set()  # this process's lock files; a fork must not keep its parent's locks


class Held(UserError):
    """Another process has locked the folder."""

    def __init__(self, folder: Path, what: str, holder: Holder) -> None:
        self.holder = holder
        super().__init__(f"{folder}: {what} by {words(holder)}; wait for it, or end it first")


class FolderLock:
    """A lock of this process on a folder."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = threading.Event()

    def acquire(self, folder: Path, what: str) -> None:
        """Lock the folder.

        Args:
            folder: the folder to lock.
            what: the beginning of the error if it is taken: `this run is being trained`.

        Raises:
            Held: another process has it.
            OSError: the folder cannot be written.
        """
        for attempt in range(TRIES):
            try:
                if self._take(folder / FILE, folder, what):
                    return
            except Held:
                if attempt == TRIES - 1:
                    raise
            time.sleep(PAUSE)
        raise Held(folder, what, {})  # its file was removed each time: others come and go

    def release(self) -> None:
        """Free the lock and remove its file."""
        if self._file is not None:
            self._end.set()
            with suppress(OSError):
                os.unlink(self._file.name)
            _open.discard(self._file)
            self._file.close()
            self._file = None

    def _take(self, path: Path, folder: Path, what: str) -> bool:
        """Try once; False if the previous holder removed the file meanwhile."""
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
        with suppress(OSError):  # on a full disk the lock does not name its holder
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
    """Return the process that has locked a folder, None if none has. Writes nothing."""
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
    """Format a holder: `process 12 on host since 2026-11-30 12:00:00`."""
    if not holder:
        return "another process"
    since = datetime.fromtimestamp(float(holder["since"]))
    return f"process {holder['pid']} on {holder['host']} since {since:%Y-%m-%d %H:%M:%S}"


def _self() -> Holder:
    pid = os.getpid()
    return {"pid": pid, "host": platform.node(), "started": started(pid), "since": time.time()}


def _lock(file: IO[bytes], kind: int) -> bool:
    """Try to flock the file; False on a file system without locks.

    Raises:
        BlockingIOError: another process has it.
    """
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno == errno.EACCES:  # some network file systems report a taken lock so
            raise BlockingIOError(error.errno, error.strerror) from error
        if error.errno in NO_LOCKS:
            return False
        raise
    return True


def _read(file: IO[bytes]) -> Holder:
    file.seek(0)
    try:
        found = dict(parse_json(file.read(MOST)))
        pid, host, since = int(found["pid"]), str(found["host"]), float(found["since"])
        datetime.fromtimestamp(since)  # `words` shows it
        known = 0 < pid < 1 << 31
        return {"pid": pid, "host": host, "started": found["started"], "since": since} if known else {}
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return {}


def _is_alive(file: IO[bytes]) -> bool:
    """Return whether the holder that the file names is alive, as far as this machine can see."""
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

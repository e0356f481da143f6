"""A log of JSON lines that many processes append to, on shared file systems too; a kill cannot break it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

from rnnlab.untrusted import parse_json

LOCK_SECONDS = 15  # after which the lock of a process that died holding it is broken
BLOCK = 4096

Event = dict[str, Any]


class Journal(JournalFileBackend):
    """Optuna's journal file, which also mends a last line that a killed writer or a full disk left torn.

    Optuna's own journal appends to such a line, and then neither of the two can be read any more.

    Args:
        durable: whether a line that was written outlives a crash of the whole machine, which costs
            milliseconds each time.
    """

    def __init__(self, path: Path, durable: bool = True) -> None:
        self.lock = JournalFileSymlinkLock(str(path), grace_period=LOCK_SECONDS)
        super().__init__(str(path), self.lock)
        self.path, self.durable = path, durable
        self._place = (0, 0)  # a line's number, and where it begins

    def read_logs(self, log_number_from: int) -> Iterator[Event]:  # type: ignore[override]
        """Yield the events from a number on; Optuna asks for them in their order."""
        number, offset = self._place if log_number_from >= self._place[0] else (0, 0)
        events, end = self.after(offset)
        self._place = (number + len(events), end)
        yield from events[log_number_from - number :]

    def append_logs(self, logs: list[Event]) -> None:
        """Write all lines or none of them.

        Raises:
            OSError: the disk is full or not writable.
        """
        self.append(lambda: logs)

    def append(self, decide: Callable[[], list[Event]]) -> None:
        """Append the result of `decide`; nobody else writes between its reading of the log and this writing.

        Raises:
            OSError: the disk is full or not writable; nothing was written.
        """
        self.lock.acquire()
        try:
            events = decide()
            if not events:
                return
            text = "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
            with self.path.open("r+b", buffering=0) as file:
                _append(file, text.encode(), self.durable)
        finally:
            self.lock.release()

    def cut(self, first: Callable[[list[Event]], int | None]) -> bool:
        """Truncate the log at an event; return whether anything was removed.

        Only for a log that no other process reads or writes: a reader would keep events that are gone.

        Args:
            first: takes all events and returns the index of the first one to remove, or None.
        """
        self.lock.acquire()
        try:
            events, _ = self.after(0)
            number = first(events)
            if number is None:
                return False
            with self.path.open("r+b", buffering=0) as file:
                file.truncate(sum(len(line) for line in file.readlines()[:number]))
            self._place = (0, 0)
            return True
        finally:
            self.lock.release()

    def after(self, offset: int) -> tuple[list[Event], int]:
        """Read the complete lines after a byte offset; return the events and the offset after them.

        Raises:
            ValueError: a line is not JSON, or the file is shorter than the offset.
        """
        with self.path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise ValueError("it has lost lines that were read before")
            file.seek(offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        return [parse_json(line) for line in whole.splitlines()], offset + len(whole)


def _append(file: IO[bytes], text: bytes, durable: bool) -> None:
    end = _end_of_lines(file)
    file.truncate(end)
    try:
        file.seek(end)
        written = 0
        while written < len(text):
            written += file.write(text[written:])
        if durable:
            os.fsync(file.fileno())
    except OSError:
        file.truncate(end)
        raise


def _end_of_lines(file: IO[bytes]) -> int:
    """Return the offset where the last whole line ends."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0

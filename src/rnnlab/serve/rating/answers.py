"""The results file: a header line with the comparisons, then one line of JSON for each answer."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.errors import SettingError
from rnnlab.serve.rating.plan import Plan
from rnnlab.serve.rating.session import FIRST, NEITHER, SECOND
from rnnlab.untrusted import parse_json

CHOICES = (FIRST, SECOND, NEITHER)


class Answer(NamedTuple):
    """A rater's answer to a comparison: `first`, `second` or `neither`.

    Attributes:
        better: which reads better; real: which is not a model's; left: which was on the left.
        time: when, in UTC.
    """

    comparison: str
    rater: str
    better: str
    real: str
    left: str
    time: str


class Results:
    """An open results file, which other processes may have open as well.

    An answer is on disk when `add` returns. A line that a killed process left unfinished is dropped.

    Args:
        path: an existing file; see `create`.

    Raises:
        SettingError: it is not a results file, or cannot be written.
    """

    def __init__(self, path: Path, writable: bool = True) -> None:
        self.path = path
        self.answers: dict[tuple[str, str], Answer] = {}
        self._read_to, self._turn = 0, threading.Lock()
        try:
            self._file = path.open("r+b" if writable else "rb", buffering=0)
        except OSError as error:
            raise SettingError("--results", path, f"cannot be opened: {error.strerror}") from error
        content = self._file.readall() or b""
        head = content[: content.find(b"\n") + 1]
        try:
            self.plan = Plan.from_json(parse_json(head))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            self._file.close()
            raise SettingError("--results", path, "is no results file of rnnlab rate") from error
        self._ids = {comparison.id for comparison in self.plan.comparisons}
        self._read_to = len(head)
        self.refresh()

    def close(self) -> None:
        self._file.close()

    def answered(self, rater: str) -> set[str]:
        """Return ids of the comparisons that the rater has answered."""
        return {comparison for comparison, who in self.answers if who == rater}

    def add(self, answer: Answer) -> bool:
        """Write the answer; return False, unchanged, if the rater has already answered this comparison."""
        with self._locked():
            self._read()
            key = (answer.comparison, answer.rater)
            if key in self.answers:
                return False
            self._file.truncate(self._read_to)
            self._file.seek(self._read_to)
            line = (json.dumps(answer._asdict(), ensure_ascii=False) + "\n").encode()
            if self._file.write(line) != len(line):
                raise OSError(f"{self.path}: the disk is full")
            os.fsync(self._file.fileno())
            self._read_to += len(line)
            self.answers[key] = answer
            return True

    def refresh(self) -> None:
        """Read the answers that other processes have added."""
        with self._locked():
            self._read()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Admit one thread of one process at a time; the lock ends with the process that holds it."""
        with self._turn:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _read(self) -> None:
        self._file.seek(self._read_to)
        content = self._file.readall() or b""
        whole = content[: content.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            answer = self._answer(line, number)
            self.answers.setdefault((answer.comparison, answer.rater), answer)
        self._read_to += len(whole)

    def _answer(self, line: bytes, number: int) -> Answer:
        try:
            given: dict[str, Any] = parse_json(line)
            answer = Answer(**{name: str(given[name]) for name in Answer._fields})
            if answer.comparison in self._ids and answer.better in CHOICES and answer.real in CHOICES:
                return answer
        except (KeyError, TypeError, ValueError):
            pass
        raise SettingError("--results", self.path, f"answer {number} is none that rnnlab rate writes")


def create(path: Path, plan: Plan) -> None:
    """Create the file atomically, with its header line.

    Raises:
        SettingError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write((json.dumps(plan.to_json(), ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # unlike a replacement it fails where another process was first
        finally:
            part.unlink()
    except FileExistsError:
        return
    except OSError as error:
        raise SettingError("--results", path, f"cannot be written: {error.strerror}") from error

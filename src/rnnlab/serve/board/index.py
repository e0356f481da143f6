"""The rows of all runs under a folder, kept up to date; every change has a number, so that a page asks for
what is new since the last one.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlab.report.names import lower_is_better
from rnnlab.run.folder.find import run_files
from rnnlab.serve.board.row import Row, Stamp, id_of, read_row, stamp_of

PAUSE = 0.5  # seconds for which rows are not looked at again, however many pages ask
Choices = Mapping[str, str]


@dataclass
class Entry:
    """A run: its row, what the row depends on, and the number of its last change.

    Attributes:
        choices: its settings, once they are read; chosen: the version of config.yaml that they are of.
    """

    folder: Path
    stamp: Stamp
    row: Row
    version: int
    choices: Choices = field(default_factory=dict)
    chosen: tuple[int, int] | None = None


class Index:
    """All runs under a folder. Safe for several threads.

    Args:
        root: the folder.
        pause: seconds between two looks at the disk.
    """

    def __init__(self, root: Path, pause: float = PAUSE) -> None:
        self.root, self.pause = root, pause
        self.session = secrets.token_hex(4)  # a page that knows another one's numbers asks for everything
        self.version = 0
        self.idle = threading.Event()  # cleared while `refresh` looks, which other work then lets pass
        self.idle.set()
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._entries: dict[str, Entry] = {}
        self._gone: dict[str, int] = {}
        self._lower: dict[str, bool] = {}
        self._base: dict[str, str] = {}
        self._based, self._base_version = 0, 0
        self._sweeps: Sequence[Row] = ()
        self._sweeps_version = 0

    def refresh(self) -> None:
        """Look at the folder again: read rows that changed, drop those that are gone, find new ones."""
        with self._lock:
            if time.monotonic() - self._looked < self.pause:
                return
            self.idle.clear()
            try:
                self._look_at_all()
            finally:
                self.idle.set()
            self._looked = time.monotonic()

    def _look_at_all(self) -> None:
        found = ((id_of(folder, self.root), folder, names) for folder, names in run_files(self.root))
        there = {name for name, folder, names in found if self._look(name, folder, names)}
        for name in [name for name in self._entries if name not in there]:
            del self._entries[name]
            self.version += 1
            self._gone[name] = self.version

    def _look(self, name: str, folder: Path, files: Sequence[str]) -> bool:
        """Read a run's row if its files have changed; return whether the run is still there."""
        known = self._entries.get(name)
        stamp = stamp_of(folder, str(known.row["status"]) if known else "", files)
        if stamp is None:
            return False
        if known is not None and known.stamp == stamp:
            return True
        try:
            row, facts = read_row(folder, self.root, stamp)
        except FileNotFoundError:  # deleted in the meantime
            return False
        for metric in (*row["metrics"], *row.get("so_far", ())):
            if metric not in self._lower:
                self._lower[metric] = lower_is_better(metric, facts)
        self.version += 1
        choices = (known.choices, known.chosen) if known else ({}, None)
        self._entries[name] = Entry(folder, stamp, row, self.version, *choices)
        self._gone.pop(name, None)
        return True

    def unread(self) -> list[tuple[str, Path, tuple[int, int]]]:
        """Return name, folder and config's version of the runs whose settings have not been read."""
        with self._lock:
            return [
                (name, entry.folder, entry.stamp.config)
                for name, entry in self._entries.items()
                if entry.chosen != entry.stamp.config
            ]

    def put_choices(self, found: Mapping[str, tuple[Choices, tuple[int, int]]]) -> None:
        """Store the settings of runs, each with its config's version."""
        with self._lock:
            for name in [name for name in found if name in self._entries]:
                entry = self._entries[name]
                entry.choices, entry.chosen = found[name]
                self.version += 1
                entry.version = self.version
            known = [entry.choices for entry in self._entries.values() if entry.chosen]
            if len(known) > 2 * self._based:
                self._set_base(known)

    def _set_base(self, known: Sequence[Choices]) -> None:
        """Choose the most frequent value of every setting, from which rows name their differences alone."""
        counts: dict[str, Counter[str]] = {}
        for choices in known:
            for key, value in choices.items():
                counts.setdefault(key, Counter())[value] += 1
        self._base = {key: values.most_common(1)[0][0] for key, values in counts.items()}
        self._based = len(known)
        self.version += 1
        self._base_version = self.version
        for entry in self._entries.values():
            entry.version = self.version

    def put_sweeps(self, sweeps: Sequence[Row]) -> None:
        """Store the rows of the sweeps."""
        with self._lock:
            if list(sweeps) != list(self._sweeps):
                self.version += 1
                self._sweeps, self._sweeps_version = list(sweeps), self.version

    def changes(self, since: int = 0, session: str = "") -> dict[str, Any]:
        """Return what is new since a number that this index gave out, as plain data.

        Returns:
            `whole`: whether it is everything, because the page knows nothing of this index;
            `runs`: rows, each with `settings`, its differences from `base`; `gone`: ids; `lower`: of each
            metric, whether lower is better; `unread`: runs whose settings have not been read.
        """
        with self._lock:
            whole = session != self.session or since <= 0
            since = 0 if whole else since
            answer: dict[str, Any] = {
                "whole": whole,
                "session": self.session,
                "version": self.version,
                "runs": [self._shown(entry) for entry in self._entries.values() if entry.version > since],
                "gone": [] if whole else [n for n, version in self._gone.items() if version > since],
                "unread": sum(entry.chosen != entry.stamp.config for entry in self._entries.values()),
                "lower": self._lower,
            }
            if self._base_version > since:
                answer["base"] = self._base
            if self._sweeps_version > since:
                answer["sweeps"] = self._sweeps
            return answer

    def folder(self, name: str) -> Path | None:
        """Return the folder of a run by its id; None for an unknown one."""
        with self._lock:
            entry = self._entries.get(name)
            return None if entry is None else entry.folder

    def stamp(self, name: str) -> Stamp | None:
        """Return what the row of a run depended on when it was read."""
        with self._lock:
            entry = self._entries.get(name)
            return None if entry is None else entry.stamp

    def sweeps_of_runs(self) -> list[str]:
        """Return the ids of the sweeps that have runs here."""
        with self._lock:
            return sorted({str(e.row["sweep"]) for e in self._entries.values() if e.row["sweep"]})

    def __len__(self) -> int:
        return len(self._entries)

    def _shown(self, entry: Entry) -> Row:
        differs = {k: v for k, v in entry.choices.items() if self._base.get(k) != v}
        missing = {k: None for k in self._base if k not in entry.choices} if entry.chosen else {}
        return {**entry.row, "settings": {**differs, **missing}, "read": entry.chosen is not None}

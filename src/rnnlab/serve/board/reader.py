"""Reads what takes longer than a page may wait, in a thread of its own: settings of runs, and sweeps."""

from __future__ import annotations

import threading
from pathlib import Path

from rnnlab.serve.board.index import Index
from rnnlab.serve.board.row import choices_of

PAUSE = 2.0  # seconds between two rounds


class Reader:
    """The background reader of an index; `start` may be called any number of times."""

    def __init__(self, index: Index, pause: float = PAUSE) -> None:
        self._index, self._pause = index, pause
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board reader", daemon=True)
        self._lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()

    def stop(self) -> None:
        """End after the run that is being read."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()

    def read_all(self) -> None:
        """Read the settings of all runs that have not been read yet, then the sweeps."""
        found = {}
        for name, folder, version in self._index.unread():
            self._index.idle.wait()  # two threads at once would hand the interpreter over at every look
            if self._end.is_set():
                return
            found[name] = choices_of(folder), version
        self._index.put_choices(found)
        self._index.put_sweeps(sweeps_under(self._index))

    def _run(self) -> None:
        while not self._end.is_set():
            self.read_all()
            self._end.wait(self._pause)


def sweeps_under(index: Index) -> list[dict[str, object]]:
    """Return the rows of the sweeps; their code is imported with the first one."""
    known = index.sweeps_of_runs()
    if not known and not Path(index.root, "sweeps").is_dir():
        return []
    from rnnlab.serve.board.sweeps import read_sweep, sweep_folders

    return [read_sweep(folder, index.root) for folder in sweep_folders(index.root, known)]

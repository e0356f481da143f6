"""When a worker forks its trainings from a process that has imported everything (`launcher.warm`)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.space.identity import Identities
from rnnlab.sweep.spec import Spec
from rnnlab.sweep.warm.process import WarmServer

log = logging.getLogger("rnnlab.worker")
LOOK = 0.2  # seconds between two questions whether to go on waiting
MOST_STARTS = 3  # of the process, so that one that always dies is given up


class WarmStarts:
    """Decides for each job, and starts the process at the first one that is forked.

    Only trainings on the CPU of a Linux machine are forked: a CUDA context does not survive a fork.
    """

    def __init__(self, spec: Spec, identities: Identities) -> None:
        self.spec, self.identities = spec, identities
        self.wanted = bool(spec.launcher.get("warm")) and sys.platform == "linux"  # older sweeps: not
        self.starts = 0
        self._server: WarmServer | None = None

    def server(self, row: Row, leaves: Callable[[], bool]) -> WarmServer | None:
        """Return the process, which has imported everything; None where a job starts without it.

        Args:
            leaves: whether the worker is to leave, and need not wait for the imports.
        """
        if not self.wanted or not self._on_cpu(row):
            return None
        if self._server is None or not self._server.lives:
            self._start()
        while self._server is not None and not self._server.ready(LOOK):
            if leaves():
                return None
        if self._server is not None and self._server.lives and not self._server.usable:
            log.info("warm starts are off: an imported library runs %s threads", self._server.threads)
            self.end()
            self.wanted = False
        return self._server if self._server is not None and self._server.usable else None

    def end(self) -> None:
        """End the process, after the last training."""
        if self._server is not None:
            self._server.end()
            self._server = None

    def _on_cpu(self, row: Row) -> bool:
        config = self.identities.config([*self.spec.overrides, *row.overrides])
        return bool(config.trainer.get("accelerator") == "cpu")

    def _start(self) -> None:
        if self.starts == MOST_STARTS:
            log.info("warm starts are off: their process ended %d times", self.starts)
            self.end()
            self.wanted = False
            return
        self.starts += 1
        self._server = WarmServer(self.spec.cwd)

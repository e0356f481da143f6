"""Read a sweep's ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Self

from rnnlab.errors import UserError
from rnnlab.run.study.journal import Journal
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.events import Rows
from rnnlab.sweep.ledger.row import Row, Trial


class BrokenLedger(UserError):
    """The ledger has lines that are not events, or that contradict earlier ones."""


class LedgerReader:
    """The jobs and trials of a sweep, from the events read so far.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, folder: SweepFolder, clock: Callable[[], float] = time.time) -> None:
        self.journal, self.clock = Journal(folder.ledger), clock
        self._rows, self._offset = Rows(), 0

    def sync(self) -> Self:
        """Read new events. Raises BrokenLedger if they cannot be read."""
        try:
            events, self._offset = self.journal.after(self._offset)
            for event in events:
                self._rows.apply(event)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise BrokenLedger(
                f"{self.journal.path} cannot be read: {error or type(error).__name__}"
            ) from error
        return self

    @property
    def rows(self) -> list[Row]:
        return self._rows.jobs

    @property
    def trials(self) -> list[Trial]:
        return self._rows.trials

    @property
    def unchosen(self) -> Mapping[int, Trial]:
        """Trials without jobs yet, by number."""
        return self._rows.unchosen

    @property
    def identity(self) -> str | None:
        """Id of the sweep; None for a sweep older than this field."""
        return self._rows.identity

    @property
    def stopped(self) -> str | None:
        """Reason why no further job may start, or None."""
        return self._rows.stopped

    @property
    def cancelled(self) -> bool:
        """True if running jobs must save and exit."""
        return self._rows.cancelled

    @property
    def ended(self) -> Mapping[str, int]:
        """Number of ended jobs by state."""
        return self._rows.ended

    @property
    def begun(self) -> float:
        """Time of the last start or resume, in seconds since 1970."""
        return self._rows.begun

    def equal_jobs(self, key: str) -> list[Row]:
        """Return the jobs that were started with these choices; see `Row.key`."""
        return [row for number in self._rows.keyed.get(key, ()) if (row := self.rows[number]).key == key]

    def is_over(self, trials: int) -> bool:
        """True if all jobs of all trials have ended."""
        return len(self.trials) >= trials and not self._rows.unchosen and not self._rows.unended

    def holders(self) -> set[str]:
        """Return the workers that have a job or a trial."""
        holders = {row.worker for row in self._running()}
        holders |= {trial.worker for trial in self._rows.unchosen.values()}
        return {worker for worker in holders if worker is not None}

    def _running(self) -> list[Row]:
        found = (self.rows[number] for number in sorted(self._rows.unended))
        return [row for row in found if row.state == "running"]

"""What a sweep's ledger says so far: the reading side of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Self

from rnnlab.errors import UserError
from rnnlab.study.journal import Journal
from rnnlab.sweep.events import Rows, Trial
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.row import Row


class BrokenLedger(UserError):
    """Lines that are none of a ledger, or that do not fit those before them."""


class LedgerReader:
    """The rows of a sweep as its events tell them, as far as they were read.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, folder: SweepFolder, clock: Callable[[], float] = time.time) -> None:
        self.journal, self.clock = Journal(folder.ledger), clock
        self._rows, self._offset = Rows(), 0

    def sync(self) -> Self:
        """Read what others have written. Raises BrokenLedger where that cannot be read."""
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
    def identity(self) -> str | None:
        """Of the sweep that it belongs to; None of one that was made before ledgers had any."""
        return self._rows.identity

    @property
    def stopped(self) -> str | None:
        """Why no further job is to start, None where they are."""
        return self._rows.stopped

    @property
    def cancelled(self) -> bool:
        """Whether running jobs are to save and leave."""
        return self._rows.cancelled

    @property
    def ended(self) -> Mapping[str, int]:
        """How many jobs have ended, by state."""
        return self._rows.ended

    @property
    def begun(self) -> float:
        """When the sweep was started last, in seconds since 1970."""
        return self._rows.begun

    def is_over(self, trials: int) -> bool:
        """Whether all jobs of all trials have ended."""
        return len(self.trials) >= trials and not self._rows.unchosen and not self._rows.unended

    def holders(self) -> set[str]:
        """The workers that have a job or a trial."""
        holders = {row.worker for row in self._running()}
        holders |= {trial.worker for trial in self._rows.unchosen.values()}
        return {worker for worker in holders if worker is not None}

    def _running(self) -> list[Row]:
        found = (self.rows[number] for number in sorted(self._rows.unended))
        return [row for row in found if row.state == "running"]

"""Ending a sweep early."""

from __future__ import annotations

import shlex

from rnnlab.errors import UserError
from rnnlab.report.tables import short_path
from rnnlab.sweep.ledger import Ledger
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.status import workers_of

WHY = "rnnlab sweep cancel"


def cancel(record: Record) -> str:
    """Start no further job and let running ones save and leave; what that means now, as text.

    Raises:
        UserError: an older version made the sweep, which has no ledger to write to.
    """
    if record.spec is None:
        raise UserError(f"{record.folder.path} has no ledger: only Ctrl-C in its terminal ends its sweep")
    if record.is_over:
        return f"it has finished: there is nothing to cancel\nsee: rnnlab sweep show {record.folder.name}"
    before = record.stopped if record.cancelled else None
    if before is None:
        Ledger(record.folder).stop(WHY)
    first = "cancelled: no further job starts" if before is None else f"it was cancelled before: {before}"
    return "\n".join([first, _running(record), _again(record)])


def _running(record: Record) -> str:
    running = [str(row.number) for row in record.rows if row.state == "running"]
    workers = workers_of(record)
    if not workers:
        return "no worker lives: nothing is running"
    if not running:
        return "no job is running: the workers leave"
    seconds = record.spec.heartbeat if record.spec else 0.0
    what = f"running job{'' if len(running) == 1 else 's'} {', '.join(running)}"
    return f"{what}: told to save and stop within about {seconds:g} s, then the workers leave"


def _again(record: Record) -> str:
    return f"go on with it: python train.py -m sweep.resume={shlex.quote(short_path(record.folder.path))}"

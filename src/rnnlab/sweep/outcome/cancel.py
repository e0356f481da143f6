"""Cancel a sweep early."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator, Sequence

from rnnlab.errors import UserError
from rnnlab.report.tables import short_path
from rnnlab.run.folder.code import train_command
from rnnlab.sweep.kill import kill, wake
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.outcome.progress import progress
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.status import Beat, workers_of

WHY = "rnnlab sweep cancel"
LOOK = 0.3  # seconds between two checks of the workers
MARGIN = 15.0  # seconds that a worker may take to exit after its training
SECOND = 5.0  # seconds to wait for killed workers to disappear


def cancel(record: Record) -> str:
    """Start no further job and let running ones save and exit; return a text about the effects.

    Raises:
        UserError: an older version created the sweep, which has no ledger to write to.
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


def until_left(record: Record, say: Callable[[str], None], patience: float | None = None) -> None:
    """Wait until all workers have exited; kill those of this machine that do not, with their trainings.

    Args:
        say: called with each line of output.
        patience: seconds before workers are killed; None: as long as the sweep's settings allow.

    Raises:
        UserError: workers on other machines do not exit.
    """
    spec = record.spec
    assert spec is not None
    running = [row.number for row in record.rows if row.state == "running"]
    patience = spec.kill_after + spec.heartbeat + MARGIN if patience is None else patience
    wake(workers_of(record))
    if not _left(record, patience):
        for beat in workers_of(record):
            if kill(beat):
                say(f"worker {beat['slot']} (process {beat['pid']}) did not leave: killed, with its training")
        _left(record, SECOND)
    for line in _ends(record, running):
        say(line)
    silent = [f"{beat['host']} pid {beat['pid']}{_scancel(beat)}" for beat in workers_of(record)]
    if silent:
        raise UserError(f"workers on other machines have not left after {patience:g} s: {', '.join(silent)}")


def _left(record: Record, seconds: float) -> bool:
    """Wait for the workers; return whether all exited within `seconds`."""
    deadline = time.monotonic() + seconds
    while workers_of(record):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True


def _ends(record: Record, numbers: Sequence[int]) -> Iterator[str]:
    """Yield a line for each of these jobs: its state, progress and note."""
    rows = Ledger(record.folder).sync().rows
    for row in (rows[number] for number in numbers):
        where = progress(record.folder.job(row.number), record.metrics)
        state, note = row.state, row.note or row.error
        if state == "running":
            state, note = "preempted", "killed with its worker; it goes on from its last checkpoint"
        yield f"job {row.number}: {', '.join(part for part in (state, where, note) if part)}"


def _scancel(beat: Beat) -> str:
    return f" (scancel {beat['slurm']})" if beat.get("slurm") else ""


def _running(record: Record) -> str:
    running = [str(row.number) for row in record.rows if row.state == "running"]
    workers = workers_of(record)
    if not workers:
        return "no worker lives: nothing is running"
    if not running:
        return "no job is running: the workers leave"
    seconds = record.spec.kill_after if record.spec else 0.0
    what = f"running job{'' if len(running) == 1 else 's'} {', '.join(running)}"
    return f"{what}: told to save and stop, and killed after {seconds:g} s; then the workers leave"


def _again(record: Record) -> str:
    return f"go on with it: {train_command()} -m sweep.resume={shlex.quote(short_path(record.folder.path))}"

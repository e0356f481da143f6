"""A worker: it takes a job, trains it, records how it ended, and takes the next.

    python -m rnnlab.sweep.worker FOLDER --slot 0

It exits when no job is left, or on SIGINT, SIGTERM, USR1 or USR2 after the training has saved.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import secrets
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rnnlab.errors import UserError
from rnnlab.run.folder.lock import holder_of, words
from rnnlab.run.folder.process import started
from rnnlab.sweep.attempt import Attempt, judged_trial, read_result
from rnnlab.sweep.beat import Heartbeat, Watch
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.kill import Silence
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.space.identity import Identities
from rnnlab.sweep.spec import Spec
from rnnlab.sweep.warm.starts import WarmStarts

log = logging.getLogger("rnnlab.worker")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
LOOK = 0.2  # seconds between two checks of a training
IDLE = 1.0  # seconds between two checks for a released job
FEW = 16  # workers that may all check each other at every heartbeat


class Worker:
    """Worker of a sweep. `received` is the signal that asked it to exit."""

    def __init__(self, folder: SweepFolder, slot: str) -> None:
        self.folder, self.spec = folder, Spec.load(folder)
        self.name = f"{platform.node()}-{os.getpid()}-{secrets.token_hex(2)}"
        self.identities = Identities(folder.code / "conf", folder.config_dir)
        self.desk = JobBroker(folder, self.spec, self.name)
        self.beat = Heartbeat(folder, self.name, slot, self.spec.heartbeat)
        self.watch = Watch(folder, self.name, self.spec.heartbeat_timeout)
        self.silence = Silence(folder, self.spec.heartbeat_timeout)
        self.warm = WarmStarts(self.spec, self.identities)
        self.received: int | None = None
        self._looked = self._watched = 0.0
        self._alone = False  # in a sweep with one worker: whether its predecessor's job was taken over

    def run(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        self.beat.start()
        try:
            while self.received is None:
                row = None if self.desk.ledger.stopped else self._next()
                if row is not None:
                    self._work(row)
                elif self.desk.is_over or self.desk.ledger.stopped:
                    break
                else:
                    self._give_back()
                    time.sleep(IDLE)
        finally:
            self.warm.end()
            self.beat.stop()

    def _next(self) -> Row | None:
        """Take the next job; a sweep's only worker first takes over from a predecessor that died."""
        if self.spec.alone and not self._alone:
            self._give_back()
            if self.desk.ledger.sync().holders() - {self.name}:
                return None
            self.desk.take_over()
            self._alone = True
        return self.desk.take()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.received = number

    def _work(self, row: Row) -> None:
        log.info("job %d: %s", row.number, " ".join(row.overrides))
        self.beat.write(job=row.number)
        outcome = self._known(row) or self._train(row)
        if outcome is not None and self.desk.finish(row, outcome):
            log.info("job %d: %s %s", row.number, outcome.state, outcome.error or outcome.objective or "")
        self.beat.write(job=None, training=None)

    def _known(self, row: Row) -> Outcome | None:
        """Return the outcome of a job that need not run: an equal one finished, or it is needless."""
        needless = self.desk.needless(row)
        if needless is not None:
            return Outcome("skipped", note=needless)
        try:
            key = self.identities.of([*self.spec.overrides, *row.overrides])
        except UserError as error:
            return Outcome("failed", error=str(error).split("\n", 1)[0], cause="setting", failed=True)
        self.desk.ledger.identify(row, key)
        for other in self.desk.ledger.equal_jobs(key):
            if other.number != row.number and other.state == "finished":
                note = f"the same choices as job {other.number}"
                return Outcome("finished", other.objective, note=note, steps=other.steps)
        return self._finished_before(row)

    def _finished_before(self, row: Row) -> Outcome | None:
        """Return the outcome of a job whose worker was killed after the training but before recording it."""
        ended = read_result(self.folder.job(row.number)).get("status") in ("finished", "pruned")
        return Attempt.of_ended(self.folder, self.spec, row) if ended else None

    def _train(self, row: Row) -> Outcome | None:
        """Return the outcome, or None if the job was given to another worker."""
        warm = self.warm.server(row, self._leaves)
        if self._waits_for_folder(row):
            return self._finished_before(row) or self._train(row)
        if self._leaves() or not self._is_mine(row):
            return Outcome("preempted")
        attempt = Attempt(self.folder, self.spec, row, judged_trial(self.desk.ledger, self.spec, row), warm)
        self.beat.write(training=attempt.process.pid, session=started(attempt.process.pid))
        try:
            while not attempt.poll(LOOK):
                if self._leaves():
                    attempt.preempt()
                if not self._still_mine(row):
                    attempt.kill()
        finally:
            if attempt.process.poll() is None:
                attempt.kill()
        return attempt.outcome() if self._is_mine(row) else None

    def _waits_for_folder(self, row: Row) -> bool:
        """Wait while another process trains in the job's folder; return whether one did and has left."""
        # a worker that was considered dead, or a person who resumed the run by hand
        path, waited = self.folder.job(row.number), False
        while (holder := holder_of(path)) is not None:
            if not waited:
                log.info("job %d: waiting for %s to leave its folder", row.number, words(holder))
            waited = True
            if self._leaves() or not self._still_mine(row):
                return False
            time.sleep(LOOK)
        return waited

    def _leaves(self) -> bool:
        """Return whether this worker or all are asked to leave."""
        return self.received is not None or self.desk.ledger.cancelled

    def _still_mine(self, row: Row) -> bool:
        """Return whether this worker still has the job; at each heartbeat, release dead workers' jobs."""
        if time.monotonic() - self._looked > self.spec.heartbeat:
            self._looked = time.monotonic()
            self._give_back()
        return self._is_mine(row)

    def _is_mine(self, row: Row) -> bool:
        now = self.desk.ledger.rows[row.number]
        return now.state == "running" and now.worker == self.name

    def _give_back(self) -> None:
        """Release the jobs of dead workers. The more workers there are, the more rarely each one checks."""
        ledger = self.desk.ledger.sync()
        holders = ledger.holders() - {self.name}
        if time.monotonic() < self._watched + self.spec.heartbeat * len(holders) / FEW:
            return
        self._watched = time.monotonic()
        for beat in self.silence.end():
            log.info("worker %s was silent for too long and is killed", beat["id"])
        dead = self.watch.dead(holders)
        if dead:
            for row in ledger.release(dead):
                log.info("job %d: its worker is dead, it waits again", row.number)


def main() -> int:
    parser = argparse.ArgumentParser(description="Works for a sweep until nothing is left to do.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slot", default="0", help="the worker's place on its machine")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="[%(asctime)s] %(message)s", stream=sys.stdout)
    worker = Worker(SweepFolder(arguments.folder.absolute()), arguments.slot)
    try:
        worker.run()
    except (UserError, OSError) as error:  # a broken ledger; a full disk: the job waits for another worker
        log.error("error: %s", error)
        return 2 if isinstance(error, UserError) else 1
    if worker.received is not None and "SLURM_JOB_ID" in os.environ:
        from rnnlab.sweep.launch.slurm_worker import leave

        leave(worker.received)
    return 0 if worker.received is None else 128 + worker.received


if __name__ == "__main__":
    sys.exit(main())

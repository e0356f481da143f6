"""Terminal output of a sweep: start the workers, report jobs as they end, and print the results."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Mapping
from typing import Any

from rnnlab.bar import Bar
from rnnlab.run.folder.code import train_command
from rnnlab.sweep.beat import living
from rnnlab.sweep.end import end_of_sweep
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.groups import planned_jobs
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.kill import Silence
from rnnlab.sweep.launch.base import Pool, make_launcher
from rnnlab.sweep.ledger.row import ENDED, Row
from rnnlab.sweep.spec import Spec

log = logging.getLogger("rnnlab")
LOOK = 0.5  # seconds between two readings of the ledger
SETTLED = 20.0  # seconds that workers may take to send a first heartbeat
MARGIN = 10.0  # seconds that a worker may take to exit after its training


def watch(folder: SweepFolder, settings: Mapping[str, Any]) -> int:
    """Start workers and stay until the last job ends; return the exit code: 0, 1 if a job failed, or 130.

    Ctrl-C lets running jobs save and ends the sweep, which can be resumed. With `launcher.detach=true`
    it returns as soon as the workers are started.
    """
    spec = Spec.load(folder)
    print(f"sweep: {folder.path}")
    pool = make_launcher(settings).start(folder, settings)
    print(pool.describe())
    if settings.get("detach"):
        if settings.get("name") == "local":
            settle_in(folder, pool)
        return 0
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        done = follow(JobBroker(folder, spec, "watch"), pool)
    except KeyboardInterrupt:
        return leave(folder, pool, spec.kill_after)
    finally:
        signal.signal(signal.SIGTERM, previous)
    text, failed = end_of_sweep(folder)
    print(text)
    if not done:
        print(f"no worker is left, see {folder.workers}/*.log; {again(folder)}")
    return 0 if done and not failed else 1


def settle_in(folder: SweepFolder, pool: Pool) -> None:
    """Wait for the first heartbeat of every worker, so that nobody resumes the sweep meanwhile."""
    deadline = time.monotonic() + SETTLED
    while len(living(folder, SETTLED)) < pool.alive() and time.monotonic() < deadline:
        time.sleep(LOOK)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def follow(desk: JobBroker, pool: Pool) -> bool:
    """Report jobs as they end, until all have or no worker is left; return whether all have ended."""
    silence = Silence(desk.folder, desk.spec.heartbeat_timeout)
    ledger, told = desk.ledger, {row.number for row in desk.ledger.sync().rows if row.state in ENDED}
    with Bar(total=planned_jobs(desk.spec, ledger, desk.trials), unit="job", done=len(told)) as bar:
        while True:
            ledger.sync()
            for row in ledger.rows:
                if row.state in ENDED and row.number not in told:
                    told.add(row.number)
                    Bar.write(line_of(row, desk.spec))
                    bar.update()
            running = sum(row.state == "running" for row in ledger.rows)
            bar.set_postfix_str(f"{running} running", refresh=False)
            if desk.is_over:
                return True
            for beat in silence.end():
                Bar.write(f"worker {beat['slot']} (process {beat['pid']}) showed no sign of life: killed")
            pool.restart_dead()
            if not pool.alive() and not living(desk.folder, desk.spec.heartbeat_timeout):
                return False
            time.sleep(LOOK)


def line_of(row: Row, spec: Spec) -> str:
    """Return one line about a job that has ended."""
    values = zip(spec.metrics, row.objective or (), strict=False)
    found = " ".join(f"{name} {value:.4f}" for name, value in values)
    why = f": {row.error}" if row.error and row.state == "failed" else ""
    return f"job {row.number} {row.state} {found}  {' '.join(row.overrides)}{why}"


def leave(folder: SweepFolder, pool: Pool, kill_after: float) -> int:
    """End the sweep after Ctrl-C and return exit code 130.

    Running jobs save and exit; those that do not within `kill_after` seconds are killed. A second Ctrl-C
    kills all of them at once.
    """
    print(f"\nstopping: running jobs save within {kill_after:g} s and leave; Ctrl-C again kills them at once")
    pool.cancel()
    deadline = time.monotonic() + kill_after + MARGIN
    try:
        while pool.alive() and living(folder, LOOK):
            if time.monotonic() > deadline:
                print("workers that do not leave are killed")
                pool.kill()
                deadline = float("inf")
            time.sleep(LOOK)
    except KeyboardInterrupt:
        print("killing them; what they had saved before stays")
        pool.kill()
    print(end_of_sweep(folder)[0])
    print(again(folder))
    return 130


def again(folder: SweepFolder) -> str:
    return f"go on with: {train_command()} -m sweep.resume={folder.path}"

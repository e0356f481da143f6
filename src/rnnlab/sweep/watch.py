"""The terminal of a sweep: starts the workers, tells how jobs end, and says what came out."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Mapping
from typing import Any

from tqdm import tqdm

from rnnlab.sweep.beat import living
from rnnlab.sweep.desk import Desk
from rnnlab.sweep.end import end_of_sweep
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch.base import Pool, make_launcher
from rnnlab.sweep.row import ENDED, Row
from rnnlab.sweep.spec import Spec

log = logging.getLogger("rnnlab")
LOOK = 0.5  # seconds between two looks at the ledger


def watch(folder: SweepFolder, settings: Mapping[str, Any]) -> int:
    """Start workers and stay until the last job has ended; the exit code: 0, 1 where a job failed, 130.

    Ctrl-C lets running jobs save and ends the sweep, which can be gone on with. With `launcher.detach=true`
    it returns as soon as the workers are started.
    """
    spec = Spec.load(folder)
    print(f"sweep: {folder.path}")
    pool = make_launcher(settings).start(folder, settings)
    print(pool.describe())
    if settings.get("detach"):
        return 0
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        follow(Desk(folder, spec, "watch"), pool)
    except KeyboardInterrupt:
        return leave(folder, pool)
    finally:
        signal.signal(signal.SIGTERM, previous)
    text, failed = end_of_sweep(folder)
    print(text)
    return 1 if failed else 0


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def follow(desk: Desk, pool: Pool) -> None:
    """Until nothing is left to do, or nobody is left to do it."""
    ledger, told = desk.ledger, {row.number for row in desk.ledger.sync().rows if row.state in ENDED}
    with tqdm(total=desk.trials and desk.trials * desk.spec.seeds, initial=len(told), unit="job") as bar:
        while True:
            ledger.sync()
            for row in ledger.rows:
                if row.state in ENDED and row.number not in told:
                    told.add(row.number)
                    tqdm.write(line_of(row, desk.spec))
                    bar.update()
            running = sum(row.state == "running" for row in ledger.rows)
            bar.set_postfix_str(f"{running} running", refresh=False)
            if desk.is_over:
                break
            pool.restart_dead()
            if not pool.alive() and not ledger.holders():
                break
            time.sleep(LOOK)


def line_of(row: Row, spec: Spec) -> str:
    """One job that has ended, in a line."""
    values = zip(spec.metrics, row.objective or (), strict=False)
    found = " ".join(f"{name} {value:.4f}" for name, value in values)
    why = f": {row.error}" if row.error and row.state == "failed" else ""
    return f"job {row.number} {row.state} {found}  {' '.join(row.overrides)}{why}"


def leave(folder: SweepFolder, pool: Pool) -> int:
    """After Ctrl-C: running jobs save and leave, then this does."""
    print("\nstopping: running jobs save and leave; Ctrl-C again leaves them alone with that")
    pool.cancel()
    try:
        while pool.alive() and living(folder, LOOK):
            time.sleep(LOOK)
    except KeyboardInterrupt:
        pass
    print(end_of_sweep(folder)[0])
    print(f"go on with: python train.py -m sweep.resume={folder.path}")
    return 130

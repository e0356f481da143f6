"""What a worker does beside training: it waits for a folder that somebody else still has."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from rnnlab.run.folder.lock import FolderLock
from rnnlab.sweep import worker as module
from rnnlab.sweep.ledger.row import Outcome
from rnnlab.sweep.worker import Worker


class Attempt:
    """Stands in for a training."""

    def __init__(self, *_: Any) -> None:
        raise AssertionError("it was started beside another one")


@pytest.fixture
def worker(sweep: Any, monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = sweep()
    made.folder.job(0).mkdir()
    monkeypatch.setattr(module, "Attempt", Attempt)
    # a real one would initialise Hydra for this process
    monkeypatch.setattr(
        module, "Identities", lambda *folders: None
    )  # it would initialise Hydra for this process
    return Worker(made.folder, "0")


def test_it_does_not_start_where_somebody_trains_and_leaves_when_it_is_told(worker: Worker) -> None:
    row = worker.desk.ledger
    number = row.open_trial(worker.name, 4)
    assert number is not None
    job = row.fill_trial(worker.name, number, [{"overrides": ["model=gru"], "values": {"model": "gru"}}])
    assert job is not None
    lock = FolderLock()
    lock.acquire(worker.folder.job(0), "")

    def tell() -> None:
        time.sleep(0.5)
        worker.received = 15

    threading.Thread(target=tell).start()
    assert worker._train(job) == Outcome("preempted")
    lock.release()


def test_it_goes_on_when_the_other_has_left(worker: Worker) -> None:
    ledger = worker.desk.ledger
    number = ledger.open_trial(worker.name, 4)
    assert number is not None
    job = ledger.fill_trial(worker.name, number, [{"overrides": ["model=gru"], "values": {"model": "gru"}}])
    assert job is not None
    lock = FolderLock()
    lock.acquire(worker.folder.job(0), "")
    threading.Timer(0.5, lock.release).start()
    with pytest.raises(AssertionError, match="it was started"):  # and not beside another one
        worker._train(job)
    assert lock._file is None

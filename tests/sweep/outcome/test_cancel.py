import pytest

from rnnlab.errors import UserError
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.outcome.cancel import cancel
from rnnlab.sweep.outcome.record import read_record

from .test_status import GRU, beat


def test_it_stops_the_ledger_and_says_what_becomes_of_running_jobs(small):
    small.try_out(GRU, "running")
    beat(small)
    first, running, again = cancel(read_record(small.folder)).splitlines()
    ledger = Ledger(small.folder).sync()
    assert (ledger.stopped, ledger.cancelled) == ("rnnlab sweep cancel", True)
    assert first == "cancelled: no further job starts"
    assert running == "running job 3: told to save and stop, and killed after 60 s; then the workers leave"
    assert again == f"go on with it: python train.py -m sweep.resume={small.folder.path}"


def test_twice_is_once(small):
    cancel(read_record(small.folder))
    size = small.folder.ledger.stat().st_size
    assert cancel(read_record(small.folder)).startswith(
        "it was cancelled before: rnnlab sweep cancel\nno worker"
    )
    assert small.folder.ledger.stat().st_size == size


def test_a_sweep_that_only_stopped_starting_jobs_can_still_be_cancelled(small):
    small.ledger.stop("sweep.timeout=60s is over", cancel=False)
    assert cancel(read_record(small.folder)).startswith("cancelled")
    assert Ledger(small.folder).sync().cancelled


def test_a_finished_sweep_stays_as_it_is(small):
    small.try_out(GRU, 0.1)
    size = small.folder.ledger.stat().st_size
    assert cancel(read_record(small.folder)).startswith("it has finished: there is nothing to cancel")
    assert small.folder.ledger.stat().st_size == size


def test_a_sweep_without_a_ledger_cannot_be_cancelled(older):
    with pytest.raises(UserError, match="has no ledger"):
        cancel(read_record(older([{}])))

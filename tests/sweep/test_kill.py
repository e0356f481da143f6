"""Workers that do not leave by themselves are ended, with their trainings and those trainings' processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnnlab.errors import UserError
from rnnlab.run.folder.process import started as start_of
from rnnlab.sweep.beat import Heartbeat, beat_path, read_beat
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.kill import Silence, kill
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.outcome.cancel import cancel, until_left
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.watch import again, follow, leave

# A worker: a training in a session of its own, which has a child; it leaves when it is told to, if it can.
WORKER = """
import subprocess, sys, time
inner = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
training = subprocess.Popen([sys.executable, "-c", inner], start_new_session=True, stdout=subprocess.PIPE)
print(training.pid, int(training.stdout.readline()), flush=True)
time.sleep(600)
"""


class Worker:
    """Its process, and the numbers of its training and of that one's child."""

    def __init__(self, folder: SweepFolder) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.training, self.child = map(int, self.process.stdout.readline().split())
        fields = Heartbeat(folder, "w1", "0", 60.0).fields
        fields |= {"pid": self.process.pid, "process": start_of(self.process.pid), "beat": 1}
        fields |= {"training": self.training, "session": start_of(self.training)}
        folder.workers.mkdir(exist_ok=True)
        beat_path(folder, "w1").write_text(json.dumps(fields))

    def is_gone(self) -> bool:
        deadline = time.monotonic() + 20
        while any(map(start_of, (self.process.pid, self.training, self.child))):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


@pytest.fixture
def worker(small: Any) -> Iterator[Worker]:
    made = Worker(small.folder)
    yield made
    made.process.kill()
    made.process.wait()
    for pid in (made.training, made.child):
        if start_of(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_worker_is_killed_with_all_that_works_for_it(small: Any, worker: Worker) -> None:
    beat = read_beat(beat_path(small.folder, "w1"))
    assert beat is not None
    assert not kill({**beat, "host": "elsewhere"})
    assert not kill({**beat, "process": "another's start"})
    assert kill(beat)
    assert worker.is_gone()
    assert not kill(beat)


def test_a_worker_that_is_silent_is_killed_but_not_by_one_that_slept(small: Any, worker: Worker) -> None:
    now = [0.0]
    silence = Silence(small.folder, 10.0, lambda: now[0])
    for time_ in (2, 4, 6, 8, 100):
        now[0] = time_
        assert silence.end() == []
    now[0] = 102
    assert [beat["id"] for beat in silence.end()] == ["w1"]
    assert worker.is_gone()


def test_one_that_beats_lives(small: Any, worker: Worker) -> None:
    now, path = [0.0], beat_path(small.folder, "w1")
    silence = Silence(small.folder, 10.0, lambda: now[0])
    for number in range(20):
        now[0] += 2
        path.write_text(json.dumps({**json.loads(path.read_text()), "beat": number}))
        assert silence.end() == []


def test_cancel_kills_what_does_not_leave_and_says_so(small: Any, worker: Worker) -> None:
    small.try_out({"model": "gru"}, "running")
    worker.process.send_signal(signal.SIGSTOP)
    record, said = read_record(small.folder), list[str]()
    cancel(record)
    until_left(record, said.append, patience=0.5)
    assert worker.is_gone()
    assert said == [
        f"worker 0 (process {worker.process.pid}) did not leave: killed, with its training",
        "job 3: preempted, epoch 3 of 4, step 30, val/macro_recall 0.3000, "
        "killed with its worker; it goes on from its last checkpoint",
    ]


def test_cancel_names_workers_that_it_cannot_reach(small: Any) -> None:
    fields = {
        **Heartbeat(small.folder, "far", "3", 60.0).fields,
        "host": "elsewhere",
        "pid": 7,
        "slurm": "42",
    }
    beat_path(small.folder, "far").write_text(json.dumps(fields))
    with pytest.raises(UserError, match=r"other machines.* after 0.1 s: elsewhere pid 7 \(scancel 42\)"):
        until_left(read_record(small.folder), print, patience=0.1)


class Pool:
    """Workers that do not leave when they are asked to."""

    def __init__(self, interrupts: bool = False) -> None:
        self.calls, self.interrupts = list[str](), interrupts

    def alive(self) -> int:
        if "kill" not in self.calls and self.interrupts:
            raise KeyboardInterrupt
        return "kill" not in self.calls

    def restart_dead(self) -> None: ...

    def cancel(self) -> None:
        self.calls.append("cancel")

    def kill(self) -> None:
        self.calls.append("kill")

    def describe(self) -> str:
        return ""


@pytest.mark.parametrize("twice", [False, True])
def test_ctrl_c_asks_first_and_kills_at_the_second_or_when_the_time_is_over(
    small: Any, worker: Worker, capsys: Any, monkeypatch: Any, twice: bool
) -> None:
    monkeypatch.setattr("rnnlab.sweep.watch.MARGIN", 0.1)
    pool = Pool(interrupts=twice)
    assert leave(small.folder, pool, 60.0 if twice else 0.1) == 130
    assert pool.calls == ["cancel", "kill"]
    said = capsys.readouterr().out
    assert "Ctrl-C again kills them at once" in said
    assert ("killing them; what they had saved before stays" if twice else "do not leave are killed") in said
    assert again(small.folder) in said


def test_a_sweep_whose_workers_have_all_left_is_not_waited_for(small: Any) -> None:
    from rnnlab.sweep.job_broker import JobBroker

    small.try_out({"model": "gru"}, "running")
    pool = Pool()
    pool.kill()
    assert not follow(JobBroker(small.folder, small.spec, "watch"), pool)
    assert Ledger(small.folder).sync().rows[3].state == "running"


def test_a_stopped_worker_hears_a_cancel(small: Any, worker: Worker) -> None:
    worker.process.send_signal(signal.SIGSTOP)
    record = read_record(small.folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnlab.sweep.outcome.cancel._left", lambda *_: True)
        until_left_or_reached(record)
    stat = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    assert stat != "T"


def until_left_or_reached(record: Any) -> None:
    with pytest.raises(UserError, match="have not left"):
        until_left(record, print, patience=0.0)

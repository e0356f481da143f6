import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from rnnlab.sweep.launch import local
from rnnlab.sweep.launch.local import LocalLauncher, LocalPool, own_gpus, share


@pytest.mark.parametrize(
    ("things", "workers", "shares"),
    [
        ("abcd", 2, ["ab", "cd"]),
        ("abcde", 2, ["ab", "cde"]),
        ("ab", 2, ["a", "b"]),
        ("abcd", 1, ["abcd"]),
        ("ab", 5, ["a", "b", "a", "b", "a"]),
    ],
)
def test_things_are_divided_among_workers(things: str, workers: int, shares: list[str]) -> None:
    assert ["".join(share(list(things), slot, workers)) for slot in range(workers)] == shares


def test_gpus_are_those_that_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch, tools: Callable[[str, str], None]
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    assert own_gpus() == ["3", "5"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert own_gpus() == []
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    listed = "GPU 0: H100 (UUID: GPU-1)\nGPU 1: H100 (UUID: GPU-2)\n"
    tools("nvidia-smi", f"printf '{listed}'")
    assert own_gpus() == ["0", "1"]
    tools("nvidia-smi", f"printf '{listed}  MIG 1g.10gb Device 0: (UUID: MIG-3)\n'")
    assert own_gpus() == ["MIG-3"]
    tools("nvidia-smi", "exit 9")
    assert own_gpus() == []


def test_workers_divide_cores_and_gpus(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.stay()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,7")
    pool = LocalLauncher().start(fake.folder, {"workers": 3, "jobs_per_gpu": 1})
    seen = [fake.seen(slot) for slot in range(3)]
    assert [one["CUDA_VISIBLE_DEVICES"] for one in seen] == ["4", "7", "4"]
    for slot, one in enumerate(seen):
        assert one["cores"] == share(sorted(os.sched_getaffinity(0)), slot, 3)
        assert one["OMP_NUM_THREADS"] == one["RNNLAB_THREADS"] == str(len(one["cores"]))
        assert one["session"] == one["pid"]  # it outlives the terminal
    assert pool.alive() == 3
    assert "more workers than 2 x launcher.jobs_per_gpu=1" in pool.describe()
    fake.stay(False)
    assert [process.wait(30) for process in pool.processes] == [0, 0, 0]
    assert pool.alive() == 0
    assert (fake.folder.workers / "1.log").read_text() == "worker 1 started\n"


def test_a_killed_worker_is_started_again(fake: Any) -> None:
    fake.stay()
    pool = LocalPool(fake.folder, 1)
    first = fake.seen(0)["pid"]
    pool.restart_dead()
    assert pool.processes[0].pid == first
    os.kill(first, signal.SIGKILL)
    pool.processes[0].wait()
    pool.restart_dead()
    assert fake.seen(0, but=first)["pid"] == pool.processes[0].pid
    assert (fake.folder.workers / "0.log").read_text() == "worker 0 started\n" * 2
    pool.cancel()
    assert pool.processes[0].wait(30) == 143


@pytest.mark.parametrize("code", [0, 1, -signal.SIGTERM])
def test_one_that_ended_by_itself_or_was_asked_to_is_not(fake: Any, code: int) -> None:
    if code == -signal.SIGTERM:  # before it could have a handler
        (fake.folder.code / "src/rnnlab/sweep/worker.py").write_text("import os; os.kill(os.getpid(), 15)")
    fake.exit_with(code)
    pool = LocalPool(fake.folder, 1)
    assert pool.processes[0].wait(30) == code
    pool.restart_dead()
    assert pool.alive() == 0


def test_one_that_always_dies_is_given_up(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "MOST_RESTARTS", 2)
    fake.exit_with(-signal.SIGKILL)
    pool = LocalPool(fake.folder, 1)
    for _ in range(3):
        pool.processes[0].wait(30)
        pool.restart_dead()
    assert pool.alive() == 0
    assert (fake.folder.workers / "0.log").read_text() == "worker 0 started\n" * 3

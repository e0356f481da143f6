"""A forked training is, to its worker, what a new process is; nothing outlives the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rnnlab.run.folder.process import started
from rnnlab.sweep.warm.process import WarmServer, WarmTraining

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="trainings are forked on Linux alone")

ENDS = {
    "well": "print('done')",
    "with a code": "import sys; sys.exit(7)",
    "with a message": "import sys; sys.exit('no such thing')",
    "by a signal": "import os; os.kill(os.getpid(), 9)",
    "by one that it does not handle": "import os, signal; os.kill(os.getpid(), signal.SIGUSR1)",
    "by an error": "def f():\n  1 / 0\nf()",
    "in an exit function": "import atexit; atexit.register(print, 'at exit'); print('before')",
    "after its threads": "import threading; threading.Timer(0.1, print, ['late']).start(); print('early')",
    "without a word": "import os; print('lost'); os._exit(2)",
}
WORKER = """
import os, sys, time
from rnnlab.sweep.warm.process import WarmServer
server = WarmServer(os.getcwd(), ["json"])
assert server.ready(60)
training = server.start([sys.argv[1]], os.getcwd(), os.environ, 1)
print(server.process.pid, training.pid, flush=True)
time.sleep(600)
"""
Start = Callable[..., WarmTraining]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmServer]:
    made = WarmServer(str(tmp_path_factory.mktemp("warm")), ["json"])
    assert made.ready(60)
    yield made
    made.end()


@pytest.fixture
def start(server: WarmServer, tmp_path: Path) -> Start:
    """A function from a script's text and arguments to a training, which writes to `log`."""

    def begin(text: str, *arguments: str, **more: str) -> WarmTraining:
        (tmp_path / "script.py").write_text(text)
        with (tmp_path / "log").open("wb") as log:
            command = [str(tmp_path / "script.py"), *arguments]
            training = server.start(command, str(tmp_path), {**os.environ, **more}, log.fileno())
        assert training is not None
        return training

    return begin


def gone(*pids: int) -> None:
    deadline = time.monotonic() + 30
    while any(started(pid) is not None for pid in pids):
        assert time.monotonic() < deadline, pids
        time.sleep(0.02)


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_it_ends_as_a_new_process_does(start: Start, tmp_path: Path, code: str) -> None:
    ended = start(code).wait(30)
    new = subprocess.run([sys.executable, str(tmp_path / "script.py")], capture_output=True, text=True)
    lines = (tmp_path / "log").read_text().splitlines()
    assert ended == new.returncode
    assert lines[-1:] == (new.stdout + new.stderr).splitlines()[-1:]


def test_it_has_its_own_arguments_folder_environment_and_session(start: Start, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("NAME = 'beside'")
    text = "import os, sys, beside, __main__\n"
    text += (
        "print(beside.NAME, sys.argv[1:], os.getcwd(), os.environ['OWN'], __main__.__file__ == sys.argv[0])\n"
    )
    text += "print(os.getsid(0) == os.getpgid(0) == os.getpid(), sys.stdin.read())\n"
    text += "print(len(os.listdir('/proc/self/fd')))"
    training = start(text, "--a", "b c", OWN="variable")
    assert training.wait(30) == 0
    first, second, files = (tmp_path / "log").read_text().splitlines()
    assert first == f"beside ['--a', 'b c'] {tmp_path} variable True"
    assert second == "True "
    assert files == "4"  # the standard streams and the folder that is listed: nothing of the server


def test_random_numbers_differ_between_trainings(start: Start, tmp_path: Path) -> None:
    drawn = set()
    for _ in range(2):
        assert start("import random, numpy; print(random.random(), numpy.random.rand())").wait(30) == 0
        drawn |= set((tmp_path / "log").read_text().split())
    assert len(drawn) == 4


def test_it_is_watched_while_it_runs(start: Start) -> None:
    training = start("import time; time.sleep(600)")
    assert training.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        training.wait(0.05)
    training.send_signal(signal.SIGTERM)
    assert training.wait(30) == training.returncode == -signal.SIGTERM
    training.send_signal(signal.SIGTERM)  # it has ended: nobody is signalled


def test_signals_to_the_whole_slurm_job_do_not_end_the_server(server: WarmServer, start: Start) -> None:
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGINT):
        server.process.send_signal(number)
    assert start("pass").wait(30) == 0


def test_a_message_that_is_too_long_ends_in_a_new_process(tmp_path: Path) -> None:
    server = WarmServer(str(tmp_path), ["json"])
    assert server.ready(60)
    assert server.start(["x.py"], str(tmp_path), {"LONG": "x" * 4_000_000}, 1) is None
    assert not server.usable


def test_trainings_of_a_server_that_is_killed_count_as_killed(tmp_path: Path) -> None:
    server = WarmServer(str(tmp_path), ["json"])
    assert server.ready(60)
    (tmp_path / "script.py").write_text("import time; time.sleep(600)")
    training = server.start([str(tmp_path / "script.py")], str(tmp_path), os.environ, 1)
    assert training is not None
    server.process.kill()
    assert training.wait(30) == -signal.SIGKILL
    gone(training.pid)
    assert server.start(["x.py"], str(tmp_path), os.environ, 1) is None


def test_a_server_that_cannot_import_is_not_usable(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    server = WarmServer(str(tmp_path), ["broken"])
    assert server.ready(60)
    assert not server.usable


def test_a_library_that_starts_a_thread_forbids_forks(tmp_path: Path) -> None:
    text = "import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    (tmp_path / "threaded.py").write_text(text)
    server = WarmServer(str(tmp_path), ["threaded"])
    assert server.ready(60)
    assert server.threads == 2
    assert not server.usable
    server.end()


def test_a_worker_that_is_killed_takes_its_server_and_training_along(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import time; time.sleep(600)")
    command = [sys.executable, "-c", WORKER, str(tmp_path / "script.py")]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert worker.stdout is not None
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    assert len(pids) == 2
    worker.kill()
    worker.communicate()
    gone(*pids)

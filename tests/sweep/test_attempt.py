"""How an attempt ended, told from its exit code and what it left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from rnnlab.run.folder.process import started as start_of
from rnnlab.sweep.attempt import Attempt, last_line
from rnnlab.sweep.half_batch import half_batch
from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.warm.process import WarmServer

PROGRAM = """
import json, os, sys, time
folder = [a for a in sys.argv if a.startswith("hydra.run.dir=")][0].partition("=")[2].strip("'")
{body}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmServer]:
    made = WarmServer(str(tmp_path_factory.mktemp("warm")), modules=["json"])
    assert made.ready(60)
    assert made.usable
    yield made
    assert made.usable
    made.end()


@pytest.fixture(params=["new", "forked"])
def attempt(request: pytest.FixtureRequest, sweep: Any) -> Any:
    """A function from a program's body and a row's fields to an attempt at it, started: anew or warm."""
    warm = request.getfixturevalue("server") if request.param == "forked" else None

    def start(body: str, study_trial: int | None = None, spec: Any = None, **fields: Any) -> Attempt:
        made = sweep(**(spec or {}))
        (made.folder.code / "train.py").write_text(PROGRAM.format(body=body))
        row = Row(0, 0, ("model=gru",), {"model": "gru"}, "running", **fields)
        return Attempt(made.folder, replace(made.spec, cwd=str(made.folder.path)), row, study_trial, warm)

    return start


def result(**fields: Any) -> str:
    return f"open(folder + '/result.json', 'w').write({json.dumps(json.dumps(fields))})"


def ended(attempt: Attempt) -> Any:
    deadline = time.monotonic() + 60
    while not attempt.poll(0.2):
        assert time.monotonic() < deadline
    return attempt.outcome()


def test_a_finished_run_gives_what_is_looked_for(attempt: Any) -> None:
    done = ended(attempt(result(status="finished", metrics={"val/macro_recall": 0.7})))
    assert (done.state, done.objective) == ("finished", (0.7,))


def test_a_finished_run_without_it_has_failed(attempt: Any) -> None:
    done = ended(attempt(result(status="finished", metrics={})))
    assert (done.state, done.error) == ("failed", "the run has no val/macro_recall")


def test_it_is_told_of_its_sweep(attempt: Any) -> None:
    body = "print({k: v for k, v in os.environ.items() if k.startswith('RNNLAB_SWEEP')}, sys.argv[1:])"
    started = attempt(body, 7)
    ended(started)
    printed = started.folder.log(0).read_text()
    for part in (
        "'RNNLAB_SWEEP_JOB': '0'",
        "'RNNLAB_SWEEP_STUDY_TRIAL': '7'",
        "'task=tweets'",
        "'model=gru'",
    ):
        assert part in printed


ENDS: list[tuple[str, dict[str, Any], tuple[str, str | None]]] = [
    ("print('error: model=lsm: no'); sys.exit(2)", {}, ("failed", "setting")),
    (result(status="failed", error="E: no") + "; sys.exit(1)", {}, ("failed", "error")),
    (result(status="failed", error="E: nan", cause="diverged") + "; sys.exit(1)", {}, ("failed", "diverged")),
    (result(status="failed", error="E: full", cause="disk") + "; sys.exit(1)", {}, ("waiting", "disk")),
    (
        result(status="failed", error="E: full", cause="disk") + "; sys.exit(1)",
        {"failures": 1},
        ("failed", "disk"),
    ),
    (result(status="preempted") + "; sys.exit(143)", {}, ("preempted", None)),
    (result(status="interrupted") + "; sys.exit(130)", {}, ("preempted", None)),
    *[(f"os.kill(os.getpid(), {number})", {}, ("preempted", None)) for number in (10, 12, 15)],
    (result(status="running") + "; os.kill(os.getpid(), 9)", {}, ("failed", "killed")),
    (result(status="pruned", metrics={"val/macro_recall": 0.2}), {}, ("pruned", None)),
]


@pytest.mark.parametrize(("body", "fields", "end"), ENDS)
def test_ends(attempt: Any, body: str, fields: dict[str, Any], end: tuple[str, str | None]) -> None:
    done = ended(attempt(body, **fields))
    assert (done.state, done.cause) == end
    assert done.failed == (end[1] is not None)


@pytest.mark.parametrize("cause", ["memory", None])
def test_out_of_memory_is_tried_again_once_at_half_the_batch(attempt: Any, cause: str | None) -> None:
    config = {"data": {"batch_size": 33, "batch_tokens": None}, "trainer": {"accumulate_grad_batches": 2}}
    write = f"open(folder + '/config.yaml', 'w').write({yaml.safe_dump(config)!r});"
    kill = result(status="running") + "; os.kill(os.getpid(), 9)"
    fail = result(status="failed", error="MemoryError", cause="memory") + "; sys.exit(1)"
    started = attempt(write + (fail if cause else kill), attempts=1)
    done = ended(started)
    halves = ("data.batch_size=16", "trainer.accumulate_grad_batches=4")
    assert (done.state, done.more, done.failed) == ("waiting", halves, True)
    assert "tried again with data.batch_size=16" in str(done.note)
    assert (started.path / "attempt_1" / "result.json").is_file()
    assert not (started.path / "result.json").exists()
    again = Attempt(
        started.folder, started.spec, Row(0, 0, (), {}, failures=1, more=halves, attempts=2), None
    )
    assert again._arguments()[-3:-1] == list(halves)
    assert ended(again).state == "failed"


def test_a_job_with_a_checkpoint_goes_on_from_it(attempt: Any) -> None:
    started = attempt("pass")
    ended(started)
    (started.path / "checkpoints").mkdir()
    (started.path / "checkpoints" / "last.ckpt").touch()
    assert started._arguments()[1:] == [f"resume='{started.path}'"]


def test_preempting_lets_it_save(attempt: Any) -> None:
    body = (
        "import signal\ndef leave(*a):\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    "
        + result(status="preempted")
        + "\n    sys.exit(143)\n"
    )
    body += "signal.signal(signal.SIGTERM, leave); open(folder + '/ready', 'w'); time.sleep(60)"
    started = attempt(body)
    while not (started.path / "ready").exists():
        time.sleep(0.02)
    started.preempt()
    started.preempt()
    assert ended(started).state == "preempted"


def test_the_training_dies_with_its_worker(tmp_path: Path) -> None:
    child = str(Path(__file__).parents[2] / "src" / "rnnlab" / "sweep" / "child.py")
    sleeper = tmp_path / "sleep.py"
    sleeper.write_text("import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)")
    parent = "import os, subprocess, sys; "
    parent += "subprocess.run([sys.executable, sys.argv[1], str(os.getpid()), sys.argv[2]])"
    command = [sys.executable, "-c", parent, child, str(sleeper)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    assert start_of(pid) is not None
    os.kill(process.pid, signal.SIGKILL)
    for _ in range(100):
        if start_of(pid) is None:
            return
        time.sleep(0.05)
    pytest.fail("the training outlived its worker")


def test_a_batch_of_one_is_not_halved(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"data": {"batch_size": 1}, "trainer": {}}))
    assert half_batch(tmp_path) == []
    assert half_batch(tmp_path / "nowhere") == []


def test_the_last_words_of_a_process_that_left_no_result(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    assert last_line(log, 1) == "exit code 1: nothing was printed"
    log.write_text("error: x=1: no\nSet the environment variable HYDRA_FULL_ERROR=1 for a stack trace.\n\n")
    assert last_line(log, 2) == "exit code 2: error: x=1: no"


def test_one_that_makes_no_progress_is_told_to_stop_and_then_killed_with_all_its_processes(
    attempt: Any,
) -> None:
    child = "import subprocess, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    child += (
        "open(folder + '/child', 'w').write(str(subprocess.Popen(['sleep', '600']).pid)); time.sleep(600)"
    )
    started = attempt(child, spec={"stall_limit": 1.0, "kill_after": 0.5})
    done = ended(started)
    assert (done.state, done.cause, done.failed) == ("failed", "stalled", True)
    assert done.error == "made no progress for 1 s (sweep.stall_limit); it was killed"
    pid, deadline = int((started.path / "child").read_text()), time.monotonic() + 20
    while start_of(pid) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_stopped_one_is_woken_up_to_save(attempt: Any) -> None:
    body = "import signal; signal.signal(signal.SIGTERM, lambda *_: (" + result(status="preempted")
    body += ", sys.exit(143))); os.kill(os.getpid(), signal.SIGSTOP); time.sleep(600)"
    done = ended(attempt(body, spec={"stall_limit": 1.0, "kill_after": 30.0}))
    assert done.error == "made no progress for 1 s (sweep.stall_limit); it was told to stop and saved"


def test_one_that_is_told_to_stop_and_does_not_is_killed_and_goes_on_later(attempt: Any) -> None:
    body = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(0.01)"
    started = attempt(body, spec={"kill_after": 0.5})
    assert not started.poll(1.5)
    started.preempt()
    done = ended(started)
    assert (done.state, done.note) == ("preempted", "killed as it had not saved within 0.5 s")
    assert not started.mark.exists()


def test_one_that_hangs_when_it_has_finished_has_finished(attempt: Any) -> None:
    body = result(status="finished", metrics={"val/macro_recall": 0.7}) + "; time.sleep(600)"
    done = ended(attempt(body, spec={"stall_limit": 1.0, "kill_after": 1.0}))
    assert (done.state, done.objective) == ("finished", (0.7,))

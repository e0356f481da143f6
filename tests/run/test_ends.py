"""How a run ends when something stops it: statuses, causes and exit codes."""

import errno
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch

import rnnlab.kinds.classification.task as module
from rnnlab.errors import Diverged
from rnnlab.run.folder.lock import FolderLock, holder_of
from rnnlab.run.train import train_run as training
from rnnlab.training.callback.signals import SIGNALS

from .conftest import SMALL

FEW = ["data.train_rows=200", "data.validation_rows=40", "data.test_rows=40", "model.hidden_size=8"]
CLASSIFY = [*SMALL["classification"], *FEW, "trainer.max_epochs=2", "trainer.log_every_n_steps=1"]
STEP = module.Classification.training_step


def at_step(monkeypatch, number, action):
    calls = []

    def step(self, batch, index):
        calls.append(index)
        if len(calls) == number:
            action()
        return STEP(self, batch, index)

    monkeypatch.setattr(module.Classification, "training_step", step)


def raising(error):
    def action(*arguments, **settings):
        raise error

    return action


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "preempted"),
        (signal.SIGUSR1, 143, "preempted"),
        (signal.SIGUSR2, 143, "preempted"),
    ],
)
def test_a_signal_in_mid_epoch_saves_and_the_run_goes_on(launch, monkeypatch, number, code, status):
    handler = signal.getsignal(number)
    at_step(monkeypatch, 5, lambda: os.kill(os.getpid(), number))
    ended, folder, result = launch(*CLASSIFY)
    assert (ended, result["status"]) == (code, status)
    assert torch.load(folder.last, weights_only=True)["global_step"] == 5
    assert signal.getsignal(number) is handler
    ended, _, result = launch(*CLASSIFY)
    assert (ended, result["status"], result["starts"], result["steps"]) == (0, "finished", 2, 6)


def test_a_storm_of_signals_saves_as_one_does(launch, monkeypatch):
    def storm():
        for number in (signal.SIGUSR2, signal.SIGTERM, signal.SIGUSR1, signal.SIGTERM):
            os.kill(os.getpid(), number)

    at_step(monkeypatch, 2, storm)
    save = training.Result.end
    monkeypatch.setattr(training.Result, "end", lambda *a, **k: (storm(), save(*a, **k), storm()))
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")
    assert folder.last.is_file()


@pytest.mark.parametrize("place", ["build_data", "build_trainer", "evaluate", "log_config"])
def test_a_signal_outside_of_training_ends_at_once(launch, monkeypatch, place):
    monkeypatch.setattr(training, place, lambda *a, **k: os.kill(os.getpid(), signal.SIGTERM))
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")
    assert folder.last.is_file() == (place == "evaluate")


def test_a_signal_that_somebody_swallows_stops_before_the_first_step(launch, monkeypatch):
    before = training.log_config

    def swallow(*arguments):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException:
            before(*arguments)

    monkeypatch.setattr(training, "log_config", swallow)
    at_step(monkeypatch, 1, raising(AssertionError("trained")))
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")


def test_a_validation_is_waited_for_only_so_long(launch, monkeypatch):
    validate = module.Classification.validation_step

    def step(self, batch, index):
        if self.trainer.state.fn == "fit" and index == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return validate(self, batch, index)

    monkeypatch.setattr(module.Classification, "validation_step", step)
    code, folder, result = launch(*CLASSIFY, "+callback.graceful_stop.patience=0")
    assert (code, result["status"], folder.last.exists()) == (143, "preempted", False)
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"], folder.last.exists()) == (143, "preempted", True)


def test_a_signal_after_the_end_changes_nothing(launch, monkeypatch):
    say = training.evaluate

    def late(*arguments):
        say(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(training, "evaluate", late)
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (0, "finished")


def test_what_a_signal_broke_beside_this_process_is_no_failure(launch, monkeypatch):
    def broken():
        SIGNALS.code = 143
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Terminated")

    at_step(monkeypatch, 2, broken)
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")


def test_what_a_signal_was_turned_into_is_no_failure(launch, monkeypatch):
    def import_half(*arguments):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException as error:
            raise ImportError("cannot load module more than once per process") from error

    monkeypatch.setattr(training, "build_data", import_half)
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")


def test_a_signal_that_is_swallowed_ends_the_run_before_the_next_phase(launch, monkeypatch):
    prepare = training.build_data

    def swallow(*arguments):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException:
            return prepare(*arguments)

    monkeypatch.setattr(training, "build_data", swallow)
    monkeypatch.setattr(training, "build_vectors", raising(AssertionError("it went on")))
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"]) == (143, "preempted")


FAILURES = [
    (torch.OutOfMemoryError("CUDA out of memory"), "memory"),
    (MemoryError(), "memory"),
    (Diverged("the loss became nan at step 2"), "diverged"),
    (OSError(28, "No space left on device"), "disk"),
    (KeyError("lost"), "error"),
]


@pytest.mark.parametrize(("error", "cause"), FAILURES, ids=lambda value: str(value)[:20])
def test_a_failure_has_a_cause_and_a_traceback(launch, monkeypatch, error, cause):
    at_step(monkeypatch, 2, raising(error))
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"], result["cause"]) == (1, "failed", cause)
    assert type(error).__name__ in result["error"]
    assert "training_step" in result["traceback"]


@pytest.mark.parametrize("kind", ["classification", "language_modeling"])
def test_a_loss_that_is_no_number_fails_the_run(launch, kind):
    more = ["optimizer.lr=1e30", "scheduler=constant", "trainer.gradient_clip_val=null"]
    code, _, result = launch(*SMALL[kind], *more, "trainer.max_epochs=3", "trainer.log_every_n_steps=2")
    assert (code, result["status"], result["cause"]) == (1, "failed", "diverged")
    assert "the loss became" in result["error"]
    assert "optimizer.lr" in result["error"]


def test_a_wrong_setting_has_its_cause(launch):
    code, _, result = launch(*CLASSIFY, "model.encoder.input_size=64", "model.embedding_size=32")
    assert (code, result["status"], result["cause"]) == (2, "failed", "setting")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_one_error_and_a_result(launch, monkeypatch, tmp_path, capfd):
    def fill():
        for name in ("metrics.csv.part", "result.json.part"):
            (tmp_path / "run" / name).symlink_to("/dev/full")
        (tmp_path / "run" / "metrics.csv").unlink()  # so that it is written whole
        (tmp_path / "run" / "half.ckpt.part").touch()

    at_step(monkeypatch, 2, fill)
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"], result["cause"]) == (1, "failed", "disk")
    assert "No space left on device" in result["error"]
    assert not list(folder.path.rglob("*.part"))
    error = capfd.readouterr().err
    assert "Traceback" not in error


def test_a_result_that_cannot_be_written_is_told_and_hides_nothing(launch, monkeypatch, capsys, caplog):
    monkeypatch.setattr(training.Result, "end", raising(OSError(28, "No space left on device")))
    at_step(monkeypatch, 2, raising(KeyError("the first error")))
    code, _, _ = launch(*CLASSIFY)
    assert code == 1
    assert "the first error" in caplog.text
    assert "result.json cannot be written: [Errno 28]" in capsys.readouterr().err


def test_a_process_that_follows_writes_its_failure_for_the_first(launch, monkeypatch, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "result.json").write_text(json.dumps({"status": "running", "host": "first"}))
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(training, "train", raising(torch.OutOfMemoryError("CUDA out of memory")))
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"], result["cause"], result["host"]) == (1, "failed", "memory", "first")
    assert not folder.config.exists()


def test_the_process_ends_with_the_codes_that_a_cluster_reads(tmp_path):
    import subprocess

    code = """
import os, signal, sys
from rnnlab.run.train.job import orderly
with orderly():
    if sys.argv[1] != "0":
        os.kill(os.getpid(), int(sys.argv[1]))
"""
    environment = {name: value for name, value in os.environ.items() if name != "SLURM_JOB_ID"}
    ended = [
        subprocess.run(
            [sys.executable, "-c", code, str(int(number))], env=environment, check=False
        ).returncode
        for number in (0, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
    ]
    assert ended == [0, 130, 143, 143, 143]


def test_a_folder_that_another_process_trains_in_is_left_alone(launch, tmp_path, capsys):
    folder, lock = tmp_path / "run", FolderLock()
    folder.mkdir()
    (folder / "result.json").write_text('{"status": "running"}')
    lock.acquire(folder, "")
    code, _, result = launch(*CLASSIFY)
    lock.release()
    assert (code, result) == (2, {"status": "running"})
    assert [path.name for path in folder.iterdir()] == ["result.json"]
    error = capsys.readouterr().err
    assert error.startswith(f"error: {folder}: this run is being trained by process {os.getpid()} on ")
    assert error.count("\n") == 1


def test_a_run_leaves_its_folder_unlocked_however_it_ends(launch, monkeypatch, tmp_path):
    def held():
        assert holder_of(tmp_path / "run")["pid"] == os.getpid()
        raise KeyError("lost")

    at_step(monkeypatch, 2, held)
    code, folder, _ = launch(*CLASSIFY)
    assert code == 1
    assert holder_of(folder.path) is None
    assert not (folder.path / ".lock").exists()


PHASES = ["build_data", "save", "build_vectors", "build_network", "build_trainer", "fit", "evaluate"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("phase", PHASES)
def test_a_disk_that_cannot_be_written_is_two_lines_in_every_phase(
    launch, monkeypatch, caplog, phase, number
):
    monkeypatch.setattr(training, phase, raising(OSError(number, os.strerror(number), "/data/x")))
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["status"], result["cause"]) == (1, "failed", "disk")
    assert "Traceback" not in caplog.text
    again = f"python train.py resume={folder.path}"
    assert caplog.messages[-1] == (
        f"error: /data/x: {os.strerror(number)}\nwhat was saved is whole; make room and go on with: {again}"
    )


def test_a_disk_on_which_nothing_can_be_made_is_two_lines(launch, monkeypatch, caplog, capsys, tmp_path):
    monkeypatch.setattr(Path, "mkdir", raising(OSError(errno.ENOSPC, "No space left on device", "a/b")))
    with pytest.raises(FileNotFoundError):  # there is no result to be read
        launch(*CLASSIFY)
    assert caplog.messages[-1] == "error: a/b: No space left on device\nnothing could be saved"
    assert "Traceback" not in caplog.text
    assert capsys.readouterr().err == ""


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before_it(launch, monkeypatch, tmp_path):
    last, left = tmp_path / "run" / "checkpoints" / "last.ckpt", Path(tempfile.gettempdir()) / "half.tmp"

    def half(self, path, *rest):
        left.touch()
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device", str(left), None, str(path))

    def fill():
        assert torch.load(last, weights_only=True)["global_step"] == 3
        monkeypatch.setattr(pl.Trainer, "save_checkpoint", half)

    at_step(monkeypatch, 5, fill)
    code, folder, result = launch(*CLASSIFY)
    assert (code, result["cause"]) == (1, "disk")
    assert torch.load(last, weights_only=True)["global_step"] == 3
    assert not list(folder.path.rglob("*.part"))
    assert not left.exists()


def test_a_loader_that_was_killed_ends_the_run_in_two_lines(launch, monkeypatch, caplog):
    at_step(monkeypatch, 2, raising(RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. ")))
    code, _, result = launch(*CLASSIFY)
    assert (code, result["status"], result["cause"]) == (1, "failed", "memory")
    assert "Traceback" not in caplog.text
    assert caplog.messages[-1].count("\n") == 1
    assert "try data.num_workers=0, or a smaller data.batch_size" in caplog.messages[-1]

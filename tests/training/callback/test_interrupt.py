"""Ctrl-C: the first saves and stops, the second stops, and afterwards signals are what they were."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.interrupt import GracefulStop
from rnnlab.training.callback.signals import NUMBERS, SIGNALS, Interrupted


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def fit(tiny: Any, folder: Path, *callbacks: Any, **settings: Any) -> Any:
    trainer = tiny.trainer(folder, *callbacks, **settings)
    trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    return trainer


def test_the_first_saves_in_mid_epoch_and_the_handler_is_given_back(
    tiny: Any, tmp_path: Path, capfd: Any
) -> None:
    before = signal.getsignal(signal.SIGINT)
    trainer = tiny.trainer(tmp_path, tiny.At(11, press))
    with pytest.raises(Interrupted, match=r"saved in last\.ckpt") as caught:
        trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    assert caught.value.saved
    assert get_callback(trainer, GracefulStop).stopped
    assert signal.getsignal(signal.SIGINT) is before
    assert "Ctrl-C again stops at once" in capfd.readouterr().err
    saved = torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)
    assert saved["loops"]["fit_loop"]["state_dict"]["combined_loader"][0]["batches"] == 3
    assert saved["global_step"] == 11


def test_the_second_stops_at_once_and_saves_nothing(tiny: Any, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted) as caught:
        fit(
            tiny, tmp_path, tiny.At(3, press, "on_train_batch_start"), tiny.At(3, press, "on_before_backward")
        )
    assert not caught.value.saved
    assert not (tmp_path / "checkpoints" / "last.ckpt").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_one_on_the_last_batch_waits_for_the_validation(tiny: Any, tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        fit(tiny, tmp_path, tiny.At(8, press, "on_validation_start"))
    assert caught.value.saved
    assert "val/loss" in (tmp_path / "metrics.csv").read_text()
    saved = torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)
    assert saved["epoch"] == 1


def test_one_in_the_very_last_epoch_end_stops_before_the_test(tiny: Any, tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        fit(tiny, tmp_path, tiny.At(8, press, "on_validation_start"), max_epochs=1)
    assert caught.value.saved


def test_one_stops_a_test_at_once(tiny: Any, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    trainer = tiny.trainer(tmp_path, tiny.At(0, press, "on_test_batch_end"))
    with pytest.raises(Interrupted) as caught:
        trainer.test(tiny.task(), datamodule=tiny.data("classification"), verbose=False)
    assert not caught.value.saved
    assert signal.getsignal(signal.SIGINT) is before


def test_a_request_to_terminate_saves_as_well(tiny: Any, tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        fit(tiny, tmp_path, tiny.At(3, lambda: signal.raise_signal(signal.SIGTERM)))
    assert caught.value.saved


def test_an_error_gives_the_handler_back(tiny: Any, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fit(tiny, tmp_path, tiny.At(3, fail))
    assert signal.getsignal(signal.SIGINT) is before


def test_a_training_outside_of_the_main_thread_takes_no_signals(tiny: Any, tmp_path: Path) -> None:
    before, seen = signal.getsignal(signal.SIGINT), []
    look = tiny.At(3, lambda: seen.append(signal.getsignal(signal.SIGINT)))
    thread = threading.Thread(target=fit, args=(tiny, tmp_path, look), kwargs={"max_epochs": 1})
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_signal_from_outside_reaches_a_training(tiny: Any, tmp_path: Path) -> None:
    def send() -> None:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    slow = tiny.At(4, lambda: time.sleep(0.2))
    with pytest.raises(Interrupted) as caught:
        fit(tiny, tmp_path, tiny.At(3, send), slow)
    assert caught.value.saved


def test_lightning_answers_no_signal_by_itself(tiny: Any, tmp_path: Path, monkeypatch: Any) -> None:
    for name, value in {"ID": "17", "NAME": "job"}.items():
        monkeypatch.setenv(f"SLURM_JOB_{name}", value)
    monkeypatch.setenv("SLURM_NTASKS", "1")
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # one that is ignored, as by nohup, stays so
    seen: list[Any] = []
    look = tiny.At(3, lambda: seen.extend(map(signal.getsignal, NUMBERS)))
    fit(tiny, tmp_path, look, max_epochs=1)
    signal.signal(signal.SIGHUP, before)
    assert [handler.__self__ for handler in seen] == [SIGNALS] * len(NUMBERS)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM])
def test_what_a_cluster_sends_saves_in_mid_epoch(tiny: Any, tmp_path: Path, number: int) -> None:
    with pytest.raises(Interrupted) as caught:
        fit(tiny, tmp_path, tiny.At(3, lambda: signal.raise_signal(number)))
    assert (caught.value.code, caught.value.saved) == (143, True)
    assert torch.load(tmp_path / "checkpoints" / "last.ckpt", weights_only=True)["global_step"] == 3


def test_a_cluster_waits_for_a_validation_only_so_long(tiny: Any, tmp_path: Path) -> None:
    trainer = tiny.trainer(
        tmp_path, tiny.At(8, lambda: signal.raise_signal(signal.SIGTERM), "on_validation_start")
    )
    get_callback(trainer, GracefulStop).patience = -1.0
    with pytest.raises(Interrupted) as caught:
        trainer.fit(tiny.task(), datamodule=tiny.data("classification"))
    assert not caught.value.saved
    assert not (tmp_path / "checkpoints" / "last.ckpt").exists()


def test_one_that_comes_while_the_processes_decide_counts_in_their_next_decision(monkeypatch: Any) -> None:
    stop = GracefulStop()

    def decide(mine: bool, all: bool) -> bool:
        monkeypatch.setattr(SIGNALS, "code", 143)  # the handler ran meanwhile
        return mine

    monkeypatch.setattr(SIGNALS, "code", None)
    trainer: Any = SimpleNamespace(world_size=2, strategy=SimpleNamespace(reduce_boolean_decision=decide))
    assert [stop._is_requested(trainer) for _ in range(2)] == [False, True]

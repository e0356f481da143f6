"""What signals do to a process, apart from any training."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from rnnlab.training.callback.signals import NUMBERS, Interrupted, Signals

CLUSTER = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)


@pytest.fixture
def signals():
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever started the tests may ignore it
    found = Signals()
    assert found.install()
    yield found
    found.restore()
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), *((n, 143) for n in CLUSTER)])
def test_the_first_raises_with_its_exit_code(signals: Signals, number: int, code: int) -> None:
    with pytest.raises(Interrupted) as stop:
        signal.raise_signal(number)
    assert (stop.value.code, stop.value.saved, signals.code) == (code, False, code)


@pytest.mark.parametrize("number", CLUSTER)
def test_a_training_that_waits_is_told_once_however_many_come(signals: Signals, number: int, capfd) -> None:
    signals.waits = True
    for again in (number, *CLUSTER, signal.SIGTERM):
        signal.raise_signal(again)
    assert signals.code == 143
    assert capfd.readouterr().err.count("stopping after this batch") == 1


def test_a_second_ctrl_c_raises_at_once_and_one_behind_a_preemption_does_not(signals: Signals) -> None:
    signals.waits = True
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(Interrupted) as stop:
        signal.raise_signal(signal.SIGINT)
    assert stop.value.code == 143


def test_nothing_interrupts_a_process_that_is_leaving(signals: Signals) -> None:
    with pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGUSR2)
    for number in (signal.SIGINT, *CLUSTER):
        signal.raise_signal(number)
    assert signals.code == 143


def test_a_process_that_follows_another_never_raises(signals: Signals) -> None:
    signals.follows = True
    signal.raise_signal(signal.SIGTERM)
    assert signals.code == 143


def test_handlers_are_given_back(signals: Signals) -> None:
    signals.restore()
    before = [signal.getsignal(number) for number in NUMBERS]
    assert signals.install()
    assert not signals.install()
    signals.restore()
    assert [signal.getsignal(number) for number in NUMBERS] == before


def test_a_forked_process_ends_as_if_there_were_no_handlers(signals: Signals) -> None:
    child = os.fork()
    if child == 0:
        signal.raise_signal(signal.SIGTERM)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM


def test_a_process_that_loads_batches_goes_on(signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.utils.data, "get_worker_info", lambda: object())
    child = os.fork()
    if child == 0:
        for number in NUMBERS:
            signal.raise_signal(number)
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_other_threads_install_nothing() -> None:
    done = []
    thread = threading.Thread(target=lambda: done.append(Signals().install()))
    thread.start()
    thread.join()
    assert done == [False]


def test_it_costs_no_heavy_import() -> None:
    code = (
        "import rnnlab.run.train.job, sys; print({'torch', 'pytorch_lightning', 'wandb'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_a_signal_waits_for_modules_that_are_being_imported(signals: Signals) -> None:
    reached = []

    def load() -> None:
        with signals.importing():
            signal.raise_signal(signal.SIGTERM)
            reached.append("the end of the import")

    with pytest.raises(Interrupted):
        load()
    assert reached
    assert signals.raised


def test_a_signal_that_was_swallowed_is_raised_again_where_that_is_asked_for(signals: Signals) -> None:
    signals.check()
    with suppress(Interrupted):
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Interrupted):
        signals.check()
    signals.waits = True
    signals.check()


def test_a_closed_terminal_interrupts_and_is_written_to_no_more(signals: Signals, capfd) -> None:
    leader, terminal = os.openpty()
    kept = os.dup(2)
    os.dup2(terminal, 2)
    os.close(terminal)
    os.close(leader)
    try:
        with pytest.raises(Interrupted) as stop:
            signal.raise_signal(signal.SIGHUP)
        os.write(2, b"not an error")
    finally:
        os.dup2(kept, 2)
    assert stop.value.code == 130


def test_nohup_is_heeded() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    found = Signals()
    assert found.install()
    try:
        signal.raise_signal(signal.SIGHUP)
        assert found.code is None
    finally:
        found.restore()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        signal.signal(signal.SIGHUP, before)

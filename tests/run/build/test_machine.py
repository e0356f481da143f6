"""Threads and devices."""

import os

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.model import fused
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.run.build.machine import ask_kernels, device_name, set_threads


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


def test_auto_takes_every_core_that_this_process_may_use():
    assert set_threads("auto") == torch.get_num_threads() == len(os.sched_getaffinity(0))


def test_auto_takes_no_more_than_the_share_of_a_sweep_s_worker(monkeypatch):
    monkeypatch.setenv("RNNLAB_THREADS", "1")
    assert set_threads("auto") == 1
    monkeypatch.setenv("RNNLAB_THREADS", "1000")
    assert set_threads("auto") == len(os.sched_getaffinity(0))


def test_a_number_is_taken_as_it_is():
    assert set_threads(1) == torch.get_num_threads() == 1


def test_denormal_numbers_become_zero():
    tiny = torch.tensor([1e-39])
    assert float(tiny * 0.5) > 0
    set_threads(1)
    assert float(tiny * 0.5) == 0


def test_a_cpu_is_named_with_its_threads():
    assert device_name(torch.device("cpu"), 2) == "cpu (2 threads)"


@pytest.mark.parametrize(("precision", "asked"), [("bf16-mixed", ["LSTM", "LSTM"]), ("32-true", [])])
def test_layers_are_asked_for_their_kernels_before_the_first_step_where_autocast_is_on(
    monkeypatch, precision, asked
):
    found = []
    monkeypatch.setattr(fused, "has_kernel", lambda mode, projected, dtype: found.append((mode, dtype)))
    trainer = pl.Trainer(accelerator="cpu", precision=precision, logger=False, enable_checkpointing=False)
    ask_kernels(RecurrentEncoder("lstm", 3, 2, bidirectional=True), trainer)
    assert found == [(mode, torch.bfloat16) for mode in asked]

"""Threads and devices."""

import ctypes
import os
import sys
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch

from rnnlab.model import fused
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.run.build.machine import ask_kernels, device_name, return_freed, set_threads


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


def resident() -> int:
    """Bytes of this process that are in RAM."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_freed_memory_goes_back_to_the_system_where_the_allocator_can():
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("not glibc")
    pieces = [bytearray(b"x") * 100_000 for _ in range(1000)]  # too small to be mapped each on its own
    kept = pieces[::50]  # so that the heap cannot shrink from its end
    del pieces
    before = resident()
    return_freed()
    assert before - resident() > 50_000_000
    assert len(kept) == 20


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_keep_what_is_freed(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("the C library was opened"))
    return_freed()

"""The machine as a run uses it: number of threads, name of the device, memory that is given back."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

import torch

from rnnlab.model.fused import Fused
from rnnlab.tokenizer.parallel import available_cores

if TYPE_CHECKING:
    import pytorch_lightning as pl


def set_threads(threads: int | str) -> int:
    """Give torch `threads` CPU threads, with `auto` one for every core available to us; return the number.

    RNNLAB_THREADS of a worker of a sweep has their number: a cluster need not keep others' cores from us.
    """
    # Adam's moments of rare words decay into denormal numbers: within an epoch a third of the speed was lost.
    torch.set_flush_denormal(True)  # before the threads start: they inherit it
    number = available_cores()
    number = min(number, int(os.environ.get("RNNLAB_THREADS", number)))
    number = number if threads == "auto" else int(threads)
    torch.set_num_threads(number)
    return number


def return_freed() -> None:
    """Give freed memory back to the system.

    glibc keeps it in its heaps for the next allocation: after a training with small networks 140 MiB, beside
    which the evaluation then needs its own. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it
        if trim is not None:
            trim(0)


def device_name(device: torch.device, threads: int) -> str:
    """Return `cpu (2 threads)` or the accelerator's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{device.type} ({threads} threads)" if device.type == "cpu" else device.type


def ask_kernels(network: torch.nn.Module, trainer: pl.Trainer) -> None:
    """Log, before the first step, each layer for which this CPU has no kernel."""
    if trainer.strategy.root_device.type != "cpu":
        return
    with trainer.precision_plugin.forward_context():
        if torch.is_autocast_enabled("cpu"):
            for layer in network.modules():
                if isinstance(layer, Fused):
                    layer.has_kernel()

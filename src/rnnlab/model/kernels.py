"""Checks which of torch's recurrent kernels this CPU has, by running a tiny layer once per process.

torch hands an LSTM under autocast to oneDNN, which has no such kernel in bfloat16 without AVX-512, nor in
float16 on most CPUs, and then raises. A CPU's flags alone do not decide it: it also depends on how torch was
built and on ONEDNN_MAX_CPU_ISA.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from threading import Lock

import torch
from torch import nn

log = logging.getLogger("rnnlab")
SIZE = 8  # units of the tiny layer
CPUINFO = Path("/proc/cpuinfo")
_asking = Lock()  # both directions of a layer may ask at once


def has_kernel(mode: str, projected: bool, dtype: torch.dtype) -> bool:
    """Return whether torch's layer runs on this CPU under autocast to `dtype`, forward and backward.

    Logs one line the first time that a layer does not.

    Args:
        mode: torch's name of the layer: LSTM, GRU, RNN_TANH or RNN_RELU.
        projected: whether it has a projection, which only an LSTM can have.
    """
    with _asking:
        return _tried(mode, projected, dtype)


@cache
def _tried(mode: str, projected: bool, dtype: torch.dtype) -> bool:
    name, _, nonlinearity = mode.partition("_")
    given = {"nonlinearity": nonlinearity.lower()} if nonlinearity else {}
    sizes = {"proj_size": SIZE // 2} if projected else {}
    with torch.inference_mode(False), torch.enable_grad():
        layer = getattr(nn, name)(
            SIZE, SIZE, device="meta", **given, **sizes
        )  # on meta, so that no random numbers are drawn
        layer.to_empty(device="cpu")
        try:
            _try(layer, dtype)
        except RuntimeError:
            missing = str(dtype).removeprefix("torch.")
            line = "note: %s has no %s kernel in %s: that layer computes in float32"
            log.info(line, cpu_name(), name, missing)
            return False
    return True


def _try(layer: nn.Module, dtype: torch.dtype) -> None:
    """Run one forward and one backward pass."""
    with autocast_to(dtype):
        outputs, _ = layer(torch.zeros(2, 1, SIZE))
    torch.autograd.grad(outputs.float().sum(), list(layer.parameters()))


@contextmanager
def autocast_to(dtype: torch.dtype | None) -> Iterator[None]:
    """Enable autocast to `dtype` on the CPU in this thread, or disable it for None.

    torch.autocast would empty the cache of cast weights of all threads when it ends.
    """
    before = torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu")
    torch.set_autocast_enabled("cpu", dtype is not None)
    torch.set_autocast_dtype("cpu", dtype or before[1])
    try:
        yield
    finally:
        torch.set_autocast_enabled("cpu", before[0])
        torch.set_autocast_dtype("cpu", before[1])


def without_autocast(device: str) -> AbstractContextManager[None]:
    """Disable autocast on a type of device; where it is off nothing is done, which exported graphs need."""
    if not torch.is_autocast_enabled(device):
        return nullcontext()
    off: AbstractContextManager[None] = torch.autocast(device, enabled=False)
    return off


def cpu_name() -> str:
    """Return the CPU's name and torch's instruction set: `Intel(R) Core(TM) i5-8250U CPU (AVX2)`."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else 'this CPU'} ({torch.backends.cpu.get_cpu_capability()})"

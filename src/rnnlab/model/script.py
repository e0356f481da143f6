"""Functions of loops, compiled when they are first called."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import torch
from torch import Tensor


@cache
def scripted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose first argument is a tensor, as TorchScript: its loop runs without Python.

    torch.compile, which torch would rather see, takes minutes to unroll a loop, and again for every length.
    On CPUs, where no kernel is fused, TorchScript's own optimizer is off: it took 2 seconds at the second
    length of a GRU and made no later step faster.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "`torch.jit.script_method` is deprecated", DeprecationWarning)
        compiled: Callable[..., Any] = torch.jit.script(function)

    @wraps(function)
    def run(first: Tensor, *rest: Any) -> Any:
        with torch.jit.optimized_execution(first.is_cuda):
            return compiled(first, *rest)

    return run

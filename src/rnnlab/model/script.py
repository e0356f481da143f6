"""Functions of loops, compiled when they are first called."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import torch


@cache
def scripted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as TorchScript: its loop runs without Python.

    torch.compile, which torch would rather see, takes minutes to unroll a loop, and again for every length.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "`torch.jit.script_method` is deprecated", DeprecationWarning)
        compiled: Callable[..., Any] = torch.jit.script(function)
    return compiled

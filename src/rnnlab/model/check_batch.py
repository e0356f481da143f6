"""What a batch must be that an encoder can read. Shapes: B rows, T steps, I input features."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.model.layer import State


def check_inputs(inputs: Tensor, lengths: Tensor | None, input_size: int) -> None:
    """Raises ValueError unless inputs are (B, T, I) and lengths (B,) of 1 to T, as far as the CPU can see."""
    if inputs.dim() != 3 or inputs.shape[-1] != input_size:
        raise ValueError(f"inputs of shape {tuple(inputs.shape)} must be (B, T, {input_size})")
    if lengths is None or lengths.device.type != "cpu" or torch.compiler.is_compiling():
        return  # elsewhere the check would make the device wait
    if len(lengths) != len(inputs) or not bool(((lengths >= 1) & (lengths <= inputs.shape[1])).all()):
        raise ValueError(f"lengths={lengths.tolist()} must be {len(inputs)} of 1 to {inputs.shape[1]}")


def check_state(state: State, expected: list[tuple[int, int, int]]) -> None:
    """Raises ValueError unless the parts of a state have the expected shapes."""
    given = [tuple(part.shape) for part in state]
    if given != expected:
        raise ValueError(f"state of shapes {given} must be {expected}")

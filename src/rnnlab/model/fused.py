"""Layers with one torch kernel for all steps: oneDNN's on CPUs, cuDNN's on GPUs.

Shapes: B rows, T steps, I input features, H hidden size, O output features; steps are time-major.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.dropout import drop_entries
from rnnlab.model.initialise import initialise
from rnnlab.model.kernels import autocast_to, has_kernel
from rnnlab.model.known_steps import fits_known_steps, known_steps
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step

RECURRENT = 1  # position of weight_hh among a layer's weights
KERNELS: dict[str, Any] = {  # by a layer's `mode`: what torch's layers call with their own weights
    "LSTM": torch.lstm,
    "GRU": torch.gru,
    "RNN_TANH": torch.rnn_tanh,
    "RNN_RELU": torch.rnn_relu,
}


class Fused(Layer):
    """One of torch's layers with the interface of `Layer`, and weight-drop.

    With weight-drop (Merity et al. 2018) entries of the recurrent matrix are dropped in training with the
    probability `recurrent_dropout`, one mask for all rows and steps of a batch, and the rest is scaled by
    1 / (1 - p). The kernel reads the dropped matrix like any other.
    """

    weight_drop: float
    mode: str
    weight_hh_l0: Tensor

    def set_up(self, output_size: int, state_sizes: tuple[int, ...], options: CellOptions) -> None:
        """Set sizes and initial weights, once torch has made the layer."""
        self.output_size, self.state_sizes = output_size, state_sizes
        self.weight_drop = options.recurrent_dropout
        layer: Any = self
        initialise(layer, options.input_init, options.recurrent_init, options.forget_bias)

    @property
    def draws(self) -> bool:
        """Whether a pass draws random numbers."""
        return self.training and self.weight_drop > 0

    def has_kernel(self) -> bool:
        """Return whether this CPU can run the layer under the current autocast."""
        projected = bool(getattr(self, "proj_size", 0))
        return has_kernel(self.mode, projected, torch.get_autocast_dtype("cpu"))

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`; see there for the one case without a state.

        Rows of different lengths: an LSTM does not return its cell state in mid-sequence, so its state is
        None unless one was given; then it runs packed, which is exact and, on CPUs, slow. Under autocast to a
        type for which the CPU has no kernel, the layer computes in the type of its weights: 7 to 11 times as
        fast as torch's own steps in bfloat16.
        """
        if steps.device.type == "cpu" and torch.is_autocast_enabled("cpu") and not self.has_kernel():
            dtype = self.weight_hh_l0.dtype
            state = None if state is None else tuple(part.to(dtype) for part in state)
            with autocast_to(None):
                return self._read(steps.to(dtype), lengths, state)
        return self._read(steps, lengths, state)

    def _read(self, steps: Tensor, lengths: Tensor | None, state: State | None) -> LayerOutput:
        given = state[0] if state is not None and len(state) == 1 else state
        if lengths is None:
            outputs, after = self._run(steps, given)
            return LayerOutput(outputs, after if isinstance(after, tuple) else (after,))
        if self.mode == "LSTM" and given is not None:
            packed = pack_padded_sequence(steps, lengths.cpu(), enforce_sorted=False)
            outputs, after = self._run(packed, given)
            return LayerOutput(pad_packed_sequence(outputs, total_length=len(steps))[0], after)
        outputs, _ = self._run(steps, given)
        reached = None if self.mode == "LSTM" else (last_step(outputs, lengths).unsqueeze(0),)
        return LayerOutput(outputs, reached)

    def _run(self, steps: Any, given: Any) -> Any:
        layer: Any = self
        weights = [*layer.parameters()]
        if fits_known_steps(self.mode, steps, weights):
            weights = dropped_weights(weights, self.weight_drop) if self.draws else weights
            outputs = known_steps(self.mode, steps, None if given is None else given[0], weights)
            return outputs, outputs[-1:]
        if not self.draws:
            return super().forward(steps, given)
        weights = dropped_weights(weights, self.weight_drop)
        if isinstance(steps, PackedSequence):
            return self._run_packed(steps, given, weights)
        if given is None:
            zeros = [steps.new_zeros(1, steps.shape[1], size) for size in self.state_sizes]
            given = tuple(zeros) if self.mode == "LSTM" else zeros[0]
        outputs, *after = KERNELS[self.mode](steps, given, weights, True, 1, 0.0, True, False, False)
        return outputs, tuple(after) if self.mode == "LSTM" else after[0]

    def _run_packed(self, steps: PackedSequence, given: Any, weights: list[Tensor]) -> Any:
        layer: Any = self
        data, sizes, to_sorted, to_given = steps
        given = layer.permute_hidden(given, to_sorted)
        outputs, *after = KERNELS[self.mode](data, sizes, given, weights, True, 1, 0.0, True, False)
        reached = tuple(after) if self.mode == "LSTM" else after[0]
        return PackedSequence(outputs, sizes, to_sorted, to_given), layer.permute_hidden(reached, to_given)


def dropped_weights(weights: list[Tensor], probability: float, flat: bool | None = None) -> list[Tensor]:
    """Return a layer's weights with entries of the recurrent matrix dropped and the rest scaled.

    Args:
        weights: in torch's order, input and recurrent matrix first.
        flat: make them views of one buffer, which cuDNN would otherwise rebuild at every call; None does so
            on GPUs.
    """
    dropped = [*weights]
    dropped[RECURRENT] = drop_entries(weights[RECURRENT], probability)
    if flat is False or (flat is None and not weights[0].is_cuda):
        return dropped
    pieces = torch.cat([weight.reshape(-1) for weight in dropped]).split([w.numel() for w in dropped])
    return [piece.view(weight.shape) for piece, weight in zip(pieces, dropped, strict=True)]


class FusedRNN(Fused, nn.RNN):  # type: ignore[misc]
    """Elman (1990): h' = f(W x + U h), f is tanh or relu."""

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions) -> None:
        super().__init__(input_size, hidden_size, nonlinearity=options.nonlinearity)
        self.set_up(hidden_size, (hidden_size,), options)


class FusedLSTM(Fused, nn.LSTM):  # type: ignore[misc]
    """Hochreiter & Schmidhuber (1997), projected as in Sak et al. (2014)."""

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions) -> None:
        projection = options.projection_size or 0
        super().__init__(input_size, hidden_size, proj_size=projection)
        self.set_up(projection or hidden_size, (projection or hidden_size, hidden_size), options)


class FusedGRU(Fused, nn.GRU):  # type: ignore[misc]
    """Cho et al. (2014); see `rnnlab.model.cells.stepwise.GRUCell`."""

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions) -> None:
        super().__init__(input_size, hidden_size)
        self.set_up(hidden_size, (hidden_size,), options)


FUSED: dict[str, type[FusedRNN] | type[FusedLSTM] | type[FusedGRU]] = {
    "rnn": FusedRNN,
    "lstm": FusedLSTM,
    "gru": FusedGRU,
}


def make_fused(cell: str, input_size: int, hidden_size: int, options: CellOptions) -> Layer:
    """Make a fused layer of that name. Raises ValueError for an option that the cell does not support."""
    check_options(cell, options)
    return FUSED[cell](input_size, hidden_size, options)

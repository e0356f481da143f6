"""Causal recurrent layers one step at a time, for decoders that choose their input step by step.

Shapes: B rows, I input features, O output features, F features of a part of the state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.block import Blocks
from rnnlab.model.cells import gru, lstm, rnn
from rnnlab.model.cells.base import Cell
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.fused import Fused, dropped_weights
from rnnlab.model.layer import Layer, State
from rnnlab.model.scripted_steps import masked, mixed

Parts = list[Tensor]
"""A layer's state, parts (B, F); the hidden state first."""
Advance = Callable[[Tensor, Parts], Parts]
"""One step of a layer: its input (B, I) and state to its state afterwards."""


class Stepper:
    """One pass over a batch: dropped weights and masks are drawn once, as in a pass over whole rows.

    Args:
        encoder: causal layers without attention over their own outputs.
        rows: B.
    """

    def __init__(self, encoder: RecurrentEncoder, rows: int) -> None:
        self.depth = encoder.depth
        like = next(encoder.parameters())
        self.layers = [advance(layer, like, rows) for layer in encoder.forward_layers]
        dropout, sizes = self.depth.dropout, self.depth.input_sizes
        self.masks: list[Tensor] = []
        if dropout.training and dropout.probability:
            keep = 1 - dropout.probability
            self.masks = [like.new_empty(rows, size).bernoulli_(keep).div_(keep) for size in sizes]

    def __call__(self, inputs: Tensor, state: list[Parts]) -> tuple[Tensor, list[Parts]]:
        """Map inputs (B, I) and the state of each layer to the outputs (B, O) and the next state."""
        after, passed = [], self.depth.enter(inputs)
        for number, (layer, parts) in enumerate(zip(self.layers, state, strict=True)):
            reached = layer(self._read(number, passed), parts)
            passed = self.depth.hand_on(number, passed, reached[0])
            after.append(reached)
        return self.depth.leave(passed), after

    def _read(self, number: int, passed: Tensor) -> Tensor:
        """Return the input of a layer, as `Depth.read` or `Blocks.read` does of whole rows."""
        read: Tensor
        if isinstance(self.depth, Blocks):
            block: Any = self.depth.blocks[number]
            read = block.norm(passed)
            return read * self.masks[number] if number and self.masks else read
        if number == 0:
            return passed
        kept = passed * self.masks[number] if self.masks else passed
        read = self.depth.norms[number - 1](kept) if self.depth.norms else kept
        return read


def by_layer(state: State) -> list[Parts]:
    """Convert a state of parts (L, B, F) to a list for each layer."""
    return [list(parts) for parts in zip(*(part.unbind() for part in state), strict=True)]


def stacked(state: list[Parts]) -> State:
    """Convert the states of layers back to parts (L, B, F)."""
    if len(state) == 1:
        return tuple(part.unsqueeze(0) for part in state[0])
    return tuple(torch.stack(parts) for parts in zip(*state, strict=True))


def advance(layer: Any, like: Tensor, rows: int) -> Advance:
    """Return one step of a layer, with what all steps of a pass share."""
    if isinstance(layer, Cell):
        return _of_cell(layer, like.new_empty(1, rows, 1))
    if isinstance(layer, Fused):
        return _of_fused(layer)
    return _of_layer(layer)


def _of_cell(layer: Cell, steps: Tensor) -> Advance:
    weights, mask = layer.weights(), layer.mask(steps)

    def run(inputs: Tensor, parts: Parts) -> Parts:
        new = layer.step(layer.inputs(inputs.unsqueeze(0))[0], masked(parts[0], mask), parts, weights)
        for part, keep in enumerate(layer.keeps(steps)):
            if keep is not None:
                new[part] = mixed(new[part], parts[part], keep[0])
        return new

    return run


def _of_fused(layer: Fused) -> Advance:
    """Return a step of torch's layer: the equations of the cell that computes the same as a loop."""
    own: Any = layer
    given = [*own.parameters()]
    weights = dropped_weights(given, layer.weight_drop, flat=False) if layer.draws else given
    read, recurrent, bias, recurrent_bias = weights[:4]
    step: Callable[..., Parts]
    shared: Any
    if layer.mode == "LSTM":
        projection = weights[4] if len(weights) > 4 else None
        step, shared = lstm.LSTM.step, lstm.Weights(recurrent.t(), [], projection, False)
    elif layer.mode == "GRU":
        step, shared = gru.GRU.step, gru.Weights(recurrent.t(), recurrent_bias)
    else:
        step, shared = rnn.RNN.step, rnn.Weights(recurrent.t(), layer.mode == "RNN_RELU")
    total = bias if layer.mode == "GRU" else bias + recurrent_bias
    return lambda inputs, parts: step(F.linear(inputs, read, total), parts[0], parts, shared)


def _of_layer(layer: Layer) -> Advance:
    def run(inputs: Tensor, parts: Parts) -> Parts:
        result = layer(inputs.unsqueeze(0), None, tuple(part.unsqueeze(0) for part in parts))
        assert result.state is not None
        return [result.outputs[0], *(part[0] for part in result.state[1:])]

    return run

"""A single step of fused layers: the setup that a whole-sequence kernel repeats at each call is done once.
Shapes: B rows, V ids, H units, G gates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.generate.engine import Engine
from rnnlab.generate.state import State
from rnnlab.model.block import Blocks
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.fused import FusedGRU, FusedLSTM, FusedRNN
from rnnlab.model.style import joined, mixed

MOST_IDS = 4096  # largest vocabulary whose products are kept; others take too much room


class Weights(NamedTuple):
    """Transposed weights of a layer: (I, G), (H, G), and both biases (G,)."""

    inputs: Tensor
    recurrent: Tensor
    input_bias: Tensor
    recurrent_bias: Tensor


Cell = Callable[[Tensor, Weights, list[Tensor], list[Tensor]], None]
"""Input products (B, G), which it may change, weights and the state's parts (B, H) before; it fills those
after.
"""


class FusedEngine(Engine):
    """Engine for plain stacks of torch's rnn, lstm and gru on a CPU; equal to the network but for rounding.

    The first layer's input products are looked up in a table, one for each token.
    """

    def __init__(self, network: nn.Module, style: np.ndarray | None = None) -> None:
        super().__init__(network, style)
        with torch.no_grad():
            self._set_up()

    def _set_up(self) -> None:
        layers: Any = self.network.encoder.forward_layers
        self._layers = [_weights(layer) for layer in layers]
        self._cell = _cell_of(layers[0])
        first = self._layers[0]
        vectors = self.network.embedding(torch.arange(self.vocab_size)[None])  # (1, V, E)
        if self.network.style_vectors is not None:
            weights = None if self._style is None else self._style[None]
            vectors = joined(vectors, mixed(self.network.style_vectors.weight, weights))
        self._vectors = vectors[0]
        self._table = None
        if self.vocab_size <= MOST_IDS:
            self._table = torch.addmm(first.input_bias, self._vectors, first.inputs)  # (V, G)
        self._head = self.network.head.weight.t().contiguous()  # (H, V)

    @torch.inference_mode()
    def step(self, tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        index = torch.from_numpy(np.asarray(tokens, np.int64))
        if self._table is not None:
            inputs = self._table.index_select(0, index)  # (B, G)
        else:
            first = self._layers[0]
            inputs = torch.addmm(first.input_bias, self._vectors.index_select(0, index), first.inputs)
        after = tuple(torch.empty_like(part) for part in state)
        hidden = after[0][0]
        for number, layer in enumerate(self._layers):
            if number:
                inputs = torch.addmm(layer.input_bias, hidden, layer.inputs)
            hidden = after[0][number]
            self._cell(inputs, layer, [part[number] for part in state], [part[number] for part in after])
        logits = torch.addmm(self.network.head.bias, hidden, self._head)
        return logits.numpy(), after


def fits(network: nn.Module) -> bool:
    """Return whether `FusedEngine` supports the network."""
    whole: Any = network
    encoder = whole.encoder
    if not isinstance(encoder, RecurrentEncoder):
        return False
    kinds = {type(layer) for layer in encoder.forward_layers}
    plain = len(kinds) == 1 and kinds <= {FusedRNN, FusedLSTM, FusedGRU}
    plain = plain and not any(getattr(layer, "proj_size", 0) for layer in encoder.forward_layers)
    above = encoder.attention is None and encoder.input_norm is None and not encoder.bidirectional
    depth = encoder.depth
    if isinstance(depth, Blocks):
        return False
    between = not (depth.dense or depth.norms) and all(isinstance(m, nn.Identity) for m in depth.connections)
    weight = next(network.parameters())
    return plain and above and between and weight.device.type == "cpu" and weight.dtype == torch.float32


def _weights(layer: Any) -> Weights:
    inputs, recurrent = layer.weight_ih_l0, layer.weight_hh_l0
    biases = [layer.bias_ih_l0, layer.bias_hh_l0]
    if isinstance(layer, FusedLSTM):  # the three sigmoids side by side: i, f, o, g
        order = [part for place in (0, 1, 3, 2) for part in _part(place, layer.hidden_size)]
        inputs, recurrent, *biases = (weight[order] for weight in (inputs, recurrent, *biases))
    if not isinstance(layer, FusedGRU):  # whose new gate needs them apart
        biases = [biases[0] + biases[1], torch.zeros_like(biases[1])]
    return Weights(inputs.t().contiguous(), recurrent.t().contiguous(), *biases)


def _part(place: int, size: int) -> range:
    return range(place * size, (place + 1) * size)


def _cell_of(layer: Any) -> Cell:
    if isinstance(layer, FusedLSTM):
        return _lstm
    if isinstance(layer, FusedGRU):
        return _gru
    return _relu if layer.nonlinearity == "relu" else _tanh


def _lstm(inputs: Tensor, layer: Weights, before: list[Tensor], after: list[Tensor]) -> None:
    size = len(layer.recurrent)
    gates = inputs.addmm_(before[0], layer.recurrent)  # (B, 4 H)
    shares, new = gates[:, : 3 * size].sigmoid_(), gates[:, 3 * size :].tanh_()
    torch.mul(shares[:, :size], new, out=after[1])
    after[1].addcmul_(shares[:, size : 2 * size], before[1])
    torch.tanh(after[1], out=after[0])
    after[0].mul_(shares[:, 2 * size :])


def _gru(inputs: Tensor, layer: Weights, before: list[Tensor], after: list[Tensor]) -> None:
    size = len(layer.recurrent)
    read = torch.addmm(layer.recurrent_bias, before[0], layer.recurrent)  # (B, 3 H)
    gates = inputs[:, : 2 * size].add_(read[:, : 2 * size]).sigmoid_()
    new = inputs[:, 2 * size :].addcmul_(gates[:, :size], read[:, 2 * size :]).tanh_()
    torch.lerp(new, before[0], gates[:, size:], out=after[0])


def _tanh(inputs: Tensor, layer: Weights, before: list[Tensor], after: list[Tensor]) -> None:
    torch.tanh(inputs.addmm_(before[0], layer.recurrent), out=after[0])


def _relu(inputs: Tensor, layer: Weights, before: list[Tensor], after: list[Tensor]) -> None:
    torch.clamp_min(inputs.addmm_(before[0], layer.recurrent), 0, out=after[0])


def engine_of(network: nn.Module, style: np.ndarray | None = None) -> Engine:
    """Return the fastest engine for the network; see `Engine` for the arguments."""
    return FusedEngine(network, style) if fits(network) else Engine(network, style)

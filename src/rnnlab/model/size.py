"""Size of a network: its parameters, its state, and the operations of a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from torch import nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import Layer


class Size(NamedTuple):
    """The size of a network.

    Attributes:
        parameters: numbers that are trained.
        state_size: numbers that a row carries from step to step in all recurrent layers of the network, with
            what its attention over past outputs keeps; 0 for a network without recurrent layers.
        operations_per_token: multiply-adds of the matrix products of one step of these layers, with their
            blocks, from the state before it: each entry of a weight matrix once, and each entry of a matrix
            in the state once for each time that it is written or read. Word vectors, output layers, products
            of attention with past outputs and everything element by element are not counted.
    """

    parameters: int
    state_size: int
    operations_per_token: int


def size_of(network: nn.Module) -> Size:
    """Return the size of a network, which may be on the meta device."""
    encoders = [module for module in network.modules() if isinstance(module, RecurrentEncoder)]
    trained = sum(weight.numel() for weight in network.parameters() if weight.requires_grad)
    return Size(trained, sum(map(state_size, encoders)), sum(map(operations, encoders)))


def state_size(encoder: RecurrentEncoder) -> int:
    """Return the numbers that a row carries from step to step, of both directions if there are two."""
    own = sum(sum(layer.state_sizes[layer.first_read :]) for layer in layers_of(encoder))
    above = () if encoder.attention is None else encoder.attention.state_shapes
    return own + sum(number * size for number, size in above)


def operations(encoder: RecurrentEncoder) -> int:
    """Return the multiply-adds of one step's matrix products."""
    others = (encoder.depth, encoder.mixing, encoder.attention)
    matrices = [p for part in others if part is not None for p in part.parameters() if p.dim() > 1]
    return sum(layer.operations() for layer in layers_of(encoder)) + sum(map(nn.Parameter.numel, matrices))


def layers_of(encoder: RecurrentEncoder) -> Iterator[Layer]:
    for layer in (*encoder.forward_layers, *encoder.backward_layers):
        assert isinstance(layer, Layer)
        yield layer

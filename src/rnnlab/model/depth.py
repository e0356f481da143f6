"""Stacking of recurrent layers: the input of each, and what it passes on.

Shapes: T steps, B rows, F features; steps are time-major (T, B, F).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rnnlab.model.dropout import LockedDropout
from rnnlab.model.settings import checked

CARRY_BIAS = -1.0  # a gate that first carries lets deep stacks train (Srivastava et al. 2015)


class Residual(nn.Module):
    """y = layer(x) + x (He et al. 2016)."""

    def forward(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        """Return the sum of a layer's inputs and outputs."""
        return inputs + outputs


class Highway(nn.Module):
    """y = t layer(x) + (1 - t) x with t = sigmoid(W x + b) (Srivastava et al. 2015, Zhang et al. 2016).

    Args:
        size: features of a step.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.gate = nn.Linear(size, size)
        nn.init.xavier_uniform_(self.gate.weight)
        nn.init.constant_(self.gate.bias, CARRY_BIAS)

    def forward(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        """Return the gated mix of a layer's inputs and outputs."""
        return torch.lerp(inputs, outputs, torch.sigmoid(self.gate(inputs)))


class Depth(nn.Module):
    """Dropout and normalisation before each layer but the first, and the connections around layers.

    A residual or highway connection goes around each layer whose input and output sizes are equal; the first
    layer has none if they differ. With dense ones (Huang et al. 2017, for recurrent layers Bradbury et al.
    2017) a layer reads the inputs and the outputs of all layers below it, and the last output is the result.

    Attributes:
        input_sizes: number of features of each layer's input.

    Args:
        input_size, output_size: features of the first layer's input and of every layer's output.
        num_layers: at least 1.
        connection: none, residual, highway or dense.
        norm: none, or layer: layer normalisation of what a layer reads (Ba et al. 2016).
        dropout: probability in [0, 1) to drop a feature between layers, one mask a sequence.

    Raises:
        ValueError: an unknown name; an option that acts between layers with a single layer.
    """

    def __init__(
        self, input_size: int, output_size: int, num_layers: int, connection: str, norm: str, dropout: float
    ) -> None:
        super().__init__()
        checked("connection", connection)
        checked("norm", norm)
        self.dropout, self.dense = LockedDropout(dropout), connection == "dense"
        between = {
            "dropout": dropout > 0 and dropout,
            "norm": norm == "layer" and norm,
            "connection": self.dense,
        }
        for name, value in between.items():
            if value and num_layers == 1:
                shown = connection if name == "connection" else value
                raise ValueError(f"{name}={shown} needs num_layers > 1: it acts between layers")
        grown = output_size if self.dense else 0
        later = [input_size + grown * k if self.dense else output_size for k in range(1, num_layers)]
        self.input_sizes = [input_size, *later]
        past = [_connection(connection, size, output_size) for size in self.input_sizes]
        if connection in ("residual", "highway") and not any(past):
            raise ValueError(
                f"connection={connection} needs num_layers > 1 or an input of the output's size: "
                f"one layer reads {input_size} features and gives {output_size}"
            )
        self.connections = nn.ModuleList([module or nn.Identity() for module in past])
        self.norms = nn.ModuleList([nn.LayerNorm(size) for size in later] if norm == "layer" else [])

    def enter(self, steps: Tensor) -> Tensor:
        """Return what the first layer is passed: the inputs as they are, unlike `Blocks`."""
        return steps

    def leave(self, steps: Tensor) -> Tensor:
        """Return the encoder's outputs: what the last layer passes on, as it is."""
        return steps

    def read(self, number: int, steps: Tensor) -> Tensor:
        """Return the input of layer `number`, counted from 0, from what was passed on to it."""
        if number == 0:
            return steps
        steps = self.dropout(steps.transpose(0, 1)).transpose(0, 1)
        return self.norms[number - 1](steps) if self.norms else steps

    def hand_on(self, number: int, before: Tensor, after: Tensor) -> Tensor:
        """Return the next layer's input from that of layer `number` and its output."""
        if self.dense:
            return after if number + 1 == len(self.connections) else torch.cat((before, after), dim=-1)
        connection = self.connections[number]
        return after if isinstance(connection, nn.Identity) else connection(before, after)


def _connection(name: str, input_size: int, output_size: int) -> nn.Module | None:
    if input_size != output_size or name not in ("residual", "highway"):
        return None
    return Residual() if name == "residual" else Highway(output_size)


class Mixing(nn.Module):
    """The combination of a layer's two directions: each (T, B, H) to (T, B, output_size).

    Args:
        name: concat, sum, or linear: a learned map of both to the size of one.
        size: features H of a direction.

    Raises:
        ValueError: an unknown name.
    """

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.name, self.size = checked("mixing", name), size
        self.output_size = 2 * size if name == "concat" else size
        self.map = nn.Linear(2 * size, size) if name == "linear" else None
        if self.map is not None:
            nn.init.orthogonal_(self.map.weight)
            nn.init.zeros_(self.map.bias)

    def forward(self, ahead: Tensor, back: Tensor) -> Tensor:
        """Combine both directions, which are in the order of the text."""
        if self.name == "sum":
            return ahead + back
        both = torch.cat((ahead, back), dim=-1)
        return both if self.map is None else self.map(both)

    def ends(self, last: Tensor, first: Tensor, apart: bool) -> Tensor:
        """Return the final output (B, O) of rows from their outputs at the last and at the first step.

        Args:
            apart: whether the outputs are still those of `forward`: concatenated directions have each their
                own end.
        """
        if self.name != "concat" or not apart:
            return (last + first) / 2
        return torch.cat((last[:, : self.size], first[:, self.size :]), dim=-1)

"""Residual blocks around recurrent layers, the same for every cell.

Shapes: B rows, T steps, W features of the residual stream; steps are time-major (T, B, F).
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.depth import Depth
from rnnlab.model.dropout import LockedDropout
from rnnlab.model.settings import checked, mlp_width


class GatedMLP(nn.Module):
    """y = W_o (silu(W_g x) * W_i x), the same at every step (SwiGLU, Shazeer 2020), without biases.

    Args:
        size: features W. width: units between both maps.
    """

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.read = nn.Linear(size, 2 * width, bias=False)
        self.write = nn.Linear(width, size, bias=False)
        for weight in (*self.read.weight.chunk(2), self.write.weight):
            nn.init.xavier_uniform_(weight.data)

    def forward(self, steps: Tensor) -> Tensor:
        """Map (..., W) to the same shape."""
        gate, value = self.read(steps).chunk(2, dim=-1)
        written: Tensor = self.write(F.silu(gate) * value)
        return written


class Block(nn.Module):
    """One layer on the residual stream, normalised before each part (Xiong et al. 2020).

        x' = x + W_p cell(norm(x))        y = x' + mlp(norm(x'))

    W_p is there only where the layer gives more features than the stream has: in both directions.

    Args:
        size: features W of the stream. layer_size: of the layer's outputs. width: units of the MLP; 0: none.
    """

    def __init__(self, size: int, layer_size: int, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.project = projection(layer_size, size)
        self.mlp_norm = nn.LayerNorm(size) if width else None
        self.mlp = GatedMLP(size, width) if width else None

    def forward(self, stream: Tensor, outputs: Tensor) -> Tensor:
        """Add a layer's outputs (T, B, F), then those of the MLP, to the stream (T, B, W)."""
        stream = stream + (outputs if self.project is None else self.project(outputs))
        return (
            stream if self.mlp is None or self.mlp_norm is None else stream + self.mlp(self.mlp_norm(stream))
        )


class Blocks(nn.Module):
    """A stack of blocks with the interface of `Depth`: each layer reads the normalised stream.

    Inputs of another size than W are mapped to it once, and the last stream is normalised.

    Attributes:
        input_sizes: features of each layer's input, W each.

    Args:
        input_size: features of the inputs. size: W. layer_size: features of a layer's outputs.
        num_layers: at least 1.
        mlp_ratio: units of each MLP as a multiple of W; 0 for none.
        dropout: probability in [0, 1) to drop a feature that a layer but the first reads, one mask a
            sequence.

    Raises:
        ValueError: an argument outside its range; dropout between layers with a single one.
    """

    dense = False

    def __init__(
        self, input_size: int, size: int, layer_size: int, num_layers: int, mlp_ratio: float, dropout: float
    ) -> None:
        super().__init__()
        if dropout and num_layers == 1:
            raise ValueError(f"dropout={dropout} needs num_layers > 1: it acts between layers")
        width = mlp_width(checked("mlp_ratio", mlp_ratio), size)
        self.dropout = LockedDropout(dropout)
        self.input_sizes = [size] * num_layers
        self.entry = projection(input_size, size)
        self.blocks = nn.ModuleList([Block(size, layer_size, width) for _ in range(num_layers)])
        self.norm = nn.LayerNorm(size)

    def enter(self, steps: Tensor) -> Tensor:
        """Map inputs (T, B, I) to the stream (T, B, W)."""
        return steps if self.entry is None else self.entry(steps)

    def read(self, number: int, steps: Tensor) -> Tensor:
        """Return the input of layer `number`, counted from 0, from the stream before it."""
        block = self.blocks[number]
        assert isinstance(block, Block)
        read: Tensor = block.norm(steps)
        return self.dropout(read.transpose(0, 1)).transpose(0, 1) if number else read

    def hand_on(self, number: int, before: Tensor, after: Tensor) -> Tensor:
        """Return the stream after layer `number` from the stream before it and the layer's outputs."""
        stream: Tensor = self.blocks[number](before, after)
        return stream

    def leave(self, steps: Tensor) -> Tensor:
        """Return the encoder's outputs from the last stream."""
        outputs: Tensor = self.norm(steps)
        return outputs


def projection(input_size: int, output_size: int) -> nn.Linear | None:
    """Return a map of one size to another; None where they are equal."""
    if input_size == output_size:
        return None
    layer = nn.Linear(input_size, output_size)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def make_depth(
    kind: str,
    sizes: tuple[int, int, int],
    num_layers: int,
    connection: str,
    norm: str,
    mlp_ratio: float,
    conv_size: int,
    dropout: float,
) -> Depth | Blocks:
    """Return what stands between the layers of an encoder: blocks, or connections and normalisation.

    Args:
        kind: none or residual.
        sizes: features of the inputs, of one direction of a layer, and of both as they are combined.

    Raises:
        ValueError: residual blocks with a connection or normalisation of their own; a convolution without
            blocks.
    """
    input_size, size, layer_size = sizes
    if checked("conv_size", conv_size) and kind == "none":
        raise ValueError(f"conv_size={conv_size} needs block=residual: a convolution is part of a block")
    if checked("block", kind) == "none":
        return Depth(input_size, layer_size, num_layers, connection, norm, dropout)
    for name, value in {"connection": connection, "norm": norm}.items():
        if checked(name, value) != "none":
            raise ValueError(f"{name}={value} has no place in block=residual, which has its own: choose none")
    return Blocks(input_size, size, layer_size, num_layers, mlp_ratio, dropout)

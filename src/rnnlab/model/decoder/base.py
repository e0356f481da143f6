"""The base of all decoders: causal layers, the first state, and the way through a target.

Shapes: B rows, S source steps, T target steps, E features of a target token's vector, F features.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.decoder.bridge import Bridge
from rnnlab.model.decoder.memory import Memory, Read
from rnnlab.model.decoder.settings import checked
from rnnlab.model.decoder.stepper import Stepper
from rnnlab.model.encoded import Encoded
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import State
from rnnlab.model.make_layer import MakesLayer
from rnnlab.model.settings import MLP_RATIO


class Decoder(nn.Module):
    """Causal recurrent layers that read a target and what a memory has of its source.

    Attributes:
        attends: whether it reads the source at each step.
        copies: whether it copies source words, so that a memory needs their target ids.
        coverage: weight of the coverage loss; 0 for a decoder without coverage.

    Args:
        memory_size: features of the encoder's outputs.
        input_size: features E of a target token's vector.
        output_size: features of the output layer's input; None for the hidden size.
        cell, hidden_size, num_layers, dropout, options, connection, norm: see `RecurrentEncoder`.
        bridge: the first state: learned from the encoder's final output, see `Bridge`, or zero.
        bidirectional: refused: a decoder writes from left to right.
        read_size: features that the layers read besides a token's vector.
        block, mlp_ratio: see `RecurrentEncoder`; a decoder's blocks have no convolution.

    Raises:
        ValueError: an argument outside its range, or bidirectional.
    """

    attends = True
    copies = False
    coverage = 0.0

    def __init__(
        self,
        memory_size: int,
        input_size: int,
        output_size: int | None,
        cell: str | MakesLayer,
        hidden_size: int,
        num_layers: int = 1,
        dropout: float = 0.0,
        options: CellOptions | None = None,
        connection: str = "none",
        norm: str = "none",
        bridge: str = "learned",
        bidirectional: bool = False,
        read_size: int = 0,
        block: str = "none",
        mlp_ratio: float = MLP_RATIO,
    ) -> None:
        super().__init__()
        if checked("bidirectional", bidirectional):
            raise ValueError(
                "bidirectional=True reads words that are not yet written: a decoder needs bidirectional=False"
            )
        self.memory_size, self.input_size = checked("memory_size", memory_size), input_size
        settings = (num_layers, False, dropout, options, connection, norm)
        blocks: dict[str, Any] = {"block": block, "mlp_ratio": mlp_ratio}
        self.layers = RecurrentEncoder(cell, input_size + read_size, hidden_size, *settings, **blocks)
        self.output_size = checked("output_size", output_size or self.layers.output_size)
        learned = checked("bridge", bridge) == "learned" and self.layers.forward_layers[0].bridged
        if not learned and not self.attends:
            raise ValueError(
                f"bridge={bridge} of a {self.layers.cell} leaves a decoder without attention nothing of its "
                "source: choose learned, with a recurrent cell"
            )
        sizes, first = self.layers.state_sizes, self.layers.first_read
        self.bridge = Bridge(memory_size, num_layers, sizes, first) if learned else None
        self.make_parts()

    def make_parts(self) -> None:
        """Make further parts of a subclass that has no arguments of its own."""

    def memory(self, outputs: Tensor, mask: Tensor, copies: Tensor | None, extra: int) -> Memory:
        """Return what the steps read of the encoder's outputs (B, S, F) with a mask (B, S)."""
        return Memory(None, None, mask, copies, extra)

    def start(self, encoded: Encoded) -> State:
        """Return the state before the first step: parts (L, B, F) of the layers, then those of a subclass."""
        empty = self.layers.initial_state(len(encoded.final))
        return empty if self.bridge is None else self.bridge(encoded.final, empty)

    def of_layers(self, state: State) -> State:
        """Return the parts of a state that the layers have."""
        return state[: len(self.layers.state_sizes)]

    @property
    def num_parts(self) -> int:
        """Number of parts of a state."""
        return len(self.layers.state_sizes)

    def stepper(self, rows: int) -> Stepper:
        return Stepper(self.layers, rows)

    def read(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        """Return `Read` for the vectors (B, T, E) of a whole target, without a state afterwards.

        Rows may run on into their padding, since no real step depends on it.
        """
        return self.loop(vectors, memory, state)

    def loop(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        """Return `Read` for the vectors (B, T, E), step by step, with the state afterwards."""
        raise NotImplementedError

    def outputs(self, vectors: Tensor, state: State) -> Tensor:
        """Return the layers' outputs (B, T, H) for whole rows, without reading the memory."""
        found: Tensor = self.layers(vectors, None, self.of_layers(state)).outputs
        return found


class Combine(nn.Module):
    """tanh(W [x; y; ...]), Luong et al. (2015), equation 5.

    Args:
        input_size, output_size: features of all inputs together, and of the result.
    """

    def __init__(self, input_size: int, output_size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(input_size, output_size, bias=False)
        nn.init.xavier_uniform_(self.linear.weight)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Map tensors (..., F) to (..., output_size)."""
        kinds: Any = [each.dtype for each in inputs]
        wide = max(kinds, key=lambda dtype: torch.finfo(dtype).bits)
        return torch.tanh(self.linear(torch.cat([each.to(wide) for each in inputs], dim=-1)))


def over_time(parts: list[Tensor]) -> Tensor:
    """Stack results of single steps (B, F) to (B, T, F)."""
    return torch.stack(parts, dim=1)

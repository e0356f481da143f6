"""Stacked recurrent layers over right-padded batches, in one direction or in both.

Shapes: B rows, T steps, I input features, O output size; steps are time-major (T, B, F).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rnnlab.model.block import make_depth
from rnnlab.model.causal_attention import CausalAttention
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.depth import Mixing
from rnnlab.model.encoded import Encoded
from rnnlab.model.layer import State, Times
from rnnlab.model.make_layer import MakesLayer, make_layer, name_of
from rnnlab.model.norm import MaskedBatchNorm
from rnnlab.model.self_attention import SelfAttention
from rnnlab.model.sequence import check_inputs, check_state, flip_index, last_step, padding_of
from rnnlab.model.settings import MLP_RATIO, checked
from rnnlab.model.short_convolution import convolved
from rnnlab.model.side_by_side import read_both_ways


class RecurrentEncoder(nn.Module):
    """Recurrent layers: (B, T, I) to `Encoded`.

    Packing would not use the fast CPU kernels. A causal pass may run on into the padding, since no real step
    depends on it; the other direction is a causal pass over the rows flipped by length.

    Attributes:
        state_sizes: features of each part of the layers' state; those of attention come after them.
        first_read: number of the first part of the layers' state that a step reads.

    Args:
        cell: a name of `rnnlab.model.cell_options.CELLS`, or a callable that makes a `Layer` from input size,
            hidden size and options, such as a subclass of `rnnlab.model.cells.base.Cell`.
        input_size, hidden_size: features of a step, units of each layer and direction.
        num_layers: number of stacked layers.
        bidirectional: also read each row from its end; then `causal` is False and there is no state.
        dropout: probability in [0, 1) to drop a feature between layers, one mask a sequence.
        options: the cell's options besides its sizes; None for the defaults.
        connection: none, residual, highway or dense, around the layers; see `Depth`.
        norm: none, or layer: layer normalisation between layers.
        input_norm: none, or batch: batch normalisation of the inputs over real steps; in training it makes
            steps depend on each other, so that `causal` is False.
        mixing: concat, sum or linear: how the two directions of each layer are combined; see `Mixing`.
        attention: makes attention over the outputs from `size`, on top of the layers; None for no attention.
        block: none, or residual: each layer is in a block with an MLP, see `rnnlab.model.block.Blocks`.
        mlp_ratio: units of a block's MLP as a multiple of the layer's features; 0 for none.
        conv_size: steps that a causal convolution before each layer of a block reads; 0 for none.

    Raises:
        ValueError: an argument outside its range; an option that acts between layers with one layer; an
            option that the cell does not support.
    """

    def __init__(
        self,
        cell: str | MakesLayer,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        options: CellOptions | None = None,
        connection: str = "none",
        norm: str = "none",
        input_norm: str = "none",
        mixing: str = "concat",
        attention: Callable[..., SelfAttention | CausalAttention] | None = None,
        block: str = "none",
        mlp_ratio: float = MLP_RATIO,
        conv_size: int = 0,
    ) -> None:
        super().__init__()
        checked("num_layers", num_layers)
        checked("input_norm", input_norm)
        if mixing != "concat" and not bidirectional:
            raise ValueError(f"mixing={mixing} needs bidirectional=True: it makes one of two directions")
        self.cell, self.input_size, self.hidden_size = name_of(cell), input_size, hidden_size
        self.num_layers, self.bidirectional = num_layers, bidirectional
        self.options = options or CellOptions()
        size = self.options.projection_size or hidden_size
        self.mixing = Mixing(mixing, size)
        width = self.mixing.output_size if bidirectional else size
        self.depth = make_depth(
            block, (input_size, size, width), num_layers, connection, norm, mlp_ratio, conv_size, dropout
        )
        self.input_norm = MaskedBatchNorm(input_size) if input_norm == "batch" else None
        self.forward_layers, self.backward_layers = nn.ModuleList(), nn.ModuleList()
        for read in self.depth.input_sizes:
            for layers in (self.forward_layers, self.backward_layers)[: 1 + bidirectional]:
                layer = convolved(make_layer(cell, read, hidden_size, self.options), conv_size)
                layers.append(layer)
        self.state_sizes, self.first_read = layer.state_sizes, layer.first_read
        self.residual = block == "residual"
        self.output_size = size if self.residual else width
        self.attention = None if attention is None else attention(size=self.output_size)
        self.causal = not bidirectional and input_norm == "none"
        self.causal = self.causal and (self.attention is None or self.attention.causal)

    @property
    def reads_elapsed(self) -> bool:
        """Whether the cell reads how much time has passed since the step before."""
        return bool(self.forward_layers[0].reads_elapsed)

    def initial_state(self, batch_size: int) -> State:
        """Return an empty state: zeros like the weights. Raises ValueError in both directions."""
        self._needs_causal()
        weight = next(self.parameters())
        return tuple(weight.new_zeros(shape) for shape in self._state_shapes(batch_size))

    def forward(
        self,
        inputs: Tensor,
        lengths: Tensor | None = None,
        state: State | None = None,
        elapsed: Tensor | None = None,
    ) -> Encoded:
        """Encode a batch.

        Args:
            inputs: (B, T, I), right-padded with anything finite.
            lengths: (B,), 1 to T each; None if every row is full, which is fastest.
            state: the state to start from, as the last call returned it; None starts from zeros.
            elapsed: (B, T), the time since the step before in usual steps, for cells that read it; None: 1.

        Raises:
            ValueError: a state in both directions or of another shape; lengths outside 1 to T.
        """
        check_inputs(inputs, lengths, self.input_size)
        steps = inputs.transpose(0, 1).contiguous()  # (T, B, I); an `Embedding` needs no copy here
        if state is not None:
            self._needs_causal()
            check_state(state, self._state_shapes(steps.shape[1]), self.cell)
            if lengths is not None and bool((lengths == len(steps)).all()):
                lengths = None
        if self.input_norm is not None:
            steps = self.input_norm(steps, lengths)
        steps = self.depth.enter(steps)  # (T, B, W)
        times = (elapsed.t(),) if elapsed is not None and self.reads_elapsed else ()
        if self.bidirectional:
            return self._both_directions(steps, lengths, times)
        return self._ahead(steps, lengths, state, times)

    def _ahead(self, steps: Tensor, lengths: Tensor | None, state: State | None, times: Times) -> Encoded:
        after: list[State] = []
        own = None if state is None else state[: len(self.state_sizes)]
        for number, layer in enumerate(self.forward_layers):
            before = None if own is None else tuple(part[number, None].contiguous() for part in own)
            outputs, reached = layer(self.depth.read(number, steps), lengths, before, *times)  # (T, B, H)
            steps = self.depth.hand_on(number, steps, outputs)
            after += [] if reached is None else [reached]
        steps = self.depth.leave(steps)
        end = tuple(torch.cat(parts) for parts in zip(*after, strict=True)) or None
        if self.attention is not None:
            return self._attend_ahead(steps, lengths, state, end)
        outputs = steps if lengths is None else steps.masked_fill(padding_of(steps, lengths), 0)
        return Encoded(outputs.transpose(0, 1), last_step(steps, lengths), end if self.causal else None)

    def _attend_ahead(
        self, steps: Tensor, lengths: Tensor | None, state: State | None, end: State | None
    ) -> Encoded:
        assert self.attention is not None
        before = None if state is None else state[len(self.state_sizes) :]
        attended = self.attention(steps.transpose(0, 1), lengths, before)
        after = (*end, *attended.state) if self.causal and end is not None else None
        return Encoded(attended.outputs, last_step(attended.outputs.transpose(0, 1), lengths), after)

    def _both_directions(self, steps: Tensor, lengths: Tensor | None, times: Times) -> Encoded:
        full = torch.full((steps.shape[1],), len(steps), device=steps.device) if lengths is None else lengths
        index = flip_index(full, len(steps))
        for number, (ahead, back) in enumerate(zip(self.forward_layers, self.backward_layers, strict=True)):
            both = self.mixing(*read_both_ways(ahead, back, self.depth.read(number, steps), index, times))
            steps = self.depth.hand_on(number, steps, both)  # (T, B, O)
        steps = self.depth.leave(steps)
        if self.attention is not None:
            steps = self.attention(steps.transpose(0, 1), lengths).outputs.transpose(0, 1)
        apart = self.attention is None and not self.residual
        final = self.mixing.ends(last_step(steps, lengths), steps[0], apart)
        if lengths is not None and self.attention is None:
            steps.masked_fill_(padding_of(steps, lengths), 0)  # in place: the joined copy is ours alone
        return Encoded(steps.transpose(0, 1), final, None)

    def _state_shapes(self, batch_size: int) -> list[tuple[int, int, int]]:
        above = () if self.attention is None else self.attention.state_shapes
        layers = [(self.num_layers, batch_size, size) for size in self.state_sizes]
        return layers + [(number, batch_size, size) for number, size in above]

    def _needs_causal(self) -> None:
        if self.bidirectional:
            raise ValueError("bidirectional=True takes no state: it reads each row from both ends")
        if self.input_norm is not None:
            raise ValueError("input_norm=batch takes no state: in training its steps see each other")
        if not self.causal:
            raise ValueError("self-attention takes no state: its steps see each other")

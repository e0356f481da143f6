"""Attention before the recurrent step (Bahdanau et al. 2015).

Shapes: B rows, T target steps, E features of a token's vector, F of the values.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.decoder.base import Combine, Decoder, over_time
from rnnlab.model.decoder.memory import Memory, Read
from rnnlab.model.decoder.score import Score, attend
from rnnlab.model.decoder.stepper import by_layer, stacked
from rnnlab.model.layer import State
from rnnlab.model.make_layer import MakesLayer
from rnnlab.model.settings import MLP_RATIO


class BahdanauDecoder(Decoder):
    """The previous hidden state of the top layer attends to the source; the layers read what it finds.

        c = sum of a_s v_s,  a = softmax over s of score(h of the last step, v_s)
        h' = layers([x; c], h);   features = tanh(W [h'; c; x])

    The features read the token and the context as the paper's deep output does, with tanh for its maxout.

    Args:
        memory_size, input_size, ..., bidirectional, block, mlp_ratio: see `Decoder`.
        score: additive, as in the paper, general or dot; see `Score`.

    Raises:
        ValueError: see `Decoder` and `Score`.
    """

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
        score: str = "additive",
        block: str = "none",
        mlp_ratio: float = MLP_RATIO,
    ) -> None:
        sizes, between = (memory_size, input_size, output_size), (num_layers, dropout)
        read = memory_size  # of what attention finds
        own: dict[str, Any] = {"block": block, "mlp_ratio": mlp_ratio}
        super().__init__(
            *sizes, cell, hidden_size, *between, options, connection, norm, bridge, bidirectional, read, **own
        )
        self.score = Score(score, self.layers.state_sizes[0], memory_size)
        self.combine = Combine(self.layers.output_size + memory_size + input_size, self.output_size)

    def memory(self, outputs: Tensor, mask: Tensor, copies: Tensor | None, extra: int) -> Memory:
        return Memory(self.score.keys(outputs), outputs, mask, copies, extra)

    def loop(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        assert memory.keys is not None
        assert memory.values is not None
        step, layers = self.stepper(len(vectors)), by_layer(state)
        outputs, contexts, weights = [], [], []
        for vector in vectors.unbind(1):
            scores = self.score(layers[-1][0].unsqueeze(1), memory.keys)  # (B, 1, S)
            context, attention = attend(scores, memory.values, memory.mask)
            read_now = torch.cat((vector, context[:, 0].to(vector.dtype)), dim=1)
            output, layers = step(read_now, layers)
            outputs.append(output)
            contexts.append(context[:, 0])
            weights.append(attention[:, 0])
        features = self.combine(over_time(outputs), over_time(contexts), vectors)
        return Read(features, over_time(weights), state=stacked(layers))

"""Attention after the recurrent step (Luong et al. 2015).

Shapes: B rows, S source steps, T target steps, E features of a token's vector, H of the layers' outputs,
F of the values, A of the attentional vector.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.decoder.base import Combine, Decoder, over_time
from rnnlab.model.decoder.memory import Memory, Read
from rnnlab.model.decoder.score import Score, attend
from rnnlab.model.decoder.settings import checked
from rnnlab.model.decoder.stepper import by_layer, stacked
from rnnlab.model.encoded import Encoded
from rnnlab.model.layer import State
from rnnlab.model.make_layer import MakesLayer
from rnnlab.model.settings import MLP_RATIO


class LuongDecoder(Decoder):
    """The layers read the target; each of their outputs h then attends to the source.

        c = sum of a_s v_s,  a = softmax over s of score(h, v_s);   features = tanh(W [h; c])

    Without input feeding and coverage, all steps of a target are computed together. Input feeding (section
    3.3) appends the features of a step to the next one's input. Coverage (See et al. 2017, section 2.3) shows
    the scores the sum of past attention. Both run step by step, coverage only for the attention.

    Args:
        memory_size, input_size, ..., bidirectional, block, mlp_ratio: see `Decoder`.
        score: dot, general or additive; see `Score`.
        input_feeding: whether a step reads the last one's features.
        coverage: weight of the coverage loss, at least 0; 0 for no coverage.

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
        score: str = "general",
        input_feeding: bool = False,
        coverage: float = 0.0,
        block: str = "none",
        mlp_ratio: float = MLP_RATIO,
    ) -> None:
        sizes, between = (memory_size, input_size, output_size), (num_layers, dropout)
        checked("input_feeding", input_feeding)
        width = hidden_size if options is None else options.projection_size or hidden_size
        fed = (output_size or width) if input_feeding else 0
        own: dict[str, Any] = {"block": block, "mlp_ratio": mlp_ratio}
        super().__init__(
            *sizes, cell, hidden_size, *between, options, connection, norm, bridge, bidirectional, fed, **own
        )
        self.coverage = checked("coverage", coverage)
        self.input_feeding = input_feeding
        size = self.layers.output_size
        self.score = Score(score, size, memory_size, covers=coverage > 0)
        self.combine = Combine(size + memory_size, self.output_size)
        self.gate = self.make_gate()

    @property
    def num_parts(self) -> int:
        return super().num_parts + bool(self.input_feeding) + bool(self.coverage)

    def make_gate(self) -> nn.Linear | None:
        """Return a map of [h; c; x] to the logit of not copying; None for a decoder that does not copy."""
        return None

    def memory(self, outputs: Tensor, mask: Tensor, copies: Tensor | None, extra: int) -> Memory:
        return Memory(self.score.keys(outputs), outputs, mask, copies, extra)

    def start(self, encoded: Encoded) -> State:
        """Return the layers' state, then the features fed (1, B, A) and the coverage (1, B, S) if any."""
        state, values = super().start(encoded), encoded.outputs
        if self.input_feeding:
            state = (*state, state[0].new_zeros(1, len(values), self.output_size))
        if self.coverage:
            state = (*state, torch.zeros(1, *values.shape[:2], device=values.device))
        return state

    def read(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        if self.input_feeding:
            return self.loop(vectors, memory, state)
        outputs = self.outputs(vectors, state)  # (B, T, H)
        if not self.coverage:
            return self.finish(outputs, *self.attend(outputs, memory), vectors)
        covered, contexts, weights, overlaps = state[-1][0], [], [], []
        for output in outputs.unbind(1):
            context, attention = self.attend(output.unsqueeze(1), memory, covered)
            overlaps.append(torch.minimum(attention[:, 0], covered).sum(1))
            covered = covered + attention[:, 0]
            contexts.append(context)
            weights.append(attention)
        read = self.finish(outputs, torch.cat(contexts, 1), torch.cat(weights, 1), vectors)
        return read._replace(overlap=over_time(overlaps))

    def loop(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        step, layers = self.stepper(len(vectors)), by_layer(self.of_layers(state))
        fed = state[len(layers[0])][0] if self.input_feeding else None
        covered = state[-1][0] if self.coverage else None
        reads: list[Read] = []
        for vector in vectors.unbind(1):
            read_now = vector if fed is None else torch.cat((vector, fed.to(vector.dtype)), dim=1)
            output, layers = step(read_now, layers)
            context, attention = self.attend(output.unsqueeze(1), memory, covered)
            read = self.finish(output.unsqueeze(1), context, attention, vector.unsqueeze(1))
            if fed is not None:
                fed = read.features[:, 0]
            if covered is not None:
                read = read._replace(overlap=torch.minimum(attention[:, 0], covered).sum(1, keepdim=True))
                covered = covered + attention[:, 0]
            reads.append(read)
        own = [part.unsqueeze(0) for part in (fed, covered) if part is not None]
        return joined(reads)._replace(state=(*stacked(layers), *own))

    def attend(self, outputs: Tensor, memory: Memory, covered: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the contexts (B, T, F) and the attention (B, T, S) of outputs (B, T, H)."""
        assert memory.keys is not None
        assert memory.values is not None
        scores = self.score(outputs, memory.keys, covered)
        return attend(scores, memory.values, memory.mask)

    def finish(self, outputs: Tensor, contexts: Tensor, attention: Tensor, vectors: Tensor) -> Read:
        """Return `Read` of steps whose contexts are known, without overlap and state."""
        generate = None
        if self.gate is not None:
            kind = outputs.dtype
            generate = self.gate(torch.cat((outputs, contexts.to(kind), vectors.to(kind)), dim=-1))
        return Read(self.combine(outputs, contexts), attention, generate)


def joined(reads: list[Read]) -> Read:
    """Join the results of single steps, each (B, 1, ...), over time."""

    def join(name: str) -> Tensor | None:
        parts = [getattr(read, name) for read in reads]
        return None if parts[0] is None else torch.cat(parts, dim=1)

    features = join("features")
    assert features is not None
    return Read(features, join("attention"), join("generate"), join("overlap"))

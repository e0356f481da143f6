"""A decoder without attention. Shapes: B rows, T target steps, E features of a token's vector, H units."""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.decoder.base import Decoder, over_time
from rnnlab.model.decoder.memory import Memory, Read
from rnnlab.model.decoder.stepper import by_layer, stacked
from rnnlab.model.layer import State


class PlainDecoder(Decoder):
    """Sutskever et al. (2014): all that it knows of its source is the first state.

    Arguments and errors are those of `Decoder`; `bridge` must be learned.
    """

    attends = False

    def make_parts(self) -> None:
        same = self.output_size == self.layers.output_size
        self.resize = None if same else nn.Linear(self.layers.output_size, self.output_size)

    def read(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        return Read(self.features(self.outputs(vectors, state)))

    def loop(self, vectors: Tensor, memory: Memory, state: State) -> Read:
        step, layers, outputs = self.stepper(len(vectors)), by_layer(state), []
        for vector in vectors.unbind(1):
            output, layers = step(vector, layers)
            outputs.append(output)
        return Read(self.features(over_time(outputs)), state=stacked(layers))

    def features(self, outputs: Tensor) -> Tensor:
        """Map outputs (B, T, H) to the output layer's input (B, T, output_size)."""
        return outputs if self.resize is None else self.resize(outputs)

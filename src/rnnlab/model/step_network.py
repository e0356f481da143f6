"""A causal network with an output at each step: vectors of ids or values, an encoder, one linear layer.

Shapes: B rows, T steps, F features of a step, K outputs.
"""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.embedding import Embedding
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.settings import check_reads, checked


class StepNetwork(nn.Module):
    """A network from padded ids, or values, to K outputs at each step, which depend on no later step.

    Args:
        encoder: reads vectors of `embedding_size`; causal.
        embedding_size: features of an id's vector, or of a linear map of the values.
        num_outputs: K.
        vocab_size: ids with the padding's; None where the inputs are values.
        features: F of values; None where the inputs are ids.
        dropout: probability in [0, 1) to drop a feature of the encoder's output.
        embedding_dropout: the same for the encoder's input, one mask a row.

    Raises:
        ValueError: an argument outside its range; both of `vocab_size` and `features`, or neither; an
            encoder of another input size, or that is not causal.
    """

    def __init__(
        self,
        encoder: RecurrentEncoder,
        embedding_size: int,
        num_outputs: int,
        vocab_size: int | None = None,
        features: int | None = None,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if (vocab_size is None) == (features is None):
            raise ValueError(f"vocab_size={vocab_size} and features={features}: give one of the two")
        if not encoder.causal:
            raise ValueError("encoder must be causal: an output may not depend on later steps")
        check_reads("embedding_size", embedding_size, encoder.input_size)
        if vocab_size is not None:
            self.embedding: nn.Module = Embedding(vocab_size, embedding_size, embedding_dropout)
        else:
            self.embedding = nn.Linear(int(features or 0), embedding_size)
        self.encoder = encoder
        self.dropout = nn.Dropout(checked("dropout", dropout))
        self.head = nn.Linear(encoder.output_size, checked("num_classes", num_outputs))

    def forward(self, inputs: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Map (B, T) int64 or (B, T, F) to outputs (B, T, K).

        Args:
            lengths: (B,); None leaves what stands at padding undefined, which is fastest: no real step
                depends on it.
        """
        encoded = self.encoder(self.embedding(inputs), lengths)
        outputs: Tensor = self.head(self.dropout(encoded.outputs))
        return outputs

"""Text to class: embedding, encoder, pooling, one linear layer."""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model import check
from rnnlab.model.embedding import Embedding
from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.pooling import Pooling
from rnnlab.model.sequence import padding_mask


class Classifier(nn.Module):
    """Scores classes for right-padded tokens.

    Args:
        vocab_size, embedding_size: ids of the tokenizer, features of a word's vector.
        encoder: reads vectors of `embedding_size`.
        pooling: name of a `Pooling`.
        num_classes: at least 1.
        dropout: probability in [0, 1) of a feature of the pooled vector to be dropped.
        embedding_dropout: the same for a word's vector, one mask a sequence.
        word_dropout: probability in [0, 1) of a word to be replaced by the unknown id.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        pooling: str,
        num_classes: int,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check.positive("num_classes", num_classes)
        check.reads("embedding_size", embedding_size, encoder.input_size)
        self.embedding = Embedding(vocab_size, embedding_size, embedding_dropout, word_dropout)
        self.encoder = encoder
        self.pooling = Pooling(pooling, encoder.output_size)
        self.dropout = nn.Dropout(check.probability("dropout", dropout))
        self.head = nn.Linear(self.pooling.output_size, num_classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """(B, T) and (B,) to logits (B, num_classes)."""
        encoded, mask = self._encode(tokens, lengths)
        return self.head(self.dropout(self.pooling(encoded, mask)))

    def attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """(B, T) and (B,) to the weight of each token (B, T). Raises ValueError without attention."""
        return self.pooling.weights(*self._encode(tokens, lengths))

    def _encode(self, tokens: Tensor, lengths: Tensor) -> tuple[Encoded, Tensor]:
        return self.encoder(self.embedding(tokens), lengths), padding_mask(lengths, tokens.shape[1])

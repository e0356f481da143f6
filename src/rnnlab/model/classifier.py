"""The text classifier: embedding, encoder, pooling, one linear layer."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from rnnlab.model.embedding import Embedding, Pretrained
from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.pairs import COMBINED, apart, combined
from rnnlab.model.pooling import Pooling
from rnnlab.model.sequence import padding_mask, to_post, to_pre
from rnnlab.model.settings import check_reads, checked
from rnnlab.model.truncated import encode_tail


class Classifier(nn.Module):
    """A network from padded tokens to a score for each class.

    Two intermediate results can be mixed between texts: word vectors (`embed`, then `from_vectors`) and
    features (`features`, then `score`).

    Args:
        vocab_size, embedding_size: ids of the tokenizer, features of a word's vector.
        encoder: reads vectors of `embedding_size`.
        pooling: name of a `Pooling`.
        num_classes: at least 1.
        dropout: probability in [0, 1) to drop a feature of the pooled vector.
        embedding_dropout: the same for a word's vector, one mask a sequence.
        word_dropout: probability in [0, 1) to replace a word by the unknown id.
        padding: side on which input rows and output attention are padded: post (right) or pre (left).
            Internally they are padded on the right, so that the logits are the same.
        pretrained: initial word vectors; None for random ones.
        bptt: number of words at a text's end that gradients flow through, see `encode_tail`; None for all.
        type_dropout: probability in [0, 1) to drop a word from a batch, at all its occurrences.
        separator: id of the mark between two texts, which are then encoded apart, see `rnnlab.model.pairs`;
            None encodes each row as one text.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size; `bptt` with an encoder
            that is not causal.
    """

    mixable: ClassVar[tuple[str, ...]] = ("embedding", "hidden")

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
        padding: str = "post",
        pretrained: Pretrained | None = None,
        bptt: int | None = None,
        type_dropout: float = 0.0,
        separator: int | None = None,
    ) -> None:
        super().__init__()
        if bptt is not None and checked("bptt", bptt) and not encoder.causal:
            raise ValueError(
                f"bptt={bptt} needs a causal encoder: the start of a text is read without its end"
            )
        self.bptt = bptt
        checked("num_classes", num_classes)
        check_reads("embedding_size", embedding_size, encoder.input_size)
        self.padding = checked("padding", padding)
        dropouts = (embedding_dropout, word_dropout)
        self.embedding = Embedding(vocab_size, embedding_size, *dropouts, pretrained, type_dropout)
        self.encoder = encoder
        self.pooling = Pooling(pooling, encoder.output_size)
        self.dropout = nn.Dropout(checked("dropout", dropout))
        self.separator = separator
        size = self.pooling.output_size if separator is None else COMBINED * self.pooling.output_size
        self.head = nn.Linear(size, num_classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to logits (B, num_classes)."""
        if self.separator is not None:
            return self.score(self.features(tokens, lengths))
        return self.from_vectors(self.embed(tokens, lengths), lengths)

    def embed(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to the words' vectors (B, T, E), right-padded under either `padding`."""
        vectors: Tensor = self.embedding(tokens if self.padding == "post" else to_post(tokens, lengths))
        return vectors

    def from_vectors(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map right-padded (B, T, E) and (B,) to logits (B, num_classes)."""
        return self.score(self.pooling(*self._encode(vectors, lengths)))

    def features(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to one vector per text (B, F), the input of the last layer."""
        if self.separator is not None:
            vectors = self.embed(tokens, lengths)
            ids = tokens if self.padding == "post" else to_post(tokens, lengths)
            return combined(self.pooling(*self._encode(*apart(vectors, ids, lengths, self.separator))))
        pooled: Tensor = self.pooling(*self._encode(self.embed(tokens, lengths), lengths))
        return pooled

    def score(self, features: Tensor) -> Tensor:
        """Map (B, F) to logits (B, num_classes)."""
        logits: Tensor = self.head(self.dropout(features))
        return logits

    def attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to the weight of each token (B, T). Raises ValueError without attention."""
        weights = self.pooling.weights(*self._encode(self.embed(tokens, lengths), lengths))
        return weights if self.padding == "post" else to_pre(weights, lengths)

    def _encode(self, vectors: Tensor, lengths: Tensor) -> tuple[Encoded, Tensor]:
        mask = padding_mask(lengths, vectors.shape[1])
        if self.bptt is None or not (self.training and torch.is_grad_enabled()):
            return self.encoder(vectors, lengths), mask
        return encode_tail(self.encoder, vectors, lengths, self.bptt), mask

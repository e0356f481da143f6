"""A language model: scores for the next token at every step, optionally in one of several styles."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.model.dropout import LockedDropout
from rnnlab.model.embedding import Embedding, Pretrained
from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.layer import State
from rnnlab.model.settings import check_reads
from rnnlab.model.style import joined, mixed, style_embedding


class Logits(NamedTuple):
    """logits: (B, T, V) for the token after each step; state: after each row's last real step."""

    logits: Tensor
    state: State


class LanguageModel(nn.Module):
    """A network that scores the next token after each one, and returns its state.

    Args:
        vocab_size, embedding_size: ids of the tokenizer, features of a token's vector.
        encoder: a causal one that reads vectors of `embedding_size`.
        dropout: probability in [0, 1) to drop an output feature, one mask a sequence.
        embedding_dropout: the same for a token's vector.
        tie_weights: use the tokens' vectors as the output layer's rows (Press & Wolf 2017); frozen vectors
            then freeze the output layer too.
        word_dropout: probability in [0, 1) to replace an input token by the unknown id.
        pretrained: initial vectors; None for random ones.
        type_dropout: probability in [0, 1) to drop a token from a batch's inputs, at all its occurrences;
            tied weights still score it.
        styles, style_size: S styles, each a vector of that size which the encoder reads with every token's,
            so that its input size is `embedding_size + style_size`; 0 and 0 for a model without styles.

    Raises:
        ValueError: an argument outside its range; an encoder that is not causal or has another input size;
            tied weights of two sizes, or of vectors that a projection maps to another size.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        tie_weights: bool = False,
        word_dropout: float = 0.0,
        pretrained: Pretrained | None = None,
        type_dropout: float = 0.0,
        styles: int = 0,
        style_size: int = 0,
    ) -> None:
        super().__init__()
        if not encoder.causal:
            raise ValueError("the encoder sees later symbols: a language model needs a causal one")
        self.styles = styles
        self.style_vectors = style_embedding(styles, style_size)
        size, beside = embedding_size + style_size, " + style_size" if style_size else ""
        check_reads(f"embedding_size{beside}", size, encoder.input_size)
        if tie_weights and embedding_size != encoder.output_size:
            raise ValueError(
                f"tie_weights=True needs embedding_size={embedding_size} to equal "
                f"the encoder's output size {encoder.output_size}"
            )
        if tie_weights and pretrained is not None and pretrained.projection is not None:
            raise ValueError(
                f"tie_weights=True needs vectors without pretrained.projection={pretrained.projection}: "
                "the output layer's rows are the vectors themselves"
            )
        dropouts = (embedding_dropout, word_dropout)
        self.embedding = Embedding(vocab_size, embedding_size, *dropouts, pretrained, type_dropout)
        self.encoder = encoder
        self.dropout = LockedDropout(dropout)
        self.head = nn.Linear(encoder.output_size, vocab_size)
        if tie_weights:
            self.head.weight = self.embedding.vectors.weight

    def forward(
        self,
        tokens: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
        style: Tensor | None = None,
    ) -> Logits:
        """Map tokens (B, T) to `Logits`, float32 at least under any autocast.

        Args:
            state: the state to start from, as the last call returned it; None starts from zeros.
            lengths: (B,); None if every row is full.
            style: (B, S) weights of each row's mixture of styles; None is the mean of all styles.
        """
        encoded = self.read(tokens, state, lengths, style)
        assert encoded.state is not None
        return Logits(self.score(self.dropout(encoded.outputs)), encoded.state)

    def read(
        self,
        tokens: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
        style: Tensor | None = None,
    ) -> Encoded:
        """Return the encoder's output before dropout and scores, for losses that need more or fewer."""
        before = self.encoder.initial_state(len(tokens)) if state is None else state
        vectors = self.embedding(tokens)  # (B, T, E)
        if self.style_vectors is not None:
            vectors = joined(vectors, mixed(self.style_vectors.weight, style))  # (B, T, E + style_size)
        elif style is not None:
            raise ValueError("style is given to a network without styles")
        encoded: Encoded = self.encoder(vectors, lengths, before)
        return encoded

    def score(self, features: Tensor) -> Tensor:
        """Map outputs (..., O), dropped or not, to logits (..., V), float32 at least."""
        logits: Tensor = self.head(features)
        return logits.to(torch.promote_types(logits.dtype, torch.float32))

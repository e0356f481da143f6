"""A hierarchical classifier, from words to sentences to a document (Yang et al. 2016), for long texts.

Shapes: B rows, T tokens, S sentences of the batch, M sentences of its longest row, E features of a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn

from rnnlab.model.embedding import Embedding, Pretrained
from rnnlab.model.encoder import Encoded, RecurrentEncoder
from rnnlab.model.pooling import Pooling
from rnnlab.model.sentences import Sentences, by_row, find, join, like_lengths, word_index
from rnnlab.model.sequence import padding_mask, to_post, to_pre
from rnnlab.model.settings import check_reads, checked

PARTS = 6  # of similar length: fewer pad more, each runs as many steps as its longest sentence


class HierarchicalClassifier(nn.Module):
    """A network from padded tokens, in which `SENTENCE_ID` closes each sentence, to a score for each class.

    An encoder and a pooling turn each sentence's words into one vector; a second encoder and pooling turn the
    sentences of a text into one vector, which the last layer scores. A separator belongs to no sentence and
    is not read. Dropout acts on the text's vector, the dropouts of words as in `Classifier`, one mask a text.

    Args:
        encoder: reads the words' vectors of `embedding_size`.
        sentence_encoder: makes an encoder from `input_size`, the features of a sentence's vector.
        pooling: name of a `Pooling`, at both levels; the paper's is attention.
        vocab_size, embedding_size, num_classes, dropout, embedding_dropout, word_dropout, padding,
            pretrained, type_dropout: as in `Classifier`. bptt: None, since a text is read in many passes.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size.
    """

    mixable: ClassVar[tuple[str, ...]] = ("hidden",)

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        sentence_encoder: Callable[..., RecurrentEncoder],
        pooling: str,
        num_classes: int,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
        padding: str = "post",
        pretrained: Pretrained | None = None,
        bptt: int | None = None,
        type_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if bptt is not None:
            raise ValueError(f"bptt={bptt} needs one encoder that reads a text's words from end to end")
        checked("num_classes", num_classes)
        check_reads("embedding_size", embedding_size, encoder.input_size)
        self.padding = checked("padding", padding)
        dropouts = (embedding_dropout, word_dropout)
        self.embedding = Embedding(vocab_size, embedding_size, *dropouts, pretrained, type_dropout)
        self.encoder = encoder
        self.pooling = Pooling(pooling, encoder.output_size)
        self.sentence_encoder = sentence_encoder(input_size=self.pooling.output_size)
        self.sentence_pooling = Pooling(pooling, self.sentence_encoder.output_size)
        self.dropout = nn.Dropout(checked("dropout", dropout))
        self.head = nn.Linear(self.sentence_pooling.output_size, num_classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to logits (B, num_classes)."""
        return self.score(self.features(tokens, lengths))

    def features(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Map (B, T) and (B,) to one vector per text (B, F), the input of the last layer."""
        pooled: Tensor = self.sentence_pooling(*self._sentences(*self._find(tokens, lengths)))
        return pooled

    def score(self, features: Tensor) -> Tensor:
        """Map (B, F) to logits (B, num_classes)."""
        logits: Tensor = self.head(self.dropout(features))
        return logits

    def attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the weight of each word in its sentence (B, T): they sum to 1 over a sentence, and are 0 at
        separators and padding. Raises ValueError without attention.
        """
        tokens, sentences = self._find(tokens, lengths)
        weights = join(self._word_weights(tokens, sentences), sentences)
        return weights if self.padding == "post" else to_pre(weights, lengths)

    def sentence_attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the weight of each sentence in its text (B, M), right-padded by 0 under either `padding`;
        sentences without words are left out. Raises ValueError without attention.
        """
        return self.sentence_pooling.weights(*self._sentences(*self._find(tokens, lengths)))

    def document_attention(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Return the weight of each word in its text (B, T): its weight in its sentence times its sentence's
        weight, so that they sum to 1 over a text. Raises ValueError without attention.
        """
        tokens, sentences = self._find(tokens, lengths)
        whole = self.sentence_pooling.weights(*self._sentences(tokens, sentences))
        whole = whole[padding_mask(sentences.counts, whole.shape[1])]  # (S,)
        weights = join(self._word_weights(tokens, sentences) * whole.unsqueeze(1), sentences)
        return weights if self.padding == "post" else to_pre(weights, lengths)

    def _find(self, tokens: Tensor, lengths: Tensor) -> tuple[Tensor, Sentences]:
        tokens = tokens if self.padding == "post" else to_post(tokens, lengths)
        return tokens, find(tokens, lengths)

    def _words(self, tokens: Tensor, sentences: Sentences) -> list[tuple[Tensor, Encoded, Tensor]]:
        """Group sentences of similar length: their indices, their encoded words, and the mask of these."""
        vectors = self.embedding(tokens)  # (B, T, E)
        flat = vectors.transpose(0, 1).reshape(-1, vectors.shape[2])  # (T * B, E), no copy
        parts = []
        for chosen in like_lengths(sentences.lengths, PARTS):
            lengths = sentences.lengths[chosen]
            longest = int(lengths[-1])
            index = word_index(sentences, chosen, longest, tokens.shape[1])
            words = flat.index_select(0, index.flatten()).view(longest, len(chosen), -1).transpose(0, 1)
            parts.append((chosen, self.encoder(words, lengths), padding_mask(lengths, longest)))
        return parts

    def _sentences(self, tokens: Tensor, sentences: Sentences) -> tuple[Encoded, Tensor]:
        """Return the encoded sentences of each row, and the mask of these (B, M)."""
        parts = self._words(tokens, sentences)
        vectors = torch.cat([self.pooling(encoded, mask) for _, encoded, mask in parts])  # (S, F), by length
        back = torch.cat([chosen for chosen, _, _ in parts]).argsort()
        rows = by_row(vectors.index_select(0, back), sentences.counts)  # (B, M, F)
        return self.sentence_encoder(rows, sentences.counts), padding_mask(sentences.counts, rows.shape[1])

    def _word_weights(self, tokens: Tensor, sentences: Sentences) -> Tensor:
        """Return the weights of the words (S, W), in the order of the text."""
        parts = self._words(tokens, sentences)
        weights = self.head.weight.new_zeros(len(sentences.lengths), int(sentences.lengths.max()))
        for chosen, encoded, mask in parts:
            weights[chosen, : mask.shape[1]] = self.pooling.weights(encoded, mask).to(weights.dtype)
        return weights

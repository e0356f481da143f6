"""An encoder-decoder: reads a source, and scores the next token of a target at every step.

Shapes: B rows, S source steps, T target steps, V target ids, X extra ids of copied words, N real target
tokens, E features of a token's vector.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rnnlab.model.decoder.base import Decoder
from rnnlab.model.decoder.memory import Decoded, Memory, Read, Step
from rnnlab.model.decoder.pointer import copied_scores
from rnnlab.model.decoder.scheduled_sampling import mixed_inputs
from rnnlab.model.decoder.settings import check_three_way, checked
from rnnlab.model.dropout import LockedDropout
from rnnlab.model.embedding import UNKNOWN_ID, Embedding, Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.layer import State
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import check_reads


class EncoderDecoder(nn.Module):
    """A network from a source and the target so far to scores for the target's next token.

    Args:
        vocab_size, embedding_size: ids of the source, features E of a token's vector on both sides.
        encoder: any that reads vectors of `embedding_size`, in one direction or both.
        decoder: makes a `Decoder` from `memory_size`, `input_size` and `output_size`.
        target_size: target ids V, the two marks among them.
        begin_id, end_id: the marks before and after a target.
        shared: whether source and target ids are the same.
        dropout: probability in [0, 1) to drop a feature of the encoder's outputs and of the output layer's
            input, one mask a sequence.
        embedding_dropout: the same for a token's vector, on both sides.
        word_dropout: probability in [0, 1) to replace a token that is read by the unknown id, on both sides.
        tie_weights: none; target: the output layer's rows are the target's vectors (Press & Wolf 2017); all:
            those of the source too, for a shared vocabulary.
        pretrained: initial vectors of the source; None for random ones.
        type_dropout: probability in [0, 1) to drop a source word from a batch, at all its occurrences.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size; three-way tied weights
            of two vocabularies or of projected vectors.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        decoder: Callable[..., Decoder],
        target_size: int,
        begin_id: int,
        end_id: int,
        shared: bool = False,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
        tie_weights: str = "none",
        pretrained: Pretrained | None = None,
        type_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check_reads("embedding_size", embedding_size, encoder.input_size)
        self.target_size, self.begin_id, self.end_id = checked("target_size", target_size), begin_id, end_id
        tied = checked("tie_weights", tie_weights) != "none"
        if tie_weights == "all":
            projected = None if pretrained is None else pretrained.projection
            check_three_way(vocab_size, target_size, shared, projected)
        dropouts = (embedding_dropout, word_dropout)
        self.embedding = Embedding(vocab_size, embedding_size, *dropouts, pretrained, type_dropout)
        self.own_target_embedding = (
            None if tie_weights == "all" else Embedding(target_size, embedding_size, *dropouts)
        )
        self.encoder = encoder
        self.decoder = decoder(
            memory_size=encoder.output_size,
            input_size=embedding_size,
            output_size=embedding_size if tied else None,
        )
        self.dropout = LockedDropout(dropout)
        self.head = nn.Linear(self.decoder.output_size, target_size)
        if tied:
            self.head.weight = self.target_embedding.vectors.weight
            nn.init.zeros_(self.head.bias)

    @property
    def target_embedding(self) -> Embedding:
        """The target's vectors: those of the source with three-way tied weights."""
        return self.embedding if self.own_target_embedding is None else self.own_target_embedding

    @property
    def attends(self) -> bool:
        """Whether its steps have attention."""
        return self.decoder.attends

    @property
    def coverage(self) -> float:
        """The weight of the coverage loss; 0 without coverage."""
        return self.decoder.coverage

    def inputs_of(self, targets: Tensor) -> Tensor:
        """Map targets (B, T), which end in their mark, to what each step reads: begin, then the targets."""
        begin = targets.new_full((len(targets), 1), self.begin_id)
        return torch.cat((begin, targets[:, :-1]), dim=1)

    def encode(self, sources: Tensor, lengths: Tensor, copies: Tensor | None = None) -> tuple[Memory, State]:
        """Read sources (B, S) with lengths (B,) of 1 to S; return their memory and the decoder's first state.

        Args:
            copies: (B, S), the target ids of the source words, from V on for each row's own words; for a
                pointer decoder.

        Raises:
            ValueError: a pointer decoder without copies.
        """
        encoded = self.encoder(self.embedding(sources), lengths)
        mask = padding_mask(lengths, sources.shape[1])
        copies = copies if self.decoder.copies else None
        if copies is None and self.decoder.copies:
            raise ValueError("decoder=pointer needs copies, the target ids of the source words")
        extra = 0 if copies is None else max(int(copies.max()) + 1 - self.target_size, 0)
        memory = self.decoder.memory(self.dropout(encoded.outputs), mask, copies, extra)
        return memory, self.decoder.start(encoded)

    def step(self, tokens: Tensor, memory: Memory, state: State) -> Step:
        """Score what follows tokens (B,), target ids or extra ones, after `state`, as `Step`."""
        read = self.decoder.loop(self._vectors(tokens.unsqueeze(1)), memory, state)
        assert read.state is not None
        attention = None if read.attention is None else read.attention[:, 0]
        return Step(self.scores(read, memory)[:, 0], attention, read.state)

    def forward(
        self,
        sources: Tensor,
        lengths: Tensor,
        inputs: Tensor,
        copies: Tensor | None = None,
        target_lengths: Tensor | None = None,
        only_real: bool = False,
    ) -> Decoded:
        """Score every token of targets that are known, as `Decoded`.

        Args:
            sources, lengths: (B, S) and (B,).
            inputs: (B, T), see `inputs_of`.
            copies: see `encode`.
            target_lengths: (B,) of 1 to T; None if every row is full.
            only_real: return scores (N, V + X) of the real tokens alone, row by row: the output layer is most
                of the work, and padding costs as much as a token.
        """
        read, memory = self.read(sources, lengths, copies, inputs)
        full = torch.full((len(inputs),), inputs.shape[1], device=inputs.device)
        mask = padding_mask(full if target_lengths is None else target_lengths, inputs.shape[1])
        scores = self.scores(read, memory, mask if only_real else None)
        return Decoded(scores, read.attention, read.coverage_loss(mask))

    def read(
        self, sources: Tensor, lengths: Tensor, copies: Tensor | None, inputs: Tensor
    ) -> tuple[Read, Memory]:
        """Return what the output layer scores of targets that are known; arguments as in `forward`."""
        memory, state = self.encode(sources, lengths, copies)
        return self.decoder.read(self._vectors(inputs), memory, state), memory

    @torch.no_grad()
    def sampled_inputs(
        self,
        sources: Tensor,
        lengths: Tensor,
        inputs: Tensor,
        probability: float,
        copies: Tensor | None = None,
    ) -> Tensor:
        """Replace tokens of inputs (B, T) by the network's own, without gradients; see `mixed_inputs`."""
        return mixed_inputs(self.step, self.encode(sources, lengths, copies), inputs, probability)

    def _vectors(self, tokens: Tensor) -> Tensor:
        known = tokens.masked_fill(tokens >= self.target_size, UNKNOWN_ID) if self.decoder.copies else tokens
        vectors: Tensor = self.target_embedding(known)
        return vectors

    def scores(self, read: Read, memory: Memory, chosen: Tensor | None = None) -> Tensor:
        """Return the scores of all steps (B, T, V + X), or of those chosen by a mask (B, T)."""
        features = self.dropout(read.features)
        features = features if chosen is None else features[chosen]  # (B, T, A) or (N, A)
        logits: Tensor = self.head(features)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        if read.generate is None:
            return logits
        return copied_scores(logits, read, memory, chosen)

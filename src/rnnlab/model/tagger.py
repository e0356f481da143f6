"""The tagger: vectors of words and of their letters, an encoder, and a head that scores tags.

Shapes: B rows, T words, P pieces of words, W letters, K tags, M members of an ensemble.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from rnnlab.model.characters.base import NoLetters
from rnnlab.model.embedding import Embedding, Pretrained
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.allowed import AllowedTags
from rnnlab.model.head.chain import Transitions, best_path, marginals
from rnnlab.model.head.crf import CRF, chain_losses
from rnnlab.model.head.softmax import Softmax
from rnnlab.model.pieces import first_pieces, mean_pieces, spread
from rnnlab.model.settings import check_reads, checked


class Tagger(nn.Module):
    """A network from words to a score of each tag for each word.

    Args:
        vocab_size, embedding_size: ids of the tokenizer, features of its vectors.
        encoder: reads vectors of `embedding_size` and those of letters, concatenated.
        num_tags: K.
        head: makes the `CRF` or `Softmax` from the encoder's output size, K and `allowed`.
        characters: makes `Letters` from the number of letters; None reads no letters.
        num_letters: ids of letters, padding included.
        allowed: which tags may stand first, follow each other and stand last; None allows all.
        subwords: how a word of several pieces is read off the encoder: at its `first` piece or as their
            `mean`.
        dropout: probability in [0, 1) to drop a feature of the encoder's output.
        embedding_dropout: the same for the encoder's input, one mask a sequence.
        word_dropout: probability in [0, 1) to replace a piece by the unknown id; its letters stay.
        type_dropout: probability in [0, 1) to drop a word from a batch, at all its occurrences.
        pretrained: initial word vectors; None for random ones.

    Raises:
        ValueError: an argument outside its range; an encoder of another input size.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        encoder: RecurrentEncoder,
        num_tags: int,
        head: Callable[..., CRF | Softmax],
        characters: Callable[..., nn.Module] = NoLetters,
        num_letters: int = 2,
        allowed: AllowedTags | None = None,
        subwords: str = "first",
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        word_dropout: float = 0.0,
        type_dropout: float = 0.0,
        pretrained: Pretrained | None = None,
    ) -> None:
        super().__init__()
        self.subwords = checked("subwords", subwords)
        dropouts = (embedding_dropout, word_dropout)
        self.embedding = Embedding(vocab_size, embedding_size, *dropouts, pretrained, type_dropout)
        self.characters = characters(num_letters=num_letters)
        self.letter_dropout = nn.Dropout(embedding_dropout)
        self.letter_size = int(cast(Any, self.characters).output_size)
        check_reads(
            "embedding_size and the letters' output_size",
            embedding_size + self.letter_size,
            encoder.input_size,
        )
        self.encoder = encoder
        self.dropout = nn.Dropout(checked("dropout", dropout))
        self.head = head(input_size=encoder.output_size, num_tags=num_tags, allowed=allowed)

    def forward(
        self, tokens: Tensor, lengths: Tensor, letters: Tensor | None = None, pieces: Tensor | None = None
    ) -> Tensor:
        """Return emissions (B, T, K), the score of each tag for each word by itself.

        Args:
            tokens: (B, T) int64, or (B, P) where words have several pieces.
            lengths: (B,) words of each row.
            letters: (B, T, W) int64, right-padded with 0; needed with `characters`.
            pieces: (B, T) int64, pieces of each word, 0 for padding; None where each word is one token.
        """
        emissions: Tensor = self.head(self.dropout(self.encode(tokens, lengths, letters, pieces)))
        return emissions

    def encode(
        self, tokens: Tensor, lengths: Tensor, letters: Tensor | None = None, pieces: Tensor | None = None
    ) -> Tensor:
        """Return the encoder's outputs at each word (B, T, F); see `forward`."""
        steps = lengths if pieces is None else pieces.sum(1)
        outputs: Tensor = self.encoder(self.embed(tokens, letters, pieces), steps).outputs
        if pieces is None:
            return outputs
        return first_pieces(outputs, pieces) if self.subwords == "first" else mean_pieces(outputs, pieces)

    def embed(self, tokens: Tensor, letters: Tensor | None = None, pieces: Tensor | None = None) -> Tensor:
        """Return the encoder's input (B, T or P, E)."""
        vectors: Tensor = self.embedding(tokens)
        if not self.letter_size:
            return vectors
        if letters is None:
            raise ValueError("letters=None, and this network reads the letters of words")
        spelled = self.letter_dropout(self.characters(letters))  # (B, T, letter_size)
        spelled = spelled if pieces is None else spread(spelled, pieces, tokens.shape[1])
        return torch.cat((vectors, spelled), dim=2)

    def transitions(self) -> Transitions:
        """Return the scores of transitions between tags."""
        return self.head.transitions()

    def losses(self, emissions: Tensor, lengths: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log probability (B,) of each row's tags (B, T)."""
        return self.head.losses(emissions, lengths, tags)

    def decode(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return the best allowed tags (B, T), 0 for padding."""
        return best_path(emissions, lengths, self.transitions())

    def marginals(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return the probability of each tag (B, T, K) given that the whole sequence is an allowed one."""
        return marginals(emissions, lengths, self.transitions())


class TaggerEnsemble(nn.Module):
    """Several taggers as one, trained together; it predicts with the mean of their scores.

    In training `forward` returns each member's emissions (M, B, T, K), and `losses` the mean of the members'
    own; in evaluation the mean of the emissions and of the transitions is again a chain: its probabilities
    are the geometric mean of the members', normalised.

    Args:
        members: at least one, all with the same tags and heads.

    Raises:
        ValueError: no members.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        if not members:
            raise ValueError("members=[] must be at least one network")
        self.members = nn.ModuleList(members)

    def forward(
        self, tokens: Tensor, lengths: Tensor, letters: Tensor | None = None, pieces: Tensor | None = None
    ) -> Tensor:
        """Return emissions: (M, B, T, K) in training, (B, T, K) in evaluation; see `Tagger.forward`."""
        found = torch.stack([member(tokens, lengths, letters, pieces) for member in self.members])
        return found if self.training else found.mean(0)

    def transitions(self) -> Transitions:
        """Return the mean of the members' scores of transitions."""
        parts = zip(*(cast(Tagger, member).transitions() for member in self.members), strict=True)
        return Transitions(*(torch.stack(each).mean(0) for each in parts))

    def losses(self, emissions: Tensor, lengths: Tensor, tags: Tensor) -> Tensor:
        """Return losses (B,): the mean of the members' own in training, of the ensemble in evaluation."""
        if emissions.dim() == 4:
            own = [
                cast(Tagger, member).losses(each, lengths, tags)
                for member, each in zip(self.members, emissions, strict=True)
            ]
            return torch.stack(own).mean(0)
        return chain_losses(emissions, lengths, tags, self.transitions())

    def decode(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return the best allowed tags (B, T), 0 for padding."""
        return best_path(emissions, lengths, self.transitions())

    def marginals(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return the probability of each tag (B, T, K); see `Tagger.marginals`."""
        return marginals(emissions, lengths, self.transitions())

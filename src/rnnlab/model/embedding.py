"""Token ids to vectors, with the two dropouts that act on words."""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model import check
from rnnlab.model.dropout import LockedDropout, WordDropout

PAD_ID, UNKNOWN_ID = 0, 1
STANDARD_DEVIATION = 0.1  # vectors of length about 1 at the usual sizes; torch's 1.0 saturates the gates


class Embedding(nn.Module):
    """One trained vector a token; the padding's is zero and stays zero.

    Args:
        vocab_size, embedding_size: number of ids, features of a vector.
        embedding_dropout: probability in [0, 1) of a feature to be dropped, one mask a sequence.
        word_dropout: probability in [0, 1) of a token to be replaced by the unknown id.
    """

    def __init__(
        self, vocab_size: int, embedding_size: int, embedding_dropout: float = 0.0, word_dropout: float = 0.0
    ) -> None:
        super().__init__()
        check.positive("vocab_size", vocab_size)
        check.positive("embedding_size", embedding_size)
        self.words = WordDropout(word_dropout, UNKNOWN_ID, PAD_ID)
        self.vectors = nn.Embedding(vocab_size, embedding_size, padding_idx=PAD_ID)
        self.dropout = LockedDropout(embedding_dropout, "embedding_dropout")
        nn.init.normal_(self.vectors.weight, std=STANDARD_DEVIATION)
        nn.init.zeros_(self.vectors.weight[PAD_ID])

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T) to (B, T, E), laid out step after step as the encoder reads it, so that it need not copy."""
        return self.dropout(self.vectors(self.words(tokens).t()).transpose(0, 1))

"""Words from their letters by a recurrent network in both directions (Lample et al. 2016)."""

from __future__ import annotations

from torch import Tensor

from rnnlab.model.characters.base import Letters
from rnnlab.model.encoder import RecurrentEncoder


class LetterLSTM(Letters):
    """The last states of two LSTMs, one from each end of the word.

    Args:
        num_letters, letter_size, dropout: see `Letters`.
        output_size: features of a word, an even number: half of them from each direction.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(self, num_letters: int, letter_size: int, output_size: int, dropout: float = 0.0) -> None:
        super().__init__(num_letters, letter_size, output_size, dropout)
        if output_size % 2:
            raise ValueError(f"output_size={output_size} must be even: half of it from each direction")
        self.encoder = RecurrentEncoder("lstm", letter_size, output_size // 2, bidirectional=True)

    def read(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map (N, W, C) and (N,) to (N, output_size)."""
        final: Tensor = self.encoder(vectors, lengths).final
        return final

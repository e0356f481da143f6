"""Words from their letters by a convolution and a maximum over the word (Ma & Hovy 2016)."""

from __future__ import annotations

from torch import Tensor, nn

from rnnlab.model.characters.base import Letters
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import checked


class LetterCNN(Letters):
    """Filters over `width` neighbouring letters, and the greatest value of each in the word.

    Args:
        num_letters, letter_size, dropout: see `Letters`.
        output_size: number of filters, features of a word.
        width: letters that a filter sees, an odd number; the word's ends are padded with zeros.

    Raises:
        ValueError: an argument outside its range.
    """

    def __init__(
        self, num_letters: int, letter_size: int, output_size: int, dropout: float = 0.0, width: int = 3
    ) -> None:
        super().__init__(num_letters, letter_size, output_size, dropout)
        if checked("width", width) % 2 == 0:
            raise ValueError(f"width={width} must be odd: as many letters on each side")
        self.filters = nn.Conv1d(letter_size, output_size, width, padding=width // 2)

    def read(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Map (N, W, C) and (N,) to (N, output_size)."""
        found = self.filters(vectors.transpose(1, 2)).relu()  # (N, F, W), 0 at least
        real = padding_mask(lengths, vectors.shape[1]).unsqueeze(1)
        highest: Tensor = (found * real).amax(2)
        return highest

"""Words of several pieces."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.model.pieces import first_pieces, mean_pieces, spread, word_of_piece

SIZES = torch.tensor([[1, 3, 2], [2, 1, 0]])


def test_pieces_know_their_words():
    assert word_of_piece(SIZES, 6)[0].tolist() == [0, 1, 1, 1, 2, 2]
    assert word_of_piece(SIZES, 6)[1, :3].tolist() == [0, 0, 1]


def test_a_word_is_its_first_piece_or_their_mean():
    pieces = torch.arange(12.0).view(2, 6, 1)
    assert first_pieces(pieces, SIZES).squeeze(2).tolist() == [[0, 1, 4], [6, 8, 0]]
    assert mean_pieces(pieces, SIZES).squeeze(2).tolist() == [[0, 2, 4.5], [6.5, 8, 0]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=5), min_size=1, max_size=4))
def test_what_is_spread_to_pieces_comes_back(rows):
    words, pieces = max(map(len, rows)), max(map(sum, rows))
    sizes = torch.tensor([row + [0] * (words - len(row)) for row in rows])
    vectors = torch.randn(len(rows), words, 2) * (sizes > 0).unsqueeze(2)
    wide = spread(vectors, sizes, pieces)
    torch.testing.assert_close(first_pieces(wide, sizes), vectors)
    torch.testing.assert_close(mean_pieces(wide, sizes), vectors)

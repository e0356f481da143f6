"""Which words count, and which tokens stand around a place."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.kinds.classification.pretraining.targets import regions, targets_of


def test_the_most_frequent_words_are_predicted_and_frequent_ones_count_less():
    counts = np.array([50, 40, 64, 1, 16, 0])  # padding, unknown, then words: shares of 171
    found = targets_of(counts, words=2, sample=16 / 171 / 4)
    assert found.weights.tolist() == pytest.approx([0, 0, 0.25, 0, 0.5, 0])
    assert found.classes[[2, 4]].tolist() == [0, 1]
    assert found.prior.exp().tolist() == pytest.approx([16 / 24, 8 / 24])  # of 64 * 0.25 and 16 * 0.5


def test_no_sample_lets_every_occurrence_count_and_unseen_words_are_not_predicted():
    found = targets_of(np.array([9, 9, 2, 0, 6]), words=10, sample=0)
    assert found.weights.tolist() == [0, 0, 1, 0, 1]
    assert found.prior.tolist() == pytest.approx([math.log(0.75), math.log(0.25)])


def test_regions_by_hand():
    text = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 8, 0, 0]])
    behind, before = regions(text, torch.tensor([0, 2]), 2)
    assert behind.tolist() == [[[2, 3], [4, 5]], [[7, 8], [0, 0]]]
    assert before.tolist() == [[[0, 0], [1, 2]], [[0, 0], [6, 7]]]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 15), st.data())
def test_a_region_is_the_slice_of_the_text_filled_up_with_padding(text, size, data):
    place = data.draw(st.integers(0, len(text) - 1))
    behind, before = regions(torch.tensor([text]), torch.tensor([place]), size)
    after = text[place + 1 : place + 1 + size]
    ahead = text[max(0, place - size) : place]
    assert behind[0, 0].tolist() == after + [0] * (size - len(after))
    assert before[0, 0].tolist() == [0] * (size - len(ahead)) + ahead

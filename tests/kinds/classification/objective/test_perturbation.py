from __future__ import annotations

import pytest
import torch

from rnnlab.kinds.classification.objective.perturbation import deviation, real_steps, unit

LENGTHS = torch.tensor([3, 1])


def test_a_direction_has_length_one_over_all_words_of_a_text():
    direction = torch.tensor([[[3.0, 0.0], [0.0, 4.0]], [[0.0, 0.0], [0.0, -2.0]]])
    by_hand = torch.tensor([[[0.6, 0.0], [0.0, 0.8]], [[0.0, 0.0], [0.0, -1.0]]])
    torch.testing.assert_close(unit(direction), by_hand)
    torch.testing.assert_close(unit(direction.expand(5, 2, 2, 2)), by_hand.expand(5, 2, 2, 2))


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1.0, 1e30])
def test_the_length_is_one_however_small_a_gradient_is(size):
    direction = torch.randn(4, 6, 3, generator=torch.Generator().manual_seed(0)) * size
    torch.testing.assert_close(unit(direction).norm(dim=(1, 2)), torch.ones(4))


def test_a_direction_of_zero_stays_zero():
    assert not unit(torch.zeros(2, 3, 4)).any()


def test_real_steps_are_those_below_a_length():
    assert real_steps(LENGTHS, 3).squeeze(-1).tolist() == [[True, True, True], [True, False, False]]


def test_the_deviation_counts_each_word_as_often_as_it_comes():
    vectors = torch.tensor([[[1.0, 5.0], [3.0, 5.0], [3.0, 5.0]], [[5.0, 5.0], [0.0, 0.0], [0.0, 0.0]]])
    words = torch.tensor([1.0, 3.0, 3.0, 5.0])
    expected = torch.tensor([words.std(correction=0).item(), 1e-3]).view(1, 1, 2)
    torch.testing.assert_close(deviation(vectors, LENGTHS), expected, rtol=1e-5, atol=1e-6)
    members = deviation(torch.stack((vectors, 2 * vectors)), LENGTHS)
    assert members.shape == (2, 1, 1, 2)
    torch.testing.assert_close(members[1, ..., 0], 2 * expected[..., 0])


def test_the_deviation_is_of_the_vectors_type_and_gives_no_gradient():
    vectors = torch.randn(2, 3, 2, dtype=torch.bfloat16, requires_grad=True)
    found = deviation(vectors, LENGTHS)
    assert found.dtype == torch.bfloat16
    assert not found.requires_grad

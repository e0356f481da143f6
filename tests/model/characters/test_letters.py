"""Vectors of words from their letters."""

from __future__ import annotations

import pytest
import torch

from rnnlab.model.characters.base import NoLetters, distinct_rows
from rnnlab.model.characters.cnn import LetterCNN
from rnnlab.model.characters.lstm import LetterLSTM

MAKERS = [LetterLSTM, LetterCNN]
WORDS = torch.tensor([[[2, 3, 4, 0], [5, 0, 0, 0]], [[5, 0, 0, 0], [0, 0, 0, 0]]])  # (B, T, W)


@pytest.mark.parametrize("make", MAKERS)
def test_a_word_has_one_vector_wherever_it_stands_and_padding_has_none(make):
    torch.manual_seed(0)
    letters = make(6, 3, 4).eval()
    found = letters(WORDS)
    assert found.shape == (2, 2, 4)
    assert torch.equal(found[0, 1], found[1, 0])
    assert not found[1, 1].any()
    assert found[0, 0].any()
    wider = torch.nn.functional.pad(WORDS, (0, 3))
    torch.testing.assert_close(letters(wider), found)


@pytest.mark.parametrize("make", MAKERS)
def test_each_weight_gets_a_gradient_and_padding_stays_zero(make):
    torch.manual_seed(0)
    letters = make(6, 3, 4)
    (letters(WORDS) * torch.randn(2, 2, 4)).sum().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in letters.parameters())
    assert not letters.vectors.weight.grad[0].any()


def test_a_filter_sees_its_neighbours_and_the_order():
    torch.manual_seed(0)
    for make in MAKERS:
        letters = make(6, 3, 8).eval()
        one, other = letters(torch.tensor([[[2, 3, 4]]])), letters(torch.tensor([[[4, 3, 2]]]))
        assert not torch.allclose(one, other)


def test_the_convolution_is_torchs_with_the_greatest_value_of_each_filter():
    torch.manual_seed(0)
    letters = LetterCNN(6, 3, 4).eval()
    vectors = letters.vectors(torch.tensor([2, 3, 4]))  # (W, C)
    padded = torch.cat((torch.zeros(1, 3), vectors, torch.zeros(1, 3)))
    weight, bias = letters.filters.weight, letters.filters.bias
    windows = torch.stack([(weight * padded[start : start + 3].t()).sum((1, 2)) + bias for start in range(3)])
    torch.testing.assert_close(letters(WORDS[:1])[0, 0], windows.relu().amax(0))


def test_no_letters_have_no_size():
    assert NoLetters(9).output_size == 0
    assert not list(NoLetters(9).parameters())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LetterLSTM(6, 3, 5), "output_size=5 must be even: half of it from each direction"),
        (lambda: LetterCNN(6, 3, 5, width=2), "width=2 must be odd: as many letters on each side"),
        (lambda: LetterCNN(6, 0, 5), "letter_size=0 must be a whole number >= 1"),
        (lambda: LetterCNN(6, 3, 5, dropout=1.0), "dropout=1.0 must be a number >= 0 and < 1"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("size", "width"), [(3, 2), (100, 40), (2**40, 3), (2**31, 1)])
def test_distinct_rows_are_those_of_torch_in_their_order(size, width):
    generator = torch.Generator().manual_seed(0)
    few = torch.randint(size, (20, width), generator=generator)
    rows = few[torch.randint(20, (300,), generator=generator)]
    rows[::7, -1] = size - 1  # some that differ in a column alone
    distinct, places = distinct_rows(rows, size)
    expected, back = torch.unique(rows, dim=0, return_inverse=True)
    assert torch.equal(distinct, expected)
    assert torch.equal(places, back)


def test_distinct_rows_take_no_call_for_each_row():
    rows = torch.randint(90, (400, 12), generator=torch.Generator().manual_seed(0))
    counts = []
    for run in (lambda: distinct_rows(rows, 90), lambda: torch.unique(rows, dim=0, return_inverse=True)):
        with torch.profiler.profile() as profile:
            run()
        counts.append(sum(event.count for event in profile.key_averages()))
    assert counts[0] < 150 < 1000 < counts[1]

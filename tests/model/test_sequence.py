from __future__ import annotations

import torch

from rnnlab.model.sequence import flip, flip_index, last_step, padding_mask, to_post, to_pre

LENGTHS = torch.tensor([2, 3, 1])


def rows() -> torch.Tensor:
    tokens = torch.tensor([[1, 2, 0], [3, 4, 5], [6, 0, 0]])
    return tokens.t().unsqueeze(-1).float()  # (T, B, 1)


def test_mask_is_true_where_a_token_is_real():
    assert padding_mask(LENGTHS, 3).tolist() == [[True, True, False], [True] * 3, [True, False, False]]


def test_flip_reverses_the_valid_part_leaves_padding_and_undoes_itself():
    index = flip_index(LENGTHS, 3)
    flipped = flip(rows(), index)
    assert flipped.squeeze(-1).t().tolist() == [[2, 1, 0], [5, 4, 3], [6, 0, 0]]
    assert torch.equal(flip(flipped, index), rows())


def test_last_step_is_each_rows_own():
    assert last_step(rows(), LENGTHS).flatten().tolist() == [2, 5, 6]
    assert last_step(rows(), None).flatten().tolist() == [0, 5, 0]


def test_left_and_right_padding_turn_into_each_other():
    right = torch.tensor([[1, 2, 0], [3, 4, 5], [6, 0, 0]])
    left = torch.tensor([[0, 1, 2], [3, 4, 5], [0, 0, 6]])
    assert torch.equal(to_pre(right, LENGTHS), left)
    assert torch.equal(to_post(left, LENGTHS), right)
    assert to_pre(torch.rand(3, 3), LENGTHS).dtype == torch.float32


def test_the_gradient_of_a_flip_is_flipped_and_has_one_itself():
    lengths = torch.tensor([4, 1, 3])
    index, weight = flip_index(lengths, 5), torch.rand(5, 3, 2, dtype=torch.double)
    steps = torch.rand(5, 3, 2, dtype=torch.double, requires_grad=True)
    found = []
    for run in (flip, lambda x, i: x.reshape(-1, 2).index_select(0, i).view(x.shape)):
        with torch.profiler.profile() as profile:
            (gradient,) = torch.autograd.grad((run(steps, index) * weight).sum(), steps)
        found.append((gradient, {event.key for event in profile.key_averages()}))
    assert torch.equal(found[0][0], found[1][0])
    assert "aten::index_add_" not in found[0][1]
    assert "aten::index_add_" in found[1][1]
    assert torch.autograd.gradgradcheck(lambda x: flip(x * x, index), (steps,))
    with torch.no_grad():
        assert flip(steps, index).grad_fn is None

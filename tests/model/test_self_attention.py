from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model.self_attention import SelfAttention
from rnnlab.model.sequence import padding_mask

LENGTHS = torch.tensor([4, 7, 1])
NUM_STEPS, SIZE, HEADS = 7, 6, 2
MASK = padding_mask(LENGTHS, NUM_STEPS)


def make(dropout: float = 0.0) -> SelfAttention:
    torch.manual_seed(0)
    attention = SelfAttention(SIZE, HEADS, dropout).double()
    for name, parameter in attention.named_parameters():
        if "weight" not in name or "norm" in name:
            nn.init.normal_(parameter)
    return attention


def outputs(padding: float = 0.0) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    steps = torch.randn(len(LENGTHS), NUM_STEPS, SIZE, dtype=torch.double, generator=generator)
    return steps.masked_fill(~MASK.unsqueeze(-1), padding)


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


def by_hand(attention: SelfAttention, row: Tensor) -> tuple[Tensor, Tensor]:
    """Vaswani et al. (2017), section 3.2, one row (T, F) and one head at a time."""
    stacked = row @ attention.queries_keys_values.weight.T + attention.queries_keys_values.bias
    heads, all_weights = [], []
    for parts in zip(*(part.split(SIZE // HEADS, dim=1) for part in stacked.chunk(3, dim=1)), strict=True):
        query, key, value = parts
        weights = (query @ key.T / (SIZE // HEADS) ** 0.5).softmax(dim=1)
        heads.append(weights @ value)
        all_weights.append(weights)
    added = torch.cat(heads, dim=1) @ attention.join.weight.T + attention.join.bias
    summed = row + added
    centred = summed - summed.mean(dim=1, keepdim=True)
    normal = centred / (centred.square().mean(dim=1, keepdim=True) + attention.norm.eps).sqrt()
    return normal * attention.norm.weight + attention.norm.bias, torch.stack(all_weights)


def test_outputs_and_weights_are_those_of_the_paper_over_the_real_steps_alone():
    attention = make()
    attended, weights = attention(outputs(), LENGTHS).outputs, attention.weights(outputs(), LENGTHS)
    assert weights.shape == (len(LENGTHS), HEADS, NUM_STEPS, NUM_STEPS)
    for row, length in enumerate(LENGTHS.tolist()):
        expected, expected_weights = by_hand(attention, outputs()[row, :length])
        close(attended[row, :length], expected)
        close(weights[row, :, :length, :length], expected_weights)


def test_full_rows_need_no_lengths():
    attention, full = make(), torch.full((len(LENGTHS),), NUM_STEPS)
    close(attention(outputs(1.0)).outputs, attention(outputs(1.0), full).outputs)
    close(attention.weights(outputs(1.0)), attention.weights(outputs(1.0), full))


def test_weights_sum_to_one_over_real_steps_and_are_zero_on_padding():
    weights = make().weights(outputs(1e3), LENGTHS)
    close(weights.sum(dim=-1), torch.ones(len(LENGTHS), HEADS, NUM_STEPS, dtype=torch.double))
    assert not weights.masked_select(~MASK[:, None, None]).any()


def test_padding_changes_no_value_and_no_gradient_and_comes_out_as_zero():
    attention, results = make(), []
    for padding in (0.0, 1e3):
        attention.zero_grad()
        given = outputs(padding).requires_grad_()
        attended = attention(given, LENGTHS).outputs
        attended.square().sum().backward()
        assert not attended[~MASK].any()
        assert not given.grad[~MASK].any()
        results.append([attended, given.grad, *(p.grad.clone() for p in attention.parameters())])
    for one, other in zip(*results, strict=True):
        close(one, other)


def test_dropout_acts_on_what_is_added_in_training_alone():
    attention = make(dropout=0.5)
    assert not torch.equal(attention(outputs()).outputs, attention(outputs()).outputs)
    close(attention.eval()(outputs()).outputs, make()(outputs()).outputs)
    almost_all = make(dropout=1 - 1e-12).train()
    close(almost_all(outputs(1.0)).outputs, almost_all.norm(outputs(1.0)))


def test_it_has_no_state_and_takes_none():
    attention = make()
    assert attention.initial_state(3) == attention(outputs()).state == attention.state_shapes == ()
    attention(outputs(), LENGTHS, ())
    with pytest.raises(ValueError, match="self-attention takes no state: each step attends"):
        attention(outputs(), LENGTHS, (torch.zeros(1, 3, SIZE),))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((6, 4), "num_heads=4 must divide the 6 features of a step"),
        ((6, 0), "num_heads=0 must be a whole number >= 1"),
        ((0, 1), "size=0 must be a whole number >= 1"),
        ((6, 2, 1.0), "attention_dropout=1.0 must be a number >= 0 and < 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        SelfAttention(*arguments)

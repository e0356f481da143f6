from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from rnnlab.model import causal_attention
from rnnlab.model.causal_attention import CausalAttention
from rnnlab.model.sequence import padding_mask

LENGTHS = torch.tensor([4, 9, 1])
NUM_STEPS, SIZE = 9, 6
MEMORIES = [1, 3, 20]  # shorter and longer than the batch


def make(memory: int = 3, dropout: float = 0.0) -> CausalAttention:
    torch.manual_seed(0)
    attention = CausalAttention(SIZE, memory, dropout).double()
    for name, parameter in attention.named_parameters():
        if name != "query.weight":
            nn.init.normal_(parameter)
    return attention


def outputs(seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(len(LENGTHS), NUM_STEPS, SIZE, dtype=torch.double, generator=generator)


def close(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


def by_hand(attention: CausalAttention, row: Tensor, memory: int) -> tuple[Tensor, Tensor]:
    """Merity (2019), figure 2, step by step over one row (T, F) from an empty memory: outputs, and weights of
    the steps (T, T).
    """
    steps, remembered = attention.step_norm(row), attention.memory_norm(row)
    attended, weights = [], torch.zeros(len(row), len(row), dtype=row.dtype)
    for t, step in enumerate(steps):
        query = attention.query_norm(attention.query.weight @ step + attention.query.bias)
        query = torch.sigmoid(attention.query_scale) * query
        seen = remembered[max(0, t - memory) : t + 1]
        focus = ((torch.sigmoid(attention.key_scale) * seen) @ query / SIZE**0.5).softmax(dim=0)
        attended.append(step + focus @ (torch.sigmoid(attention.value_scale) * seen))
        weights[t, max(0, t - memory) : t + 1] = focus
    return torch.stack(attended), weights


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("block", [1, 4, 128])
def test_outputs_and_weights_are_those_of_the_paper(memory, block, monkeypatch):
    monkeypatch.setattr(causal_attention, "BLOCK", block)
    attention = make(memory)
    attended, weights = attention(outputs()).outputs, attention.weights(outputs())
    assert weights.shape == (len(LENGTHS), NUM_STEPS, memory + NUM_STEPS)
    for row in range(len(LENGTHS)):
        expected, expected_weights = by_hand(attention, outputs()[row], memory)
        close(attended[row], expected)
        close(weights[row, :, memory:], expected_weights)
        assert not weights[row, :, :memory].any()


def test_weights_sum_to_one_over_what_a_step_may_see():
    attention = make(memory=3)
    state = attention(outputs(), LENGTHS).state
    weights = attention.weights(outputs(seed=2), None, state)
    close(weights.sum(dim=-1), torch.ones(len(LENGTHS), NUM_STEPS, dtype=torch.double))
    key = torch.arange(3 + NUM_STEPS)
    for t in range(NUM_STEPS):
        assert not weights[:, t, (key < t) | (key > t + 3)].any()  # too old, or in the future
    assert weights[2, 0].nonzero().flatten().tolist() == [2, 3]  # of a row that had one step: it and the next


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("cuts", [(4,), (1, 2, 8), (3, 6)])
def test_chunks_with_their_state_equal_the_whole(memory, cuts):
    attention = make(memory)
    whole, state, parts = attention(outputs()), attention.initial_state(len(LENGTHS)), []
    for chunk in outputs().tensor_split(cuts, dim=1):
        chunk_weights = attention.weights(chunk, None, state)
        attended, state, *_ = attention(chunk, None, state)
        parts.append(attended)
        assert chunk_weights.shape[2] == memory + chunk.shape[1]
    close(whole.outputs, torch.cat(parts, dim=1))
    for one, other in zip(whole.state, state, strict=True):
        close(one, other)


def test_the_state_has_batch_in_its_second_dimension_and_says_what_is_there():
    attention = make(memory=3)
    remembered, there = attention(outputs(), LENGTHS).state
    assert attention.state_shapes == ((3, SIZE), (3, 1))
    assert [part.shape for part in attention.initial_state(2)] == [(3, 2, SIZE), (3, 2, 1)]
    assert there.squeeze(2).t().tolist() == [[1, 1, 1], [1, 1, 1], [0, 0, 1]]
    close(remembered[:, 0], attention.memory_norm(outputs()[0, 1:4]))
    close(remembered[2, 2], attention.memory_norm(outputs()[2, 0]))


@pytest.mark.parametrize("memory", MEMORIES)
def test_a_lane_multiplied_by_zero_starts_afresh(memory):
    attention = make(memory)
    keep = torch.tensor([[1.0], [0.0], [1.0]], dtype=torch.double)
    state = tuple(part * keep for part in attention(outputs(), LENGTHS).state)
    attended = attention(outputs(seed=2), None, state).outputs
    close(attended[1], attention(outputs(seed=2)).outputs[1])
    assert (attended[0] - attention(outputs(seed=2)).outputs[0]).abs().max() > 1e-3


@pytest.mark.parametrize("memory", MEMORIES)
def test_a_row_in_a_padded_batch_equals_the_row_alone(memory):
    attention = make(memory)
    before = attention(outputs(seed=2), torch.tensor([2, 5, 9])).state
    padded = outputs().masked_fill(~padding_mask(LENGTHS, NUM_STEPS).unsqueeze(-1), 1e6)
    together = attention(padded, LENGTHS, before)
    for row, length in enumerate(LENGTHS.tolist()):
        own = tuple(part[:, row : row + 1] for part in before)
        alone = attention(padded[row : row + 1, :length], None, own)
        close(together.outputs[row, :length], alone.outputs[0])
        assert not together.outputs[row, length:].any()
        for one, other in zip(together.state, alone.state, strict=True):
            close(one[:, row], other[:, 0])


def test_padding_gets_no_gradient():
    attention, given = make(), outputs().requires_grad_()
    attended, state = attention(given, LENGTHS)
    (attended.square().sum() + state[0].square().sum()).backward()
    mask = padding_mask(LENGTHS, NUM_STEPS)
    assert not given.grad[~mask].any()
    assert given.grad[mask].any(dim=-1).all()


def test_no_step_sees_the_future():
    attention, changed = make(), outputs()
    changed[:, 5:] = outputs(seed=2)[:, 5:]
    before, after = attention(outputs()).outputs, attention(changed).outputs
    close(before[:, :5], after[:, :5])
    assert not torch.equal(before[:, 5:], after[:, 5:])


def test_gradients_are_right():
    attention = make(memory=2)
    state = attention(outputs()).state
    given = outputs()[:, :3].requires_grad_()
    memory = state[0].detach().requires_grad_()
    assert torch.autograd.gradcheck(
        lambda steps, part: attention(steps, None, (part, state[1])).outputs, (given, memory)
    )


def test_dropout_acts_on_what_is_added_in_training_alone():
    attention = make(dropout=0.5)
    assert not torch.equal(attention(outputs()).outputs, attention(outputs()).outputs)
    close(attention.eval()(outputs()).outputs, make()(outputs()).outputs)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((6, 0), "memory=0 must be a whole number >= 1"),
        ((0, 1), "size=0 must be a whole number >= 1"),
        ((6, 2, -0.1), "attention_dropout=-0.1 must be a number >= 0 and < 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        CausalAttention(*arguments)

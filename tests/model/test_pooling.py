from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rnnlab.model.attention import AdditiveAttention, DotAttention
from rnnlab.model.encoder import Encoded
from rnnlab.model.pooling import Pooling
from rnnlab.model.sequence import padding_mask
from rnnlab.model.settings import POOLINGS

LENGTHS = torch.tensor([2, 4, 1])
MASK = padding_mask(LENGTHS, 4)


def encoded(padding: float = 0.0) -> Encoded:
    torch.manual_seed(0)
    outputs = (torch.randn(3, 4, 5) - 2).masked_fill(~MASK.unsqueeze(-1), padding)  # mostly negative
    outputs.requires_grad_()
    return Encoded(outputs, outputs[torch.arange(3), LENGTHS - 1], None)


def by_hand(name: str, row: Tensor) -> Tensor:
    """(length, F), the real steps alone, to (F,)."""
    return {"last": row[-1], "mean": row.mean(dim=0), "max": row.amax(dim=0)}[name]


@pytest.mark.parametrize("name", [name for name in POOLINGS if "attention" not in name])
def test_pooling_equals_the_same_over_the_real_steps_alone(name):
    pooled = Pooling(name, 5)(encoded(), MASK)
    for row, length in enumerate(LENGTHS.tolist()):
        real = encoded().outputs[row, :length]
        expected = torch.cat([by_hand(part, real) for part in name.split("_")])
        torch.testing.assert_close(pooled[row], expected)


@pytest.mark.parametrize("name", POOLINGS)
def test_pooling_ignores_padding_in_value_and_gradient(name):
    pooling = Pooling(name, 5)
    results = []
    for padding in (0.0, 1e4):
        given = encoded(padding)
        pooled = pooling(given, MASK)
        assert pooled.shape == (3, pooling.output_size)
        pooled.square().sum().backward()
        assert given.outputs.grad[MASK].any()
        assert not given.outputs.grad[~MASK].any()
        results.append(pooled)
    torch.testing.assert_close(results[0], results[1])


@pytest.mark.parametrize("name", [name for name in POOLINGS if "attention" in name])
def test_attention_weights_sum_to_one_over_real_steps_and_are_zero_on_padding(name):
    weights = Pooling(name, 5).weights(encoded(1e4), MASK)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3))
    assert (weights[~MASK] == 0).all()
    assert (weights[MASK] > 0).all()
    assert weights[2].tolist() == [1, 0, 0, 0]


def test_attention_is_the_papers_equation():
    attention = AdditiveAttention(5)
    outputs = encoded().outputs
    context, weights = attention(outputs, MASK)
    row = outputs[0, :2]
    score = torch.tanh(row @ attention.project.weight.T + attention.project.bias) @ attention.query.weight[0]
    torch.testing.assert_close(weights[0, :2], score.softmax(dim=0))
    torch.testing.assert_close(context[0], score.softmax(dim=0) @ row)


def test_dot_attention_is_the_papers_equation():
    attention = DotAttention(5).double()
    outputs = encoded().outputs.double()
    context, weights = attention(outputs, MASK)
    row = outputs[0, :2]
    score = row @ attention.query.weight[0] / 5**0.5
    torch.testing.assert_close(weights[0, :2], score.softmax(dim=0), rtol=0, atol=1e-9)
    torch.testing.assert_close(context[0], score.softmax(dim=0) @ row, rtol=0, atol=1e-9)


def test_attention_joined_to_other_parts_is_the_one_that_stands_alone():
    torch.manual_seed(0)
    joined, alone = Pooling("max_mean_attention", 5), Pooling("attention", 5)
    alone.load_state_dict(joined.state_dict())
    pooled = joined(encoded(), MASK)
    torch.testing.assert_close(pooled[:, :10], Pooling("max_mean", 5)(encoded(), MASK))
    torch.testing.assert_close(pooled[:, 10:], alone(encoded(), MASK))


def test_attention_finds_what_its_query_asks_for():
    attention = AdditiveAttention(5)
    with torch.no_grad():
        attention.project.weight.copy_(torch.eye(5) * 10)
        attention.query.weight.copy_(torch.tensor([[50.0, 0, 0, 0, 0]]))
    outputs = torch.full((1, 4, 5), -1.0)
    outputs[0, 2, 0] = 1
    assert attention(outputs, MASK[1:2])[1][0, 2] > 0.999


def test_size_of_a_joined_pooling_and_its_order():
    assert Pooling("last_mean_max", 5).output_size == 15
    pooled = Pooling("max_mean", 5)(encoded(), MASK)
    assert (pooled[:, :5] >= pooled[:, 5:] - 1e-6).all()


def test_unknown_names_and_poolings_without_weights_are_named():
    with pytest.raises(ValueError, match="pooling=median must be one of last, mean, max, attention"):
        Pooling("median", 5)
    with pytest.raises(ValueError, match="pooling=last_mean_max has no attention to look at"):
        Pooling("last_mean_max", 5).weights(encoded(), MASK)

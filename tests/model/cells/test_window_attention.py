"""Attention over a window as a cell: against a loop, and what it may see."""

import math

import pytest
import torch

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.window_attention import BASE, WindowAttention, rotated


def by_hand(layer: WindowAttention, inputs: torch.Tensor) -> torch.Tensor:
    """Outputs (T, H) of one row (T, I), head by head and step by step."""
    read = inputs @ layer.weight_ih.T + layer.bias_ih
    size, pairs = layer.hidden_size // layer.heads, layer.hidden_size // layer.heads // 2
    found = torch.zeros(len(inputs), layer.hidden_size, dtype=inputs.dtype)
    for head in range(layer.heads):
        query, key, value = (part[:, head * size : (head + 1) * size] for part in read.chunk(3, -1))
        for step in range(len(inputs)):
            seen = range(max(0, step - layer.window + 1), step + 1)
            scores = []
            for other in seen:
                total = 0.0
                for pair in range(pairs):
                    angle = (step - other) * BASE ** (-pair / pairs)
                    a, b = query[step, pair], query[step, pairs + pair]
                    c, d = key[other, pair], key[other, pairs + pair]
                    total += (a * c + b * d) * math.cos(angle) + (a * d - b * c) * math.sin(angle)
                if size % 2:
                    total += query[step, -1] * key[other, -1]
                scores.append(total / math.sqrt(size))
            weights = torch.stack(scores).softmax(0)
            found[step, head * size : (head + 1) * size] = weights @ value[list(seen)]
    return found


@pytest.mark.parametrize(("units", "window"), [(8, 3), (6, 50)], ids=["short-window", "odd-heads"])
def test_equals_a_loop_over_heads_and_steps(units, window):
    torch.manual_seed(0)
    layer = WindowAttention(5, units, CellOptions(heads=2, attention_window=window)).double()
    inputs = torch.randn(9, 1, 5, dtype=torch.double)
    torch.testing.assert_close(layer(inputs).outputs[:, 0], by_hand(layer, inputs[:, 0]))


def test_a_step_before_the_window_is_not_seen():
    layer = WindowAttention(5, 4, CellOptions(attention_window=3)).double()
    inputs = torch.randn(6, 1, 5, dtype=torch.double, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(inputs).outputs[-1].sum(), inputs)
    assert (gradient[:3] == 0).all()
    assert gradient[3:].any(2).all()


def test_products_of_rotated_vectors_depend_on_their_distance_alone():
    vectors = torch.randn(1, 1, 1, 6, dtype=torch.double).expand(1, 1, 4, 6)
    here, later = (rotated(vectors, torch.arange(4) + start) for start in (0, 100))
    torch.testing.assert_close(here @ here.mT, later @ later.mT)

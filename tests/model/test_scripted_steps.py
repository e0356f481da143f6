"""The loop that is compiled for each cell."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from rnnlab.model.scripted_steps import python_loop, scripted_loop


class Weights(NamedTuple):
    """Of each kind that a cell may need: TorchScript has to find their types behind a deferred annotation."""

    times: int
    rates: list[Tensor]
    offset: Tensor | None
    doubled: bool


def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Weights) -> list[Tensor]:
    new, offset = h + x * weights.times, weights.offset
    for rate in weights.rates:
        new = new * rate
    if offset is not None:
        new = new + offset
    return [2 * new if weights.doubled else new, state[1] + state[0]]


def run(loop: object, weights: Weights, **optional: Tensor) -> list[list[float]]:
    kept = [optional.get(name) for name in ("mask", "keep_hidden", "keep_cell")]
    state = [torch.zeros(1, 1), torch.ones(1, 1)]
    parts = loop(torch.tensor([1.0, 10.0, 100.0]).view(3, 1, 1), state, weights, *kept)
    return [part.flatten().tolist() for part in parts]


@pytest.mark.parametrize("make", [python_loop, scripted_loop])
def test_a_loop_takes_the_step_of_a_cell_and_whatever_weights_it_has(make):
    loop = make(step)
    assert run(loop, Weights(1, [], None, False)) == [[1, 11, 111], [1, 2, 13]]
    assert run(loop, Weights(2, [torch.tensor(0.5)], torch.tensor(3.0), True)) == [[8, 34, 240], [1, 9, 43]]


@pytest.mark.parametrize("make", [python_loop, scripted_loop])
def test_a_mask_acts_on_what_the_step_reads_and_zoneout_on_what_it_gives(make):
    weights, loop = Weights(1, [], None, False), make(step)
    assert run(loop, weights, mask=torch.zeros(1, 1)) == [[1, 10, 100], [1, 2, 12]]
    keep = torch.tensor([0.0, 1.0, 0.0]).view(3, 1, 1)
    assert run(loop, weights, keep_hidden=keep) == [[1, 1, 101], [1, 2, 3]]
    assert run(loop, weights, keep_cell=keep) == [[1, 11, 111], [1, 1, 12]]


def test_a_step_is_compiled_once_and_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert scripted_loop(step) is scripted_loop(step)
        assert run(scripted_loop(step), Weights(1, [], None, False))


def test_the_optimizer_of_others_is_left_as_it_was():
    before = torch._C._get_graph_executor_optimize()
    run(scripted_loop(step), Weights(1, [], None, False))
    assert torch._C._get_graph_executor_optimize() == before

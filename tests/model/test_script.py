"""Compiled functions of loops."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from rnnlab.model.script import scripted


def doubled(values: Tensor, times: int, offset: Tensor | None) -> Tensor:
    for _ in range(times):
        values = 2 * values
    return values if offset is None else values + offset


def test_a_function_is_compiled_once_and_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert scripted(doubled) is scripted(doubled)
        assert scripted(doubled)(torch.ones(2), 3, None).tolist() == [8, 8]
        assert scripted(doubled)(torch.ones(2), 1, torch.ones(2)).tolist() == [3, 3]


def test_the_optimizer_of_others_is_left_as_it_was():
    before = torch._C._get_graph_executor_optimize()
    scripted(doubled)(torch.ones(2), 3, None)
    assert torch._C._get_graph_executor_optimize() == before

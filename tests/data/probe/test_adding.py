"""Adding: the numbers with a mark."""

from __future__ import annotations

import math

import pytest
import torch

from rnnlab.data.probe.adding import Adding


def test_the_last_step_asks_for_the_sum_of_the_marked_numbers():
    rows = Adding().sample(200, 2, 9, torch.Generator().manual_seed(0))
    seen = set()
    for values, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        marked = [step for step in range(length) if values[step][1] == 1]
        first, second = marked
        assert first < length // 2 <= second
        assert all(0 <= number < 1 and mark in (0, 1) for number, mark in values[:length])
        assert targets[length - 1] == pytest.approx(sum(values[step][0] for step in marked))
        assert all(map(math.isnan, targets[: length - 1]))
        seen.add((length, first, second))
    assert {one for one in seen if one[0] == 4} == {(4, i, j) for i in (0, 1) for j in (2, 3)}

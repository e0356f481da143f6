"""Brackets: a stack in plain Python."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.probe.dyck import Dyck
from rnnlab.errors import SettingError

CLOSE = {"(": ")", "[": "]", "{": "}", "<": ">"}


@pytest.mark.parametrize(("kinds", "max_depth"), [(1, 1), (2, 3), (4, 6)])
def test_each_step_asks_for_the_bracket_that_closes_the_innermost(kinds, max_depth):
    probe = Dyck(kinds, max_depth)
    rows = probe.sample(100, 2, 40, torch.Generator().manual_seed(0))
    deepest = 0
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        stack: list[str] = []
        for token, target in zip(ids[:length], targets[:length], strict=True):
            symbol = probe.tokens[token]
            if symbol in CLOSE:
                stack.append(CLOSE[symbol])
            else:
                assert stack.pop() == symbol
            deepest = max(deepest, len(stack))
            assert probe.classes[target] == (stack[-1] if stack else "none")
    assert deepest == max_depth


def test_opening_and_closing_have_even_odds_between_the_ends():
    probe = Dyck(1, 3)
    inputs = probe.sample(4000, 3, 3, torch.Generator().manual_seed(0)).inputs
    texts = ["".join(probe.tokens[one] for one in row) for row in inputs.tolist()]
    expected = {"(((": 0.25, "(()": 0.25, "()(": 0.5}
    assert {text: texts.count(text) / 4000 for text in set(texts)} == pytest.approx(expected, abs=0.03)


def test_a_number_out_of_range_is_refused():
    with pytest.raises(SettingError, match=r"probe.kinds=5: must be a whole number >= 1 and <= 4"):
        Dyck(kinds=5)

"""Induction: look for the first trigger."""

from __future__ import annotations

import torch

from rnnlab.data.probe.base import IGNORED
from rnnlab.data.probe.induction import Induction


def test_the_last_step_asks_what_followed_the_first_trigger():
    probe = Induction(symbols=4)
    rows = probe.sample(300, 3, 9, torch.Generator().manual_seed(0))
    lengths, places = set(), set()
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        symbols = [probe.tokens[one] for one in ids[:length]]
        assert symbols.count("*") == 2
        assert symbols[-1] == "*"
        assert targets[: length - 1] == [IGNORED] * (length - 1)
        assert probe.classes[targets[length - 1]] == symbols[symbols.index("*") + 1]
        lengths.add(length)
        places.add(symbols.index("*"))
    assert lengths == set(range(3, 10))
    assert places == set(range(7))

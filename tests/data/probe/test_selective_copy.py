"""Selective copy: what is no noise comes back in its order."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.probe.base import IGNORED
from rnnlab.data.probe.selective_copy import SelectiveCopy
from rnnlab.errors import SettingError


def solve(symbols: list[str]) -> list[str | None]:
    kept = [one for one in symbols if one not in ".?"]
    return [kept.pop(0) if one == "?" else None for one in symbols]


def test_the_symbols_are_asked_for_in_their_order():
    probe = SelectiveCopy(symbols=6, count=4)
    rows = probe.sample(200, 4, 12, torch.Generator().manual_seed(0))
    lengths, places = set(), set()
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        symbols = [probe.tokens[one] for one in ids[:length]]
        answers = [None if one == IGNORED else probe.classes[one] for one in targets[:length]]
        assert answers == solve(symbols)
        assert symbols.count("?") == 4
        assert len(symbols) - symbols.count("?") - symbols.count(".") == 4
        lengths.add(length - 4)
        places |= {step for step, one in enumerate(symbols) if one not in ".?"}
    assert lengths == set(range(4, 13))
    assert places == set(range(12))


def test_more_symbols_than_steps_are_refused():
    sizes = {"laptop": {"shortest": 3, "longest": 8, "test_lengths": [8]}}
    message = "probe.sizes.laptop.shortest=3: is too short for selective_copy: its shortest row has 4 steps"
    with pytest.raises(SettingError) as error:
        SelectiveCopy(count=4, sizes=sizes)
    assert str(error.value) == message

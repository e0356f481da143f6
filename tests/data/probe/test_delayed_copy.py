"""Delayed copy: the symbols before the pause come back after it."""

from __future__ import annotations

import torch

from rnnlab.data.probe.base import IGNORED
from rnnlab.data.probe.delayed_copy import DelayedCopy


def solve(symbols: list[str], count: int) -> list[str | None]:
    asked: list[str | None] = [None] * len(symbols)
    queue = [one for one in symbols if one not in "_>"]
    for step in range(symbols.index(">") + 1, len(symbols)):
        asked[step] = queue.pop(0)
    assert queue == []
    return asked


def test_the_symbols_are_asked_for_after_the_sign():
    probe = DelayedCopy(symbols=5, count=3)
    rows = probe.sample(100, 1, 9, torch.Generator().manual_seed(0))
    delays = set()
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        symbols = [probe.tokens[one] for one in ids[:length]]
        answers = [None if one == IGNORED else probe.classes[one] for one in targets[:length]]
        assert answers == solve(symbols, 3)
        delays.add(symbols.index(">") - 2)
        assert length == symbols.index(">") - 2 + 2 * 3
    assert delays == set(range(1, 10))


def test_an_alphabet_longer_than_the_letters_has_numbers():
    assert DelayedCopy(symbols=60).classes[-1] == "s60"

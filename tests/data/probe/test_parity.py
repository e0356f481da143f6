"""Parity: every step's target, counted bit by bit."""

from __future__ import annotations

import torch

from rnnlab.data.probe.parity import Parity


def solve(bits: list[str]) -> list[str]:
    return ["odd" if bits[: step + 1].count("1") % 2 else "even" for step in range(len(bits))]


def test_each_step_asks_for_the_parity_so_far():
    probe = Parity()
    rows = probe.sample(100, 2, 15, torch.Generator().manual_seed(0))
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        bits = [probe.tokens[one] for one in ids[:length]]
        assert [probe.classes[one] for one in targets[:length]] == solve(bits)

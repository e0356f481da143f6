"""Counting: the symbols that may follow, from all strings that begin alike."""

from __future__ import annotations

import torch

from rnnlab.data.probe.counting import Counting

STRINGS = ["a" * n + "b" * n + "c" * n for n in range(1, 12)]


def may_follow(start: str) -> str:
    after = {(one + "$")[len(start)] for one in STRINGS if one.startswith(start)}
    return "end" if after == {"$"} else " or ".join(sorted(after))


def test_each_step_asks_which_symbols_may_follow():
    probe = Counting()
    rows = probe.sample(60, 1, 10, torch.Generator().manual_seed(0))
    seen = set()
    for ids, length, targets in zip(*(part.tolist() for part in rows), strict=True):
        text = "".join(probe.tokens[one] for one in ids[:length])
        assert text in STRINGS
        seen.add(text)
        expected = [may_follow(text[: step + 1]) for step in range(length)]
        assert [probe.classes[one] for one in targets[:length]] == expected
    assert len(seen) == 10

"""Counting: which symbols may follow in a^n b^n c^n."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.data.probe.base import ProbeRows, ProbeSource, padded

A, B, C = 1, 2, 3
A_OR_B, ONLY_B, ONLY_C, END = range(4)


class Counting(ProbeSource):
    """n times a, n times b, n times c; the target of each step is the set of symbols that may follow.

    After an a: a or b. After each b but the n-th: b. After the n-th b and each c but the n-th: c. After the
    n-th c: the end. Gers & Schmidhuber accept a string if the set is right at every step, which is the
    fraction of rows solved; the accuracy over steps is high for whoever repeats the last symbol.

    Length: n. A row has 3n steps.
    """

    name = "counting"
    source = (
        "Gers & Schmidhuber 2001, LSTM Recurrent Networks Learn Simple Context-Free and -Sensitive Languages"
    )
    unit = "symbols of each kind"
    tokens = ("", "a", "b", "c")
    classes = ("a or b", "b", "c", "end")

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        steps = 3 * lengths
        place = torch.arange(1, int(steps.max()) + 1)  # (T,), counted from 1
        each = lengths[:, None]
        inputs = A + (place > each).long() + (place > 2 * each)  # (B, T)
        targets = (place > each).long() + (place >= 2 * each) + (place >= 3 * each)
        return padded(inputs, steps, targets)

    def chance(self, length: int) -> float:
        return 1 / 3

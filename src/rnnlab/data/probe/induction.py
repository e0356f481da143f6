"""Induction heads: what followed the trigger when it came first?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource, padding
from rnnlab.data.probe.settings import checked
from rnnlab.data.probe.symbols import letters

TRIGGER, FIRST = 1, 2


class Induction(ProbeSource):
    """Random symbols with a trigger at a random place and again at the end, where its follower is asked for.

    Args:
        symbols: size of the alphabet without the trigger (published: 16 with it).
        sizes: see `ProbeSource`.

    Length: steps (published: 256 in training, up to 2^20 in the test).
    """

    name = "induction"
    source = "Gu & Dao 2023, Mamba, after Olsson et al. 2022"
    min_length = 3

    def __init__(self, symbols: int = 15, sizes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.symbols = checked("symbols", symbols)
        super().__init__(sizes)
        self.classes = letters(symbols)
        self.tokens = ("", "*", *self.classes)

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        shape = (len(lengths), int(lengths.max()))
        symbols = torch.randint(len(self.classes), shape, generator=generator)  # (B, T)
        first = (torch.rand(len(lengths), generator=generator) * (lengths - 2)).long()  # (B,), below T - 2
        first, last = first[:, None], (lengths - 1)[:, None]
        inputs = (symbols + FIRST).scatter_(1, first, TRIGGER).scatter_(1, last, TRIGGER)
        inputs.masked_fill_(padding(lengths, shape[1]), 0)
        follower = symbols.gather(1, first + 1)  # (B, 1)
        return ProbeRows(inputs, lengths, torch.full_like(inputs, IGNORED).scatter_(1, last, follower))

    def chance(self, length: int) -> float:
        return 1 / len(self.classes)
